"""What a device says of its own condition, and what people forget to do with it."""

from bench.evaluate.incidents.cast import Cast, Script
from bench.evaluate.world.device import Silence
from bench.evaluate.world.journal import Incident
from bench.evaluate.world.story import DAY_S, HOUR_S, MINUTE_S

SELF_TEST_HOLD_S, HEAT_HOLD_S, SETTLEMENT_HOLD_S = 300.0, 600.0, 3600.0


def fail_self_test(cast: Cast, by: Incident) -> None:
    """Fail the test of itself until somebody exchanges the part."""
    random, device = cast.story.random, cast.device
    parts = random.sample(("memory", "printer", "head", "security module"), random.randint(0, 2))
    device.say(self_test={"status": "failed"} | ({"failed": parts} if parts else {}))
    ends = cast.later(random.uniform(0.5, 10) * HOUR_S, lambda: device.say(self_test={"status": "ok"}))
    cast.journal.state(
        "SelfTestFailed", device.terminal_id, cast.story.now, ends, by=by, after_s=SELF_TEST_HOLD_S
    )


def overheat(cast: Cast, by: Incident) -> None:
    """Stand in the sun for some hours; now and then only for some minutes."""
    random, device = cast.story.random, cast.device
    lasts_s = random.choice((random.uniform(1, 6), random.uniform(20, 240))) * MINUTE_S
    before = device.said.celsius
    device.say(celsius=round(random.uniform(60, 78), 1))
    ends = cast.later(lasts_s, lambda: device.say(celsius=before))
    device.stir(lasts_s)
    cast.journal.state(
        "TerminalOverheating",
        device.terminal_id,
        cast.story.now,
        ends,
        by=by,
        is_due=lasts_s >= HEAT_HOLD_S + 2 * device.interval_s,
        after_s=HEAT_HOLD_S,
    )


def miss_settlement(cast: Cast, by: Incident) -> None:
    """Have missed the settlement of the evening before, until that of tonight."""
    random, device = cast.story.random, cast.device
    device.say(settled_at=cast.story.now - random.uniform(31, 60) * HOUR_S)
    ends = cast.story.now // DAY_S * DAY_S + cast.shop.closes
    cast.journal.state(
        "SettlementOverdue", device.terminal_id, cast.story.now, ends, by=by, after_s=SETTLEMENT_HOLD_S
    )


def keep_password(cast: Cast, by: Incident) -> None:
    """Be found with an operator password that is older than allowed."""
    random, device = cast.story.random, cast.device
    before = device.said.password_changed_at
    device.say(password_changed_at=cast.story.now - random.uniform(91, 400) * DAY_S)
    ends = cast.later(random.uniform(1, 10) * HOUR_S, lambda: device.say(password_changed_at=before))
    cast.journal.state("CredentialsOld", device.terminal_id, cast.story.now, ends, by=by)


def reset_device(cast: Cast, by: Incident) -> None:
    """Reset it to its factory state; some hours later the provider sets it up again."""
    random, device = cast.story.random, cast.device
    said, now = device.said, cast.story.now
    lasts_s = random.uniform(1, 10) * HOUR_S
    registration = random.choice(("registered", "unregistered", "pending"))
    cast.silence(device, by, Silence(), random.uniform(60, 300), is_due=False, causes=())
    before = said.password_changed_at
    device.say(
        started_at=now,
        boot_count=random.randint(0, 2),
        registration=registration,
        configuration_version=random.choice(("1.0", said.configuration_version)),
        password_changed_at=random.choice((-400 * DAY_S, now)),
    )
    if registration == "registered" and said.configuration_version != "1.0":
        device.say(settled_at=-400 * DAY_S)
    cast.later(lasts_s, lambda: device.say(registration="registered", password_changed_at=before))
    cast.later(lasts_s, device.settle)
    cast.journal.state("FactoryReset", device.terminal_id, now, now + DAY_S, by=by)
    ends = now + lasts_s
    for alertname in ("RegistrationLost", "SettlementOverdue", "CredentialsOld"):
        cast.journal.state(alertname, device.terminal_id, now, ends, by=by, causes=(), is_due=False)


CONDITION = (
    Script(kind="factory reset", cause=None, play=reset_device),
    Script(kind="self-test failed", cause=None, play=fail_self_test),
    Script(kind="overheated", cause=None, play=overheat),
    Script(kind="not settled", cause=None, play=miss_settlement),
    Script(kind="old password", cause=None, play=keep_password),
)
