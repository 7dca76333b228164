"""Whom the inventory names for a shop."""

from zoneinfo import ZoneInfo

from monitor.assembly.shop_directory import ShopDirectory
from monitor.domain.notification.shop_notification import Shop
from tests.scenes import Scene, terminal

MALL = {"site": "mall", "opening_hours": "Mo-Su 08:00-20:00", "timezone": "Asia/Shanghai"}


def find(labels: dict[str, str]) -> Shop | None:
    """Return the shop of an alert in an inventory with a site of two, and two terminals without one."""
    scene = Scene(
        [
            terminal(1, **MALL),
            terminal(2, **MALL, contact="li@mall.example"),
            terminal(3, contact="kiosk@pier.example"),
            terminal(4),
        ]
    )
    return ShopDirectory(scene.fleet, ZoneInfo).find(labels)


def test_a_terminal_without_a_contact_has_its_site_s() -> None:
    """With the hours and the zone of the row that the contact is from."""
    own, other, site = (
        find(labels)
        for labels in ({"terminal_id": "10000002"}, {"terminal_id": "10000001"}, {"site": "mall"})
    )
    assert own == other == site
    assert own is not None
    assert (own.key, own.contact, str(own.zone)) == ("mall", "li@mall.example", "Asia/Shanghai")
    assert own.hours is not None


def test_a_terminal_without_a_site_is_a_shop_of_its_own() -> None:
    """No site is called like it: a slash stands before its id."""
    kiosk = find({"terminal_id": "10000003"})
    assert kiosk is not None
    assert (kiosk.key, kiosk.contact, kiosk.hours) == ("/10000003", "kiosk@pier.example", None)
    assert kiosk.is_open(0.0)


def test_nobody_is_found_where_nobody_is_named() -> None:
    """Nor for a card, a terminal that is not watched, or the fleet."""
    for labels in ({"terminal_id": "10000004"}, {"card": "0a1b"}, {"terminal_id": "9"}, {"site": "no"}, {}):
        assert find(labels) is None
