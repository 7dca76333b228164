from monitor.domain.digest.attention import AttentionLog
from monitor.domain.notification.told import HeldSpan, ToldAlert, ToldMessage, Way, label_key
from tests.unit.domain.digest.steps import BEGIN, fired


def test_time_under_a_hold_is_not_unattended() -> None:
    """Holds that overlap count once, and only from when on-call was told."""
    (began,) = fired(0)
    alert = ToldAlert(key=label_key(began.labels), since=BEGIN, severity="critical")
    message = ToldMessage(at=BEGIN + 100, receiver="ops", way=Way.MESSENGER, firing=(alert,))

    def span(begin: float, end: float | None) -> HeldSpan:
        ended = None if end is None else BEGIN + end
        return HeldSpan(
            alertname="WeakSignal", subject="1", reason="closed", began=BEGIN + begin, ended=ended
        )  # fmt: skip

    spans = [span(0, 150), span(200, 400), span(300, 500), span(900, None)]
    attended = AttentionLog(told=[message], held=spans).of(began, BEGIN + 1000)
    assert attended.told_at == BEGIN + 100
    assert attended.unattended_s == (200 - 150) + (900 - 500)
    assert not attended.is_attended


def test_nobody_can_leave_unattended_what_nobody_was_told_of() -> None:
    """A message after the end is about another life."""
    (began,) = fired(0)
    alert = ToldAlert(key=label_key(began.labels), since=BEGIN, severity="critical")
    late = ToldMessage(at=BEGIN + 100, receiver="ops", way=Way.MAIL, firing=(alert,))
    attended = AttentionLog(told=[late]).of(began, BEGIN + 50)
    assert (attended.told_at, attended.unattended_s) == (None, 0.0)
