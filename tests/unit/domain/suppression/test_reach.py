from monitor.domain.on_call.matcher import Matcher
from monitor.domain.sources.board import SourceBoard
from monitor.domain.suppression.reach import OpenAlerts, alerts_matched, covers_much, terminals_matched
from tests.scenes import Scene, site, terminal


def test_terminals_are_counted_by_the_inventorys_columns() -> None:
    """A key that terminals lack, such as the alert's name, excludes none."""
    scene = Scene([*site("a", 3, region="east"), *site("b", 2, first=11), terminal(30, endpoint="estate:9")])
    scene.fleet.sources["estate"] = SourceBoard(name="estate", kind="json", interval_s=60, stale_after_s=180)
    for terms, count in (
        ({}, 6),
        ({"site": ("a",)}, 3),
        ({"site": ("a", "b")}, 5),
        ({"site": ("a",), "alertname": ("PaperOut",)}, 3),
        ({"region": ("east",), "site": ("b",)}, 0),
        ({"terminal_id": ("10000001", "10000099")}, 1),
        ({"source": ("estate",)}, 1),
    ):
        assert terminals_matched(Matcher(terms), scene.fleet) == count, terms


def test_open_alerts_are_counted() -> None:
    """Pending ones too."""
    scene = Scene(site("a", 2))
    scene.say(printer={"status": "paper_out"})
    assert alerts_matched(Matcher({"site": ("a",)}), book=scene.book, fleet=scene.fleet) == 1
    assert alerts_matched(Matcher({"site": ("b",)}), book=scene.book, fleet=scene.fleet) == 0


def test_many_matches_are_counted_as_one_would_be() -> None:
    """Whichever key is the narrowest, a value that stands twice, and keys that alerts lack."""
    scene = Scene([*site("a", 2, region="east"), *site("b", 2, first=11)])
    scene.say(printer={"status": "paper_out"})
    alerts = OpenAlerts(scene.book, scene.fleet)
    for terms in (
        {},
        {"site": ("a",)},
        {"site": ("a", "b", "a")},
        {"alertname": ("PaperOut",)},
        {"alertname": ("PaperOut",), "region": ("east", "")},
        {"source": ("estate",)},
        {"owner": ("shop",), "severity": ("critical", "warning")},
    ):
        matcher = Matcher(terms)
        assert alerts.matched(matcher) == alerts_matched(matcher, book=scene.book, fleet=scene.fleet), terms
    assert alerts.matched(Matcher({"site": ("a", "b", "a")})) > 0


def test_much_is_a_share_and_a_number() -> None:
    """Two of five terminals are not much to ask about."""
    scene = Scene(site("a", 50))
    assert not covers_much(5, scene.fleet, share=0.1, least=5)
    assert covers_much(6, scene.fleet, share=0.1, least=5)
    assert not covers_much(6, scene.fleet, share=0.1, least=20)
