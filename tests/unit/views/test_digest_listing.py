from monitor.domain.digest.attention import AttentionLog
from monitor.domain.digest.period_log import MOST_LISTED, PeriodLog
from monitor.domain.digest.suggestion import InForce
from monitor.domain.notification.told import ToldAlert, ToldMessage, Way, label_key
from monitor.views.digest_listing import digest_document
from tests.unit.domain.digest.steps import BEGIN, fired


def test_long_lists_are_cut_and_say_how_long_they_are() -> None:
    """And only the ten noisiest rules have a suggestion."""
    attention = AttentionLog()
    log = PeriodLog(since=BEGIN, until=BEGIN + 86_400.0, attention=attention)
    for number in range(MOST_LISTED + 5):
        for second in range(3):
            log.take(fired(10.0 * second, 5, subject=str(number)))
        left = fired(50.0, subject=str(number), terminal_id=str(number))
        log.take(left)
        attention.take(
            ToldMessage(
                at=BEGIN + 60,
                receiver="ops",
                way=Way.MAIL,
                firing=(ToldAlert(key=label_key(left[0].labels), since=BEGIN + 50, severity="critical"),),
            )
        )
    for number in range(11):
        log.take(fired(99.0, 5, alertname=f"Other{number:02}", severity="info"))
    document = digest_document(log.digest(), InForce())
    assert (len(document.recurring), document.recurring_count) == (MOST_LISTED, MOST_LISTED + 5)
    assert (len(document.overlooked), document.overlooked_count) == (MOST_LISTED, MOST_LISTED + 5)
    assert [bool(rule.suggestion) for rule in document.rules] == [True] * 10 + [False] * 2
    assert document.rules[0].suggestion_zh
    assert document.since == "2027-01-15T08:00:00.000Z"
