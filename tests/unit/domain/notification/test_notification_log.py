"""What a receiver without Alertmanager hears, and how often."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.alerts.alert import Severity
from monitor.domain.calendars.opening_hours import parse_opening_hours
from monitor.domain.instant import Instant
from monitor.domain.notification.group_notification import Notification
from monitor.domain.notification.notification_log import (
    FORGOTTEN_AFTER_S,
    MOST_MESSAGES,
    NotificationLog,
    QuietHours,
    ReceiverPolicy,
)
from monitor.domain.notification.postable_alert import PostableAlert
from tests.fakes import START

HOUR = 3600.0
UTC_NIGHT = QuietHours(hours=parse_opening_hours("Mo-Su 02:00-06:00"), zone=ZoneInfo("UTC"))
"""START is at 01:00."""


def notice(
    subject: str = "1", *, site: str = "A", severity: str = "critical", resolved: bool = False, held: str = ""
) -> PostableAlert:
    """Return a notice."""
    return PostableAlert(
        labels={"alertname": "PaperOut", "terminal_id": subject, "site": site, "severity": severity},
        annotations={},
        starts_at=START.wall,
        ends_at=START.wall,
        resolved=resolved,
        held=held,
    )


def test_a_receiver_hears_for_its_owners() -> None:
    """And whatever has no owner: an alert of an earlier posmon must not get lost."""
    shop, field, nobody = (notice(subject) for subject in ("1", "2", "3"))
    shop.labels["owner"], field.labels["owner"] = "shop", "field"
    (one,) = told(NotificationLog(ReceiverPolicy(owners=frozenset({"shop"}))), START, shop, field, nobody)
    assert subjects(one.new) == ["1", "3"]
    (every,) = told(NotificationLog(ReceiverPolicy()), START, shop, field, nobody)
    assert subjects(every.new) == ["1", "2", "3"]


def later(seconds: float) -> Instant:
    """Return a moment after the start."""
    return START.ago(-seconds)


def told(log: NotificationLog, now: Instant, *notices: PostableAlert) -> list[Notification]:
    """Return what is due, and settle it."""
    due = log.due(notices, now)
    for notification in due:
        log.settle(notification, now)
    return due


def subjects(notices: object) -> list[str]:
    """Return the terminals that notices are about."""
    assert isinstance(notices, list)
    return [one.labels["terminal_id"] for one in notices]


def test_what_is_repeated_every_minute_is_told_once() -> None:
    """Then again after the repeat interval, and not before."""
    log = NotificationLog(ReceiverPolicy())
    assert len(told(log, START, notice())) == 1
    assert all(told(log, later(60 * minute), notice()) == [] for minute in range(1, 240))
    (again,) = told(log, later(4 * HOUR), notice())
    assert subjects(again.still) == ["1"]
    assert not again.new
    assert told(log, later(4 * HOUR + 60), notice()) == []


def test_what_was_not_settled_stays_due() -> None:
    """A receiver that was away is told when it is back."""
    log = NotificationLog(ReceiverPolicy())
    assert log.due([notice()], START)
    assert log.due([notice()], later(60))


def test_the_end_is_told_once() -> None:
    """Though the outbox repeats it for a quarter of an hour."""
    log = NotificationLog(ReceiverPolicy())
    told(log, START, notice())
    (over,) = told(log, later(60), notice(resolved=True))
    assert over.status == "resolved"
    assert subjects(over.resolved) == ["1"]
    assert told(log, later(120), notice(resolved=True)) == []
    assert len(told(log, later(180), notice())) == 1


def test_a_message_tells_the_whole_group() -> None:
    """An incident that is closed by `resolved` is not closed while half of it fires."""
    log = NotificationLog(ReceiverPolicy())
    told(log, START, notice("1"), notice("2"), notice("9", site="B"))
    (message,) = told(
        log, later(60), notice("1", resolved=True), notice("2"), notice("3"), notice("9", site="B")
    )
    assert message.group == {"site": "A"}
    assert message.status == "firing"
    assert (subjects(message.new), subjects(message.still), subjects(message.resolved)) == (
        ["3"],
        ["2"],
        ["1"],
    )


def test_sites_are_told_apart_and_a_fleet_is_not() -> None:
    """Grouping is by site, unless everything is to be one message."""
    batch = [notice("1"), notice("2"), notice("3", site="B")]
    by_site = told(NotificationLog(ReceiverPolicy()), START, *batch)
    assert [subjects(message.new) for message in by_site] == [["1", "2"], ["3"]]
    (whole,) = told(NotificationLog(ReceiverPolicy(group_by=())), START, *batch)
    assert subjects(whole.new) == ["1", "2", "3"]
    assert whole.group_key == "{}:{}"


def test_news_of_many_sites_is_one_message() -> None:
    """Nobody reads a hundred mails."""
    batch = [notice(str(number), site=str(number)) for number in range(MOST_MESSAGES + 1)]
    log = NotificationLog(ReceiverPolicy())
    (message,) = told(log, START, *batch)
    assert len(message.new) == MOST_MESSAGES + 1
    assert told(log, later(60), *batch) == []
    assert len(told(NotificationLog(ReceiverPolicy()), START, *batch[1:])) == MOST_MESSAGES


def test_quiet_alerts_and_the_watchdog_are_not_told() -> None:
    """Only what is at least as loud as wanted."""
    log = NotificationLog(ReceiverPolicy(least=Severity.WARNING))
    assert told(log, START, notice(severity="info"), notice(severity="none"), notice(severity="")) == []
    assert told(log, START, notice(severity="warning"))


def test_quiet_hours_hold_back_all_but_the_critical() -> None:
    """What fires still when they end is told then."""
    log = NotificationLog(ReceiverPolicy(quiet_hours=UTC_NIGHT))
    night, morning = later(2 * HOUR), later(6 * HOUR)
    (message,) = told(log, night, notice("1", severity="warning"), notice("2"))
    assert subjects(message.new) == ["2"]
    (message,) = told(log, morning, notice("1", severity="warning"), notice("2"))
    assert subjects(message.new) == ["1"]
    assert subjects(message.still) == ["2"]


def test_what_came_and_went_in_quiet_hours_is_not_told() -> None:
    """However long the outbox speaks of it."""
    log = NotificationLog(ReceiverPolicy(quiet_hours=UTC_NIGHT))
    assert told(log, later(2 * HOUR), notice(severity="warning")) == []
    over = notice(severity="warning", resolved=True)
    assert told(log, later(3 * HOUR), over) == []
    assert told(log, later(6 * HOUR), over) == []
    assert told(log, later(7 * HOUR), notice(severity="warning"))


def test_an_end_in_quiet_hours_is_told_after_them() -> None:
    """Though the outbox speaks of it no more."""
    log = NotificationLog(ReceiverPolicy(quiet_hours=UTC_NIGHT))
    told(log, START, notice(severity="warning"))
    assert told(log, later(2 * HOUR), notice(severity="warning", resolved=True)) == []
    (message,) = told(log, later(6 * HOUR))
    assert message.status == "resolved"
    assert told(log, later(7 * HOUR)) == []


def test_what_nobody_speaks_of_any_more_is_not_said_to_fire() -> None:
    """A suppressed alert is left out of its group's messages, and forgotten in time."""
    log = NotificationLog(ReceiverPolicy(believed_s=240))
    told(log, START, notice("1"), notice("2"))
    (message,) = told(log, later(300), notice("1", resolved=True))
    assert message.still == []
    assert message.status == "resolved"
    told(log, later(FORGOTTEN_AFTER_S + HOUR), notice("3"))
    assert told(log, later(FORGOTTEN_AFTER_S + 2 * HOUR), notice("2"))


def test_a_smaller_batch_makes_a_smaller_message() -> None:
    """What was refused is not dragged into the next attempt."""
    log = NotificationLog(ReceiverPolicy())
    log.due([notice("1"), notice("2")], START)
    (message,) = log.due([notice("1")], START)
    assert subjects(message.firing) == ["1"]


STEPS = st.lists(
    st.tuples(st.sampled_from("12345"), st.booleans(), st.integers(0, 30 * 60), st.booleans()), max_size=60
)


@given(STEPS, st.booleans())
def test_nobody_hears_the_same_twice(steps: list[tuple[str, bool, int, bool]], is_quiet: bool) -> None:
    """Each message about an alert says another state than the one before, or comes an interval later."""
    log = NotificationLog(ReceiverPolicy(quiet_hours=UTC_NIGHT if is_quiet else None, repeat_interval_s=HOUR))
    heard: dict[str, tuple[bool, float]] = {}
    now = START
    for subject, resolved, pause_s, arrives in steps:
        now = now.ago(-pause_s)
        one = replace(notice(subject, severity="warning"), resolved=resolved)
        for message in log.due([one], now):
            assert not (is_quiet and UTC_NIGHT.hold(now.wall))
            for news in [*message.new, *message.resolved]:
                state, _ = heard.get(news.labels["terminal_id"], (None, 0.0))
                assert state is not news.resolved
            if arrives:
                log.settle(message, now)
                heard |= {n.labels["terminal_id"]: (n.resolved, now.monotonic) for n in message.notices}


ACK = "acknowledged by ann"


def test_a_held_alert_is_not_repeated_and_its_interval_begins_after_the_hold() -> None:
    """However long it is held."""
    log = NotificationLog(ReceiverPolicy())
    told(log, START, notice())
    assert all(told(log, later(HOUR * hour), notice(held=ACK)) == [] for hour in range(1, 24))
    assert told(log, later(23 * HOUR + 60), notice()) == []
    assert told(log, later(27 * HOUR - 60), notice()) == []
    (again,) = told(log, later(27 * HOUR), notice())
    assert subjects(again.still) == ["1"]


def test_the_end_of_a_held_alert_is_told_at_once() -> None:
    """The receiver knows that it fired, and the hold ends with the alert."""
    log = NotificationLog(ReceiverPolicy())
    told(log, START, notice("1"), notice("2"))
    told(log, later(60), notice("1", held=ACK), notice("2", held=ACK))
    (over,) = told(log, later(120), notice("1", resolved=True), notice("2", resolved=True, held=ACK))
    assert subjects(over.resolved) == ["1", "2"]


def test_a_message_of_the_group_lists_held_alerts_with_the_reason() -> None:
    """Among those that still fire."""
    log = NotificationLog(ReceiverPolicy())
    told(log, START, notice("1"))
    (message,) = told(log, later(60), notice("1", held=ACK), notice("2"))
    assert subjects(message.new) == ["2"]
    assert [one.held for one in message.still] == [ACK]
    assert message.status == "firing"


def test_a_hold_that_outlasts_a_restart_begins_no_message() -> None:
    """A held alert comes only to receivers that know it; its end is news."""
    log = NotificationLog(ReceiverPolicy())
    assert told(log, START, notice(held=ACK)) == []
    assert told(log, later(60), notice()) == []
    assert len(told(log, later(120), notice(resolved=True))) == 1


def test_an_alert_that_was_held_before_it_was_told_is_told_after() -> None:
    """Quiet hours, or a receiver that was away, kept it; the hold loses nothing."""
    log = NotificationLog(ReceiverPolicy())
    assert log.due([notice()], START)
    assert told(log, later(60), notice(held=ACK)) == []
    (message,) = told(log, later(120), notice())
    assert subjects(message.new) == ["1"]


def test_an_alert_that_was_held_before_it_was_told_and_is_over_is_never_told() -> None:
    """Nobody knew of it."""
    log = NotificationLog(ReceiverPolicy())
    assert log.due([notice()], START)
    assert told(log, later(60), notice(held=ACK)) == []
    assert told(log, later(120), notice(resolved=True)) == []
    assert len(told(log, later(180), notice())) == 1


def test_a_held_alert_that_quiet_hours_kept_is_told_after_both() -> None:
    """The hold ends within them, and the alert still fires."""
    log = NotificationLog(ReceiverPolicy(quiet_hours=UTC_NIGHT))
    assert told(log, later(2 * HOUR), notice(severity="warning")) == []
    assert told(log, later(3 * HOUR), notice(severity="warning", held=ACK)) == []
    assert told(log, later(4 * HOUR), notice(severity="warning")) == []
    (message,) = told(log, later(6 * HOUR), notice(severity="warning"))
    assert subjects(message.new) == ["1"]
