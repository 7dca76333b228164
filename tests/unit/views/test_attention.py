from monitor.domain.inventory.terminal import InventoryStatus
from monitor.views.attention import Attention, Watchlist
from tests.fleets import LivingFleet, inventory_row, make_closed_fleet, make_fleet


def _attention(living: LivingFleet, *, limit: int) -> Attention:
    watchlist = Watchlist(living.read_model, limit=limit)
    for subject in living.book.subjects():
        watchlist.look_at([subject])
    return watchlist.attention()


def test_what_is_most_severe_and_oldest_comes_first() -> None:
    """Critical before warning, and of equals the one that has waited longest."""
    living = make_fleet(4)
    living.hear_all(printer={"status": "ok"})
    living.hear("10000003", printer={"status": "paper_jam"})
    living.wait(121)
    living.hear("10000002", printer={"status": "paper_out"})
    living.wait(30)
    living.hear("10000001", printer={"status": "paper_out"})
    living.wait(61)
    found = _attention(living, limit=10)
    assert [item.subject for item in found.items] == ["10000002", "10000001", "10000003"]
    assert found.items[0].worst.age_s == 91


def test_a_terminal_s_alerts_are_one_item() -> None:
    """A terminal with two faults is one thing to look at."""
    living = make_fleet(1)
    living.hear("10000000", printer={"status": "paper_out"}, card_reader={"status": "fault"})
    living.wait(121)
    (item,) = _attention(living, limit=10).items
    assert [concern.alertname for concern in item.concerns] == ["PaperOut", "CardReaderFault"]


def test_a_dark_site_is_one_item() -> None:
    """The site is listed, its terminals' own offline alerts are not."""
    living = make_fleet(10)
    living.hear_all()
    living.make_offline(*(f"{10_000_000 + number}" for number in range(5)))
    (item,) = _attention(living, limit=10).items
    assert (item.subject, item.site, item.terminal) == ("/site/shop-00", "shop-00", None)
    assert item.worst.says == "5 of 5 terminals of the site do not answer"


def test_maintenance_and_mere_information_need_no_attention() -> None:
    """What is being repaired or only worth knowing, and the watchdog, are left out."""
    living = make_fleet(4, inventory_row(9, status=InventoryStatus.MAINTENANCE))
    living.hear_all(firmware_version="2.0", printer={"status": "ok"})
    living.hear("10000000", firmware_version="1.0")
    living.hear("10000009", printer={"status": "fault"})
    living.wait(24 * 3600 + 1)
    names = {alert.alertname for alert in living.book}
    assert names == {"FirmwareOutdated", "PrinterFault", "Watchdog"}
    assert _attention(living, limit=10).total == 0


def test_a_long_list_is_cut_and_counted() -> None:
    """The rest is not shown but told."""
    living = make_fleet(12)
    living.hear_all(printer={"status": "paper_out"})
    living.wait(61)
    found = _attention(living, limit=5)
    assert (len(found.items), found.total) == (5, 12)


def test_an_outage_of_the_fleet_is_no_item() -> None:
    """The page tells it above everything else; what else is wrong is still listed."""
    living = make_fleet(10)
    living.hear_all(printer={"status": "ok"})
    living.hear("10000009", printer={"status": "paper_out"})
    living.wait(61)
    living.make_offline(*(f"{10_000_000 + number}" for number in range(10)))
    assert living.book.find("FleetUnreachable", "/fleet")
    assert [item.subject for item in _attention(living, limit=10).items] == ["10000009"]


def test_a_closed_shop_needs_no_attention() -> None:
    """What else is wrong with its terminals does."""
    living = make_closed_fleet(5)
    assert _attention(living, limit=10).total == 0
    living.hear("10000001", pin_pad={"status": "tampered"})
    living.make_offline("10000001")
    (item,) = _attention(living, limit=10).items
    assert [concern.alertname for concern in item.concerns] == ["TerminalTampered"]
