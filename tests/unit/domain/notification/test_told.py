from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.notification.told import HeldSpan, ToldLog, Way, label_key

KEY = "PaperOut", "1"
OTHER = "PaperOut", "2"


def notice(**labels: str) -> PostableAlert:
    """Return a notice; posmon has added the label `fleet` for its receivers."""
    own = {"alertname": "PaperOut", "severity": "critical"} | labels
    return PostableAlert(
        labels=own | {"fleet": "north"},
        annotations={},
        starts_at=5.0,
        ends_at=9.0,
        resolved=False,
        own=frozenset(own.items()),
    )


def test_a_message_names_its_alerts_as_the_journal_knows_them() -> None:
    """By their own labels, not those that are added for receivers."""
    log = ToldLog()
    log.tell("ops", Way.MAIL, [notice(site="a")], resolved=2, wall=10.0)
    (message,) = log.drain_unsaved().messages
    assert (message.at, message.receiver, message.way, message.resolved) == (10.0, "ops", Way.MAIL, 2)
    ((key, since, severity),) = [(one.key, one.since, one.severity) for one in message.firing]
    assert key == label_key({"severity": "critical", "alertname": "PaperOut", "site": "a", "region": ""})
    assert (since, severity) == (5.0, "critical")
    assert not log.drain_unsaved()


def test_messages_of_one_moment_are_told_apart() -> None:
    """A receiver gets several in one go; one without news is none."""
    log = ToldLog()
    for _ in range(3):
        log.tell("ops", Way.MAIL, [notice()], resolved=0, wall=10.0)
    log.tell("ops", Way.MAIL, [], resolved=0, wall=10.0)
    assert len({message.at for message in log.drain_unsaved().messages}) == 3


def test_a_span_lasts_while_its_alert_is_seen_held() -> None:
    """It is saved when it begins and when it ends; another reason is another span."""
    log = ToldLog()
    log.hold(KEY, "closed", 1.0)
    log.hold_only({KEY: "closed", OTHER: "site"}, 2.0)
    first = log.drain_unsaved()
    assert first.run_began == 1.0
    assert [(one.subject, one.began, one.ended) for one in first.held] == [("1", 1.0, None), ("2", 2.0, None)]
    log.hold_only({KEY: "silence"}, 3.0)
    second = log.drain_unsaved()
    assert second.run_began is None
    assert {(one.subject, one.reason, one.began, one.ended) for one in second.held} == {
        ("1", "closed", 1.0, 3.0),
        ("2", "site", 2.0, 3.0),
        ("1", "silence", 3.0, None),
    }
    log.hold_only({KEY: "silence"}, 4.0)
    assert not log.drain_unsaved()


def test_a_clock_that_is_set_back_makes_no_span_that_ends_before_it_begins() -> None:
    """It then has no length."""
    log = ToldLog()
    log.hold(KEY, "closed", 10.0)
    log.hold_only({}, 5.0)
    ended = HeldSpan(alertname="PaperOut", subject="1", reason="closed", began=10.0, ended=10.0)
    assert list(log.drain_unsaved().held) == [ended]


def test_the_last_period_of_a_schedule_is_remembered() -> None:
    """And saved once."""
    log = ToldLog()
    log.digest_sent("ops daily en", 7.0)
    assert log.digests == {"ops daily en": 7.0}
    assert log.drain_unsaved().digests == {"ops daily en": 7.0}
    assert not log.drain_unsaved()
