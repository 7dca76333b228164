import pytest

from monitor.domain.alerts.alert import AlertState, Category, Owner, Severity
from monitor.domain.on_call.acknowledgement import Acknowledgement
from monitor.domain.on_call.action import Author, Via
from monitor.views.alert_listing import AlertFilter, paging_alerts
from monitor.views.chunked_work import at_once
from monitor.views.cursor import BadCursor, encode_cursor
from monitor.views.documents import AlertPage
from tests.fleets import LivingFleet, make_fleet


def _page_of(
    living: LivingFleet, wanted: AlertFilter | None = None, *, cursor: str = "", limit: int = 100
) -> AlertPage:
    work = paging_alerts(
        wanted or AlertFilter(),
        book=living.book,
        suppression=living.evaluation.suppression,
        now=living.clock.now(),
        cursor=cursor,
        limit=limit,
    )
    return at_once(work)


def _names_of(page: AlertPage) -> list[tuple[str, str]]:
    return [(alert.subject, alert.alertname) for alert in page.alerts]


def _troubled_fleet() -> LivingFleet:
    """Four of five at shop-00 offline, the fifth without paper, one of shop-01 low on paper (pending)."""
    living = make_fleet(7)
    living.hear_all(printer={"status": "ok"})
    living.hear("10000004", printer={"status": "paper_out"})
    living.hear("10000006", printer={"status": "paper_low"})
    living.make_offline(*(f"{10_000_000 + number}" for number in range(4)))
    return living


def test_a_document_says_everything_about_an_alert() -> None:
    """Identity, words, times and state are all there."""
    living = _troubled_fleet()
    page = _page_of(living, AlertFilter(alertname=frozenset({"PaperOut"})))
    (paper_out,) = page.alerts
    assert paper_out.labels["terminal_id"] == paper_out.subject == "10000004"
    assert (paper_out.severity, paper_out.category, paper_out.state) == ("critical", "printer", "firing")
    assert paper_out.starts_at == "2026-11-21T01:00:00.000Z"
    assert paper_out.fired_at == "2026-11-21T01:01:00.000Z"
    assert paper_out.suppressed_by is None
    assert paper_out.annotations["action_zh"]


def test_what_a_larger_outage_explains_names_it() -> None:
    """The offline alerts of a dark site say why they are not sent."""
    page = _page_of(_troubled_fleet(), AlertFilter(alertname=frozenset({"TerminalOffline"})))
    assert {alert.suppressed_by for alert in page.alerts} == {"SiteOffline"}


FILTERS = [
    ("by state", AlertFilter(state=frozenset({AlertState.PENDING})), {"PaperLow"}),
    ("by severity", AlertFilter(severity=frozenset({Severity.NONE})), {"Watchdog"}),
    ("by category", AlertFilter(category=frozenset({Category.PRINTER})), {"PaperOut", "PaperLow"}),
    ("by owner", AlertFilter(owner=frozenset({Owner.MONITORING})), {"Watchdog"}),
    ("by terminal", AlertFilter(terminal_id=frozenset({"10000004"})), {"PaperOut"}),
    ("by site", AlertFilter(site=frozenset({"shop-01"})), {"PaperLow"}),
    ("by region", AlertFilter(region=frozenset({"nowhere"})), set()),
    ("by model", AlertFilter(model=frozenset({"N910"}), site=frozenset({"shop-01"})), {"PaperLow"}),
    ("by another model", AlertFilter(model=frozenset({"A920"})), set()),
    ("held back", AlertFilter(held=True), {"TerminalOffline"}),
    ("not held back", AlertFilter(held=False), {"SiteOffline", "PaperOut", "PaperLow", "Watchdog"}),
    ("unattended", AlertFilter(unattended=True), {"SiteOffline", "PaperOut"}),
    ("by nobody", AlertFilter(acknowledged_by=frozenset({"ann"})), set()),
]


@pytest.mark.parametrize(("wanted", "names"), [row[1:] for row in FILTERS], ids=[row[0] for row in FILTERS])
def test_filters(wanted: AlertFilter, names: set[str]) -> None:
    """A filter finds exactly the alerts it describes."""
    assert {alert.alertname for alert in _page_of(_troubled_fleet(), wanted).alerts} == names


def test_whose_acknowledgement_it_is() -> None:
    """An alert is somebody's while the acknowledgement holds, and attended to."""
    living = _troubled_fleet()
    alert = living.book.find("PaperOut", "10000004")
    assert alert is not None
    known = Acknowledgement(
        id="a1",
        alertname="PaperOut",
        subject="10000004",
        labels=alert.labels,
        starts_at=alert.since.wall,
        severity=alert.severity,
        cause="",
        at=living.clock.now().wall,
        ends_at=living.clock.now().wall + 60,
        by="ann",
        comment="",
    )
    living.evaluation.suppression.on_call.add(known, Author(name="ann", via=Via.PAGE), known.at)
    by_ann = AlertFilter(acknowledged_by=frozenset({"ann"}))
    assert _names_of(_page_of(living, by_ann)) == [("10000004", "PaperOut")]
    assert _page_of(living, AlertFilter(acknowledged_by=frozenset({"bob"}))).alerts == []
    unattended = AlertFilter(unattended=True)
    assert _names_of(_page_of(living, unattended)) == [("/site/shop-00", "SiteOffline")]
    living.clock.turn(61)
    assert _page_of(living, by_ann).alerts == []
    assert len(_page_of(living, unattended).alerts) == 2


def test_the_loudest_come_first() -> None:
    """Whoever looks at the first page sees what is critical, then by subject; the watchdog is last."""
    page = _page_of(_troubled_fleet())
    severities = [alert.severity for alert in page.alerts]
    assert severities == sorted(severities, key=list(Severity).index)
    assert {*severities} == {Severity.CRITICAL, Severity.WARNING, Severity.NONE}
    critical = [alert.subject for alert in page.alerts if alert.severity is Severity.CRITICAL]
    assert critical == sorted(critical)


@pytest.mark.parametrize("key", [("loud", "10000001", "PaperOut"), ("critical", "10000001")])
def test_a_cursor_of_something_else(key: tuple[str, ...]) -> None:
    """A cursor that no page gave is refused."""
    with pytest.raises(BadCursor):
        _page_of(_troubled_fleet(), cursor=encode_cursor(*key))


def test_pages_follow_each_other_without_gap_or_repetition() -> None:
    """Two alerts a page add up to all of them."""
    living = _troubled_fleet()
    seen: list[tuple[str, str]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = _page_of(living, cursor=cursor, limit=2)
        seen += _names_of(page)
        cursor = page.next_cursor
    assert seen == _names_of(_page_of(living))
    assert len(seen) == len(set(seen)) == len(living.book)
