"""The evaluation of calm: its labels, its arithmetic, and a day of a small town."""

from dataclasses import replace
from math import inf

import pytest

from bench.evaluate.calm.ledger import LabelledIncident, Ledger
from bench.evaluate.calm.pager import Page, PagedAlert
from bench.evaluate.calm.report import calm_document, calm_lines, page_lines
from bench.evaluate.calm.run import CalmPlan, Week, live_a_week
from bench.evaluate.calm.score import CalmScore, calm_targets_missed

HOUR = 3600.0
ROUTER = LabelledIncident(
    kind="router",
    begins=10 * HOUR,
    ends=11 * HOUR,
    finds=frozenset({"category:connectivity"}),
    follows=frozenset({"UnexpectedRestart"}),
    scope={"site": {"a"}, "terminal_id": {"1", "2"}},
)


def alert(name: str, at: float, category: str = "connectivity", **labels: str) -> PagedAlert:
    """Return an alert that a page had a minute and a half after its condition began."""
    labels = {"alertname": name, "category": category} | labels
    return PagedAlert(labels=labels, starts_at=at - 90, told_at=at)


def page(*alerts: PagedAlert, receiver: str = "oncall") -> Page:
    """Return a page that its first alert opened."""
    keyed = {(frozenset(one.labels.items()), one.starts_at): one for one in alerts}
    return Page(receiver=receiver, group=((), ()), opened_at=alerts[0].told_at, closed_at=inf, alerts=keyed)


def scored(*pages: Page, ledger: Ledger | None = None, incident: LabelledIncident = ROUTER) -> CalmScore:
    """Return the score of a week of 1 000 terminals with one incident."""
    ledger = ledger or Ledger()
    ledger.incidents.append(incident)
    score = CalmScore()
    score.take(Week(plan=CalmPlan(), ledger=ledger, messages=[], pages=pages, polls=0))
    return score


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        pytest.param(alert("SiteOffline", 10.1 * HOUR, site="a"), True, id="its site"),
        pytest.param(alert("SiteOffline", 10.1 * HOUR, site="b"), False, id="another site"),
        pytest.param(alert("TerminalOffline", 10.1 * HOUR, site="a", terminal_id="2"), True, id="a till"),
        pytest.param(alert("TerminalOffline", 10.1 * HOUR, site="a", terminal_id="9"), False, id="narrowest"),
        pytest.param(alert("PaperOut", 10.1 * HOUR, "printer", site="a"), False, id="another thing"),
        pytest.param(alert("SiteOffline", 9.9 * HOUR, site="a"), False, id="before it"),
        pytest.param(alert("SiteOffline", 12 * HOUR, site="a"), False, id="long after it"),
        pytest.param(alert("FleetUnreachable", 10.1 * HOUR), False, id="no place at all"),
    ],
)
def test_alert_finds_an_incident_by_name_place_and_time(one: PagedAlert, *, expected: bool) -> None:
    """The narrowest label that says where decides."""
    assert ROUTER.is_found_by(one) is expected


def test_general_incident_is_found_by_an_alert_without_a_place() -> None:
    """The outage of posmon's own line concerns no place."""
    own_line = replace(ROUTER, is_general=True)
    assert own_line.is_found_by(alert("FleetUnreachable", 10.1 * HOUR))


def test_what_only_comes_of_an_incident_does_not_find_it() -> None:
    """But its page was no false alarm."""
    score = scored(page(alert("UnexpectedRestart", 10.1 * HOUR, "device", terminal_id="1")))
    assert (score.found, score.needed.total(), score.needless.total()) == (0, 1, 0)


def test_one_page_in_time_meets_every_target() -> None:
    """Found, needed, not split."""
    score = scored(page(alert("SiteOffline", 10.1 * HOUR, site="a")))
    assert (score.found, score.incidents) == (1, 1)
    assert score.kinds["router"].delays_s == pytest.approx([360])
    assert [*calm_targets_missed(score)] == []


def test_two_pages_of_one_incident_are_split_only_at_one_receiver() -> None:
    """Two teams that are both concerned are told once each."""
    site = alert("SiteOffline", 10.1 * HOUR, site="a")
    till = alert("TerminalOffline", 10.2 * HOUR, site="a", terminal_id="1")
    assert scored(page(site), page(till)).kinds["router"].split == 1
    two_teams = scored(page(site), page(till, receiver="security"))
    assert two_teams.kinds["router"].split == 0
    assert two_teams.kinds["router"].pages == [2]


def test_incident_that_joins_an_older_page_wakes_nobody() -> None:
    """It is buried, and the page stays as needless as it was."""
    closed, router = (alert("SiteOffline", at * HOUR, site=site) for at, site in ((9, "b"), (10.1, "a")))
    score = scored(page(closed, router))
    kind = score.kinds["router"]
    assert (kind.found, kind.buried, kind.pages) == (0, 1, [0])
    assert score.needless.total() == 1


def test_needless_page_names_what_it_was_about() -> None:
    """By what went on at its terminal, or at most terminals of its site."""
    ledger = Ledger(sites={"b": ("7", "8", "9")})
    for terminal_id in ("7", "8"):
        ledger.note(terminal_id, "closed", 19 * HOUR, 32 * HOUR)
    ledger.note("9", "paper", 19 * HOUR, 21 * HOUR)
    pages = (
        page(alert("SiteOffline", 20 * HOUR, site="b")),
        page(alert("PaperOut", 20 * HOUR, "printer", site="b", terminal_id="9")),
        page(alert("PinFailuresOnTerminal", 20 * HOUR, "security", site="b", terminal_id="7")),
    )
    score = scored(*pages, ledger=ledger)
    assert score.needless == {
        ("SiteOffline", "closed"): 1,
        ("PaperOut", "paper"): 1,
        ("PinFailuresOnTerminal", "customers"): 1,
    }
    assert "pages for closed shops: 1" in [*calm_targets_missed(score)]


def test_missed_targets_are_named() -> None:
    """Each with its figure."""
    cries = [page(alert("PaperOut", at * HOUR, "printer", terminal_id="5")) for at in range(5)]
    missed = [*calm_targets_missed(scored(*cries))]
    assert missed == [
        "found: 0 of 1",
        "needless pages per 1 000 terminals and week: 5.0",
        "needed: 0 of 5 pages",
        "router: 0 pages",
    ]


def test_day_of_a_small_town_is_the_same_twice_and_told_of() -> None:
    """Through the whole daemon: the evening's closing is noticed, one way or another, and nothing is lost."""
    plan = CalmPlan(terminals=15, days=1)
    first, second = (live_a_week(3, plan) for _ in range(2))
    assert first.messages
    assert [message.at for message in first.messages] == [message.at for message in second.messages]
    assert first.pages == second.pages
    score = CalmScore()
    score.take(first)
    assert calm_document(score, seeds=[3], took_s=1.0)["thousand_terminal_weeks"] == plan.thousand_weeks
    assert any("needless pages" in line for line in calm_lines(score))
    assert len([*page_lines(score)]) == len(first.pages)
