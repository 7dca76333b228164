"""Terminals that are not, or are not taken for, what the inventory says."""

from functools import partial
from typing import Any

from bench.evaluate.incidents.cast import Cast, Reach, Script
from bench.evaluate.incidents.faults import REGISTRATION_HOLD_S
from bench.evaluate.world.codes import knows_unknown_terminals
from bench.evaluate.world.device import Device, Silence
from bench.evaluate.world.journal import Incident, Stranger
from bench.evaluate.world.shops import Shop
from bench.evaluate.world.story import HOUR_S, MINUTE_S, START_WALL
from monitor.domain.diagnosis.cause import Cause
from monitor.domain.events.response_codes import CodeCategory
from monitor.domain.instant import rfc3339
from monitor.domain.polling.poll_result import Outcome


def _unknown_to_host(cast: Cast, by: Incident, lasts_s: float) -> None:
    cast.trouble(cast.device, by, lambda _meaning, _pin: CodeCategory.UNKNOWN_TERMINAL, lasts_s)


def _hours(cast: Cast, least: float, most: float) -> float:
    return cast.story.random.uniform(least, most) * HOUR_S


def replace_by_spare(cast: Cast, by: Incident) -> None:
    """Put a spare of the inventory in the terminal's place."""
    spare = next(cast.spares)
    _replace(cast, by, spare.serial_number)


def replace_by_new(cast: Cast, by: Incident) -> None:
    """Put a device straight from its maker in the terminal's place."""
    _replace(cast, by, f"{cast.device.row.model}-9{cast.story.random.randrange(10**7):07}")


def _replace(cast: Cast, by: Incident, serial: str) -> None:
    device = cast.device
    away_s = cast.story.random.uniform(3, 30) * MINUTE_S
    device.is_off = True
    # Whoever changes a device switches the old one off.
    cast.silence(device, by, Silence(Outcome.TIMEOUT), away_s, causes=(Cause.POWER,))
    cast.later(away_s, partial(_arrive, cast, by, serial))


def _arrive(cast: Cast, by: Incident, serial: str) -> None:
    device = cast.device
    device.is_off = False
    device.say(serial_number=serial, started_at=cast.story.now - 60)
    _unknown_to_host(cast, by, _hours(cast, 0.3, 6))
    ends = cast.later(_hours(cast, 1, 20), device.correct_inventory)
    cast.journal.state("TerminalIdMismatch", device.terminal_id, cast.story.now, ends, by=by)


def upgrade(cast: Cast, by: Incident) -> None:
    """Install new firmware or an application, after which the host no longer knows the terminal."""
    device = cast.device
    if cast.story.random.random() < 0.5:
        device.say(started_at=cast.story.now, app_version="6.0.0")
    else:
        device.say(started_at=cast.story.now, firmware_version=f"{device.said.firmware_version}.7")
    _unknown_to_host(cast, by, _hours(cast, 0.5, 6))


def change_provider(cast: Cast, by: Incident) -> None:
    """Change the acquirer; the terminal says its merchant id before the inventory does."""
    device = cast.device
    merchant = f"7777{cast.story.random.randrange(10**11):011}"
    device.say(merchant_id=merchant)
    _unknown_to_host(cast, by, _hours(cast, 0.5, 6))
    cast.later(_hours(cast, 7, 20), device.correct_inventory)


def unregister(cast: Cast, by: Incident) -> None:
    """Drop the terminal's registration, and let the terminal know."""
    device, lasts_s = cast.device, _hours(cast, 0.5, 6)
    device.say(registration="unregistered")
    _unknown_to_host(cast, by, lasts_s)
    ends = cast.later(lasts_s, lambda: device.say(registration="registered"))
    cast.journal.state(
        "RegistrationLost", device.terminal_id, cast.story.now, ends, by=by, after_s=REGISTRATION_HOLD_S
    )


def unregister_silently(cast: Cast, by: Incident) -> None:
    """Drop the registration, or never have had it, without the terminal's knowing."""
    _unknown_to_host(cast, by, _hours(cast, 0.5, 6))


def swap_endpoints(cast: Cast, by: Incident) -> None:
    """Give two rows of the inventory each other's address."""
    first, second = cast.shop.devices[:2]
    one, other = first.terminal_id, second.terminal_id
    serials = first.said.serial_number, second.said.serial_number
    first.say(terminal_id=other, serial_number=serials[1])
    second.say(terminal_id=one, serial_number=serials[0])

    def put_right() -> None:
        first.say(terminal_id=one, serial_number=serials[0])
        second.say(terminal_id=other, serial_number=serials[1])

    ends = cast.later(_hours(cast, 1, 10), put_right)
    for terminal_id in (one, other):
        cast.journal.state("TerminalIdMismatch", terminal_id, cast.story.now, ends, by=by)
        cast.journal.state("TerminalIdConflict", terminal_id, cast.story.now, ends, by=by, is_due=False)


def forget_id(cast: Cast, by: Incident) -> None:
    """Lose the device's set-up: it says the id it left the factory with."""
    device, own = cast.device, cast.device.terminal_id
    device.say(terminal_id=cast.story.random.choice(("00000000", "12345678", "FFFFFFFF", "99999999")))
    ends = cast.later(_hours(cast, 0.5, 8), lambda: device.say(terminal_id=own))
    cast.journal.state("TerminalIdMismatch", own, cast.story.now, ends, by=by)


def clone_behind_endpoint(cast: Cast, by: Incident) -> None:
    """Put a second device behind the endpoint: now the one answers, now the other."""
    device, own = cast.device, cast.device.said.serial_number
    clone = f"{device.row.model}-8{cast.story.random.randrange(10**7):07}"
    lasts_s = _hours(cast, 1, 8)
    for number in range(int(lasts_s // (5 * MINUTE_S))):
        serial = clone if number % 2 == 0 else own
        cast.later(number * 5 * MINUTE_S, partial(device.say, serial_number=serial))
    ends = cast.later(lasts_s, lambda: device.say(serial_number=own))
    cast.journal.state("TerminalIdMismatch", device.terminal_id, cast.story.now, ends, by=by)
    # It has to be seen in turn: the clone, the terminal, the clone.
    cast.journal.state(
        "TerminalIdConflict", device.terminal_id, cast.story.now, ends, by=by, after_s=5 * MINUTE_S
    )


def clone_that_pushes(cast: Cast, by: Incident) -> None:
    """Push heartbeats of a second device under the terminal's id while the terminal goes on answering."""
    device = cast.device
    clone = f"{device.row.model}-8{cast.story.random.randrange(10**7):07}"
    lasts_s = _hours(cast, 0.5, 8)
    device.stir(lasts_s)

    def push() -> None:
        body = device.heartbeat(serial_number=clone, events=[])
        cast.wire.pushed_heartbeat(f"clone-{device.terminal_id}", body, cast.story.now)

    for number in range(int(lasts_s // (10 * MINUTE_S)) + 1):
        cast.later(number * 10 * MINUTE_S, push)
    ends = cast.story.now + lasts_s
    cast.journal.state("TerminalIdConflict", device.terminal_id, cast.story.now, ends, by=by)
    cast.journal.state("TerminalIdMismatch", device.terminal_id, cast.story.now, ends, by=by, is_due=False)


def _give(cast: Cast, by: Incident, source: str, terminal_id: str) -> None:
    now = cast.story.now
    event: dict[str, Any] = {
        "id": f"{now:.0f}",
        "at": rfc3339(START_WALL + now),
        "type": "transaction",
        "response_code": "00",
        "amount_minor": 100,
        "currency": "CNY",
    }
    cast.journal.strangers.append(Stranger(at=now, source=source, terminal_id=terminal_id, by=by))
    cast.wire.pushed_events(source, terminal_id, [event], now)


def _give_many(cast: Cast, by: Incident, least: int, most: int, gaps_s: tuple[float, float]) -> None:
    random, source = cast.story.random, f"prober-{len(cast.journal.strangers)}"
    after_s, number = 0.0, random.randrange(50_000_000, 80_000_000)
    for index in range(random.randint(least, most)):
        cast.later(after_s, partial(_give, cast, by, source, str(number + index)))
        after_s += random.uniform(*gaps_s)


def enumerate_fast(cast: Cast, by: Incident) -> None:
    """Count through terminal ids."""
    _give_many(cast, by, 4, 60, (0.2, 90))


def enumerate_slowly(cast: Cast, by: Incident) -> None:
    """Count more slowly than the contract's condition."""
    _give_many(cast, by, 4, 12, (310, 900))


def forget_to_enter(cast: Cast, by: Incident) -> None:
    """Push the sales of a terminal that nobody entered into the inventory."""
    random, source = cast.story.random, f"new-shop-{len(cast.journal.strangers)}"
    number = str(random.randrange(20_000_000, 30_000_000))
    for step in range(random.randint(3, 30)):
        cast.later(step * random.uniform(200, 600), partial(_give, cast, by, source, number))


def push_default_id(cast: Cast, by: Incident) -> None:
    """Push under the id that a device without set-up left the factory with."""
    random, source = cast.story.random, f"blank-{len(cast.journal.strangers)}"
    number = random.choice(("00000000", "12345678", "FFFFFFFF"))
    for step in range(random.randint(1, 20)):
        cast.later(step * random.uniform(60, 600), partial(_give, cast, by, source, number))


def _host_has_a_word(_shop: Shop, device: Device) -> bool:
    return knows_unknown_terminals(device.row.dialect)


IDENTITIES = (
    Script(
        kind="replaced by a spare", cause=Cause.REPLACED_DEVICE, play=replace_by_spare, suits=_host_has_a_word
    ),
    Script(
        kind="replaced by a new one", cause=Cause.REPLACED_DEVICE, play=replace_by_new, suits=_host_has_a_word
    ),
    Script(kind="upgraded", cause=Cause.UPGRADED_SYSTEM, play=upgrade, suits=_host_has_a_word),
    Script(
        kind="provider changed", cause=Cause.CHANGED_PROVIDER, play=change_provider, suits=_host_has_a_word
    ),
    Script(kind="registration lost", cause=Cause.WRONG_REGISTRATION, play=unregister, suits=_host_has_a_word),
    Script(
        kind="never registered",
        cause=Cause.WRONG_REGISTRATION,
        play=unregister_silently,
        suits=_host_has_a_word,
    ),
    Script(
        kind="endpoints swapped",
        cause=Cause.WRONG_REGISTRATION,
        play=swap_endpoints,
        reach=Reach.SITE,
        per_1000=1.5,
        suits=lambda shop, _device: 2 <= len(shop.devices) <= 5,
    ),
    Script(kind="default id", cause=Cause.HARDWARE_FAULT, play=forget_id),
    Script(kind="clone behind the endpoint", cause=Cause.CLONED_TERMINAL, play=clone_behind_endpoint),
    Script(kind="clone that pushes", cause=Cause.CLONED_TERMINAL, play=clone_that_pushes),
    Script(kind="ids enumerated", cause=Cause.CLONED_TERMINAL, play=enumerate_fast, reach=Reach.NOBODY),
    Script(
        kind="ids enumerated, slow", cause=Cause.CLONED_TERMINAL, play=enumerate_slowly, reach=Reach.NOBODY
    ),
    Script(
        kind="missing in the inventory",
        cause=Cause.WRONG_REGISTRATION,
        play=forget_to_enter,
        reach=Reach.NOBODY,
    ),
    Script(kind="default id pushed", cause=Cause.HARDWARE_FAULT, play=push_default_id, reach=Reach.NOBODY),
)
