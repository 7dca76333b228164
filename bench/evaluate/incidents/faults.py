"""What breaks: keypads, keys, lines to the host."""

from bench.evaluate.incidents.cast import Cast, Reach, Script
from bench.evaluate.world.device import Device, Silence, without_keys
from bench.evaluate.world.journal import Incident
from bench.evaluate.world.story import HOUR_S, MINUTE_S
from monitor.domain.diagnosis.cause import Cause
from monitor.domain.events.response_codes import CodeCategory

HOST_HOLD_S, SIGNAL_HOLD_S, REGISTRATION_HOLD_S = 120.0, 600.0, 60.0


def break_keypad(cast: Cast, by: Incident) -> None:
    """Damage every PIN until somebody changes the terminal; most keypads say so themselves."""
    random, device = cast.story.random, cast.device
    lasts_s = random.uniform(1, 8) * HOUR_S
    share = random.choice((0.5, 0.8, 1.0))

    def answer(_meaning: CodeCategory, pin: bool) -> CodeCategory | None:
        return CodeCategory.PIN_DATA_FAULT if pin and random.random() < share else None

    cast.trouble(device, by, answer, lasts_s)
    if random.random() < 0.7:
        device.say(pin_pad="fault")
        ends = cast.later(lasts_s, lambda: device.say(pin_pad="ok"))
        cast.journal.state("PinPadFault", device.terminal_id, cast.story.now, ends, by=by)


def _lose_keys(cast: Cast, by: Incident, device: Device) -> None:
    random = cast.story.random
    lasts_s = random.uniform(5, 90) * MINUTE_S
    cast.trouble(device, by, without_keys(macs_too=random.random() < 0.4), lasts_s)
    cast.later(lasts_s, device.sign_in)
    if random.random() < 0.3:
        device.say(registration="unregistered")
        ends = cast.later(lasts_s, lambda: device.say(registration="registered"))
        is_due = lasts_s >= REGISTRATION_HOLD_S + 2 * device.interval_s
        cast.journal.state(
            "RegistrationLost",
            device.terminal_id,
            cast.story.now,
            ends,
            # It is merely not signed in: no cause of the table that speaks of registrations is the right one.
            by=by,
            causes=(),
            is_due=is_due,
            after_s=REGISTRATION_HOLD_S,
        )


def lose_keys_on_restart(cast: Cast, by: Incident) -> None:
    """Lose the working keys with a restart, until somebody signs in."""
    cast.device.restart()
    _lose_keys(cast, by, cast.device)


def lose_keys_on_upgrade(cast: Cast, by: Incident) -> None:
    """Lose the working keys with new firmware."""
    version = cast.device.said.firmware_version
    cast.device.restart()
    cast.device.say(firmware_version=f"{version}.1")
    _lose_keys(cast, by, cast.device)


def weaken_line(cast: Cast, by: Incident) -> None:
    """Weaken the radio: messages are lost and damaged, and polls with them."""
    random, device = cast.story.random, cast.device
    lasts_s = random.uniform(0.5, 3) * HOUR_S
    damage = random.uniform(0.2, 0.4)

    def answer(_meaning: CodeCategory, pin: bool) -> CodeCategory | None:
        draw = random.random()
        if draw < 0.35:
            return random.choice((CodeCategory.ISSUER_TIMEOUT, CodeCategory.NETWORK))
        return CodeCategory.PIN_DATA_FAULT if pin and draw < 0.35 + damage else None

    cast.trouble(device, by, answer, lasts_s)
    before = device.said.signal_dbm
    device.say(signal_dbm=random.uniform(-118, -112))
    silence = Silence(share=random.uniform(0.1, 0.3))
    cast.silence(device, by, silence, lasts_s, is_due=False, causes=(Cause.OWN_LINK,))
    device.stir(lasts_s)
    ends = cast.later(lasts_s, lambda: device.say(signal_dbm=before))
    cast.journal.state("WeakSignal", device.terminal_id, cast.story.now, ends, by=by, after_s=SIGNAL_HOLD_S)


def cut_off_host(cast: Cast, by: Incident) -> None:
    """Let the acquirer get hardly any answer through to terminals of one dialect."""
    random = cast.story.random
    lasts_s = random.uniform(10, 45) * MINUTE_S
    share = random.uniform(0.6, 0.95)
    is_hard = random.random() < 0.5

    def answer(_meaning: CodeCategory, pin: bool) -> CodeCategory | None:
        draw = random.random()
        if draw < share:
            return random.choice((CodeCategory.ISSUER_TIMEOUT, CodeCategory.NETWORK))
        return CodeCategory.PIN_DATA_FAULT if pin and draw > 0.98 else None

    for device in (device for shop in cast.everybody for device in shop.devices):
        if device.row.dialect != "unionpay":
            continue
        cast.trouble(device, by, answer, lasts_s)
        if is_hard and random.random() < 0.5:
            _lose_host(cast, by, device, lasts_s)


def _lose_host(cast: Cast, by: Incident, device: Device, lasts_s: float) -> None:
    device.say(host_reachable=False)
    device.stir(lasts_s)
    ends = cast.later(lasts_s, lambda: device.say(host_reachable=True))
    cast.journal.state(
        "HostUnreachable",
        device.terminal_id,
        cast.story.now,
        ends,
        by=by,
        is_due=device.silence is None,
        after_s=HOST_HOLD_S,
    )


def tamper(cast: Cast, by: Incident) -> None:
    """Trip the tamper switch and erase the keys; somebody exchanges the terminal hours later."""
    device = cast.device
    lasts_s = cast.story.random.uniform(2, 10) * HOUR_S
    device.say(pin_pad="tampered")
    cast.trouble(device, by, without_keys(macs_too=True), lasts_s)
    ends = cast.later(lasts_s, lambda: device.say(pin_pad="ok"))
    cast.journal.state("TerminalTampered", device.terminal_id, cast.story.now, ends, by=by)


FAULTS = (
    Script(kind="keypad fault", cause=Cause.KEY_FAULT, play=break_keypad),
    Script(kind="keys lost after a restart", cause=Cause.KEY_FAULT, play=lose_keys_on_restart, per_1000=4),
    Script(kind="keys lost after an upgrade", cause=Cause.KEY_FAULT, play=lose_keys_on_upgrade),
    Script(
        kind="weak line",
        cause=Cause.HOST_NETWORK,
        play=weaken_line,
        per_1000=4,
        suits=lambda _shop, device: device.said.link == "cellular",
    ),
    Script(
        kind="acquirer cut off", cause=Cause.HOST_NETWORK, play=cut_off_host, reach=Reach.FLEET, per_1000=1
    ),
    Script(kind="tampered", cause=Cause.KEY_FAULT, play=tamper),
)
