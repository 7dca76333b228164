from collections.abc import Sequence
from dataclasses import replace

import pytest

from monitor.domain.alerts.alert import AlertState, Transition
from monitor.domain.digest.attention import AttentionLog
from monitor.domain.digest.period_log import NOISIEST, Digest, PeriodLog
from monitor.domain.notification.told import HeldSpan, ToldAlert, ToldMessage, Way, label_key
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


def told(second: float, *steps: Transition, way: Way = Way.MAIL) -> ToldMessage:
    """Return a message about alerts that fired."""
    return ToldMessage(
        at=BEGIN + second,
        receiver="ops",
        way=way,
        firing=tuple(
            ToldAlert(key=label_key(one.labels), since=one.since.wall, severity=one.severity.value)
            for one in steps
        ),
    )


def summed(
    steps: Sequence[Transition],
    actions: Sequence[Action] = (),
    messages: Sequence[ToldMessage] = (),
    held: Sequence[HeldSpan] = (),
) -> Digest:
    """Return the summary of a day with these steps."""
    attention = AttentionLog(actions=actions, told=messages, held=held)
    log = PeriodLog(since=BEGIN, until=BEGIN + DAY_S, attention=attention)
    for one in steps:
        log.take([one])
    return log.digest()


def span(reason: str, begin: float, end: float | None, *, subject: str = "1") -> HeldSpan:
    """Return a time in which the alert of a subject was held back."""
    ended = None if end is None else BEGIN + end
    return HeldSpan(
        alertname="WeakSignal", subject=subject, reason=reason, began=BEGIN + begin, ended=ended
    )  # fmt: skip


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


def test_what_on_call_knew_of_and_nobody_acted_on_is_overlooked() -> None:
    """The longest first; what was not told, not critical, told to the shop alone or over soon is not.

    Nor is the alert that passes one on: the one that it is about is listed.
    """
    firings = {
        "1": fired(0, 1000),
        "2": fired(0),
        "3": fired(0, 900),
        "4": fired(0, 9000, severity="warning"),
        "5": fired(0, 9000),
        "6": fired(0, 9000),
        "/unattended/1/WeakSignal/2": fired(900),
    }
    steps, messages = [], []
    for subject, found in firings.items():
        mine = [replace(one, subject=subject, labels=one.labels | {"terminal_id": subject}) for one in found]
        steps += mine
        if subject != "5":
            way = Way.SHOP if subject == "6" else Way.ALERTMANAGER
            messages.append(told(0, mine[0], way=way))
    overlooked = summed(steps, messages=messages).overlooked
    assert [(one.subject, one.is_open, one.unattended_s) for one in overlooked] == [
        ("2", True, DAY_S),
        ("1", False, 1000),
    ]


def test_a_message_before_the_alert_began_again_is_about_its_life_before() -> None:
    """Each life of an alert is told for itself."""
    first, second = fired(0, 100), fired(2000, 2000)
    assert not summed([*first, *second], messages=[told(1, first[0])]).overlooked
    assert summed([*first, *second], messages=[told(1, first[0]), told(2001, second[0])]).overlooked


@pytest.mark.parametrize(
    ("action", "held", "is_overlooked"),
    [
        (acknowledged(200), (), False),
        (acknowledged(4500), (), True),
        (acknowledged(200, what="ack.end"), (), True),
        (acknowledged(200, subject="7"), (), True),
        (None, (span("silence", 3000, None),), False),
        (None, (span("window", 100, 200),), False),
        (None, (span("acknowledged", 100, 200),), False),
        (None, (span("closed", 10, 200),), True),
        (None, (span("closed", 10, 3500),), False),
        (None, (span("closed", 10, 1500), span("site", 1400, 3200)), False),
        (None, (span("silence", 5000, None),), True),
    ],
)
def test_attention_and_other_holds(
    action: Action | None, held: tuple[HeldSpan, ...], is_overlooked: bool
) -> None:
    """Who acknowledges, silences or plans work attends to an alert; other holds only stop the clock."""
    steps = fired(0, 4000)
    digest = summed(steps, [action] if action else [], [told(5, steps[0])], held)
    assert bool(digest.overlooked) is is_overlooked


def test_what_was_told_and_held_is_counted() -> None:
    """By receiver, with the critical ones; by reason; by rule; and what people did."""
    steps, others = fired(0, 60), fired(0, 60, subject="2", severity="warning", site="mall")
    digest = summed(
        [*steps, *others],
        [acknowledged(10)],
        [
            told(5, steps[0], others[0]),
            told(9, others[0], way=Way.SHOP),
            replace(told(70), resolved=2),
        ],
        [span("closed", 0, 5), span("silence", 20, None, subject="2")],
    )
    found = [(one.way, one.messages, one.alerts, one.critical, one.resolved) for one in digest.told]
    assert found == [(Way.MAIL, 2, 2, 1, 2), (Way.SHOP, 1, 1, 0, 0)]
    assert digest.held == (("closed", 1), ("silence", 1))
    assert digest.deeds == (("ack.add", 1),)
    (rule,) = digest.rules
    assert (rule.told, rule.shop_told, rule.held, rule.acknowledged, rule.attended) == (2, 1, 2, 1, 2)
