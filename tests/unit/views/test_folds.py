from monitor.domain.alerts.alert import Severity
from monitor.views.attention import Watchlist
from monitor.views.chunked_work import at_once
from monitor.views.folds import MOST_SHOWN, Fold, by_owner
from tests.fleets import LivingFleet, inventory_row, make_fleet


def folds_of(living: LivingFleet) -> list[Fold]:
    """Return the lines of a fleet."""
    watchlist = Watchlist(living.read_model, limit=10)
    for subject in living.book.subjects():
        watchlist.look_at([subject])
    return at_once(watchlist.fold_book.folding(living.read_model))


def hear(living: LivingFleet, numbers: range, **document: object) -> None:
    """Let some terminals answer alike."""
    for number in numbers:
        living.hear(f"{10_000_000 + number}", **document)


def test_alerts_of_one_kind_are_one_line() -> None:
    """The worst kind first, then what no shop can mend; the oldest are named first, twenty at most."""
    living = make_fleet(60)
    living.hear_all(printer={"status": "ok"})
    hear(living, range(40, 45), card_reader={"status": "fault"}, printer={"status": "ok"})
    hear(living, range(45, 48), pin_pad={"status": "fault"}, printer={"status": "ok"})
    hear(living, range(29, 30), printer={"status": "paper_out"})
    living.wait(61)
    hear(living, range(29), printer={"status": "paper_out"})
    living.wait(121)
    found = folds_of(living)
    assert [(fold.alertname, fold.severity, fold.count) for fold in found] == [
        ("PinPadFault", Severity.CRITICAL, 3),
        ("PaperOut", Severity.CRITICAL, 30),
        ("CardReaderFault", Severity.WARNING, 5),
    ]
    paper = found[1]
    assert len(paper.worst) == MOST_SHOWN
    assert (paper.worst[0].subject, paper.worst[0].age_s, paper.oldest_s) == ("10000029", 182.0, 182.0)
    assert paper.worst[0].says == "receipt printer: paper out"
    assert (paper.sites, paper.owner) == (6, "shop")


def test_the_oldest_of_very_many_are_named() -> None:
    """Wherever they come."""
    living = make_fleet(400)
    living.hear_all(printer={"status": "ok"})
    hear(living, range(390, 400), printer={"status": "paper_out"})
    living.wait(61)
    hear(living, range(390), printer={"status": "paper_out"})
    living.wait(61)
    watchlist = Watchlist(living.read_model, limit=10)
    watchlist.look_at(sorted(living.book.subjects()))
    (fold,) = at_once(watchlist.fold_book.folding(living.read_model))
    assert fold.count == 400
    assert [item.subject for item in fold.worst] == [
        *(f"{10_000_000 + number}" for number in range(390, 400)),
        *(f"{10_000_000 + number}" for number in range(10)),
    ]


def test_what_nearly_all_share_is_named() -> None:
    """A model, say; but not one that the whole fleet is of, and not for two."""
    rows = [inventory_row(100 + number, model="A920", site=f"shop-{50 + number}") for number in range(10)]
    living = make_fleet(20, *rows)
    living.hear_all(printer={"status": "ok"})
    hear(living, range(100, 110), pin_pad={"status": "fault"}, printer={"status": "ok"})
    hear(living, range(3), printer={"status": "paper_out"})
    living.wait(121)
    shared = {fold.alertname: fold.shared for fold in folds_of(living)}
    assert shared == {"PinPadFault": ("model", "A920"), "PaperOut": ("site", "shop-00")}
    same = make_fleet(4, region="north")
    same.hear_all(printer={"status": "paper_out"})
    same.wait(61)
    (fold,) = folds_of(same)
    assert fold.shared is None


def test_the_commonest_cause_is_said() -> None:
    """With how many have it; an alert without a diagnosis has none."""
    living = make_fleet(40)
    living.hear_all(printer={"status": "ok"})
    living.hear("10000011", printer={"status": "paper_out"})
    living.make_offline("10000000", "10000010", "10000020")
    found = {fold.alertname: fold for fold in folds_of(living)}
    offline = found["TerminalOffline"]
    assert offline.cause
    assert offline.cause_zh
    assert 0 < offline.cause_count <= offline.count == 3
    assert (found["PaperOut"].cause, found["PaperOut"].cause_count) == ("", 0)


def test_what_has_ended_since_is_not_named() -> None:
    """A survey is some seconds old."""
    living = make_fleet(2)
    living.hear_all(printer={"status": "paper_out"})
    living.wait(61)
    watchlist = Watchlist(living.read_model, limit=10)
    watchlist.look_at(list(living.book.subjects()))
    living.hear("10000000", printer={"status": "ok"})
    (fold,) = at_once(watchlist.fold_book.folding(living.read_model))
    assert [item.subject for item in fold.worst] == ["10000001"]
    living.hear("10000001", printer={"status": "ok"})
    assert at_once(watchlist.fold_book.folding(living.read_model)) == []


def test_lines_by_owner() -> None:
    """The owner with the worst line first; of equals security before the shops."""
    living = make_fleet(10)
    living.hear_all(printer={"status": "paper_out"})
    living.hear("10000009", pin_pad={"status": "tampered"}, card_reader={"status": "fault"})
    living.wait(121)
    groups = by_owner(folds_of(living))
    assert [(one.owner, one.count) for one in groups] == [("security", 1), ("shop", 9), ("field", 1)]


def test_held_ones_are_counted_by_reason() -> None:
    """And are in no line."""
    living = make_fleet(10)
    living.hear_all()
    living.make_offline(*(f"{10_000_000 + number}" for number in range(5)))
    watchlist = Watchlist(living.read_model, limit=10)
    watchlist.look_at(list(living.book.subjects()))
    assert dict(watchlist.held) == {"site": 5}
    folds = at_once(watchlist.fold_book.folding(living.read_model))
    assert [fold.alertname for fold in folds] == ["SiteOffline"]
