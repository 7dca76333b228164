from monitor.domain.alerts.alert import AlertState
from monitor.domain.digest.period_log import NOISIEST, Digest, PeriodLog
from monitor.domain.on_call.action import Action, Via
from tests.unit.domain.digest.steps import BEGIN, fired, step

DAY_S = 86_400.0


def acknowledged(second: float, *, subject: str = "1", what: str = "ack.add") -> Action:
    """Return what somebody did about the alert of a subject."""
    return Action(
        number=1,
        at=BEGIN + second,
        by="ann",
        via=Via.PAGE,
        what=what,
        target="a1",
        details={"alertname": "WeakSignal", "subject": subject},
    )


def summed(steps: list, actions: tuple[Action, ...] = ()) -> Digest:  # type: ignore[type-arg]
    """Return the summary of a day with these steps."""
    log = PeriodLog(since=BEGIN, until=BEGIN + DAY_S, actions=actions)
    for one in steps:
        log.take([one])
    return log.digest()


def test_firings_are_counted_with_their_durations() -> None:
    """One that still fires lasts until the end of the period; durations count from its beginning."""
    digest = summed([*fired(10, 100), *fired(1000, 500), *fired(DAY_S - 900, subject="2")])
    (rule,) = digest.rules
    assert (rule.alertname, rule.owner, rule.fired, rule.ended) == ("WeakSignal", "network", 3, 2)
    assert (rule.still_open, rule.short, rule.longest_s, rule.mean_s) == (1, 1, 900, 500)


def test_what_fired_before_the_period_and_the_watchdog_are_not_counted() -> None:
    """Nor is what never fired."""
    ended = step(5, AlertState.RESOLVED, since=-50)
    assert not summed([ended, *fired(9, 9, severity="none"), step(9, AlertState.PENDING, since=9)]).rules


def test_a_firing_whose_end_is_missing_ended_when_the_next_began() -> None:
    """The journal may have lost a step while the disk failed."""
    (rule,) = summed([*fired(0), *fired(1000, 100)]).rules
    assert (rule.fired, rule.still_open, rule.longest_s) == (2, 0, 1000)


def test_the_noisiest_rules_are_ten_the_loudest_first() -> None:
    """Those that fired as often follow by name."""
    names = [f"Rule{letter}" for letter in "LKJIHGFEDCBA"]
    steps = [one for name in names for one in fired(1, 1, alertname=name)]
    digest = summed([*steps, *fired(9, 1, alertname="RuleK")])
    assert [rule.alertname for rule in digest.noisiest][:3] == ["RuleK", "RuleA", "RuleB"]
    assert (len(digest.noisiest), len(digest.rules)) == (NOISIEST, 12)


def test_what_fires_about_one_thing_three_times_recurs() -> None:
    """Twice is not yet that; the most frequent stands first."""
    steps = [one for n in range(3) for one in fired(100 * n, 1)]
    steps += [one for n in range(4) for one in fired(100 * n, 1, subject="2")]
    steps += [one for n in range(2) for one in fired(100 * n, 1, subject="3")]
    assert summed(steps).recurring == ((("WeakSignal", "2"), 4), (("WeakSignal", "1"), 3))


def test_critical_alerts_of_more_than_an_hour_that_nobody_acknowledged_are_overlooked() -> None:
    """The longest first; an acknowledgement counts while the alert lives."""
    steps = [
        *fired(0, 3601),
        *fired(0, subject="2"),
        *fired(0, 3600, subject="3"),
        *fired(0, 9000, subject="4", severity="warning"),
        *fired(100, 9000, subject="5"),
        *fired(100, 8000, subject="6"),
        *fired(100, 7000, subject="7"),
    ]
    acts = (
        acknowledged(200, subject="5"),
        acknowledged(50, subject="6"),
        acknowledged(200, subject="7", what="ack.end"),
    )
    found = [(one.subject, one.is_open) for one in summed(steps, acts).overlooked]
    assert found == [("2", True), ("6", False), ("7", False), ("1", False)]
