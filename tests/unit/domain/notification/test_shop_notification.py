"""When shops are told, how often, and of what."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from monitor.domain.alerts.alert import Severity
from monitor.domain.calendars.opening_hours import parse_opening_hours
from monitor.domain.instant import Instant
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.notification.shop_notification import REPEATED_AFTER_S, Shop, ShopLogs, ShopPolicy
from tests.fakes import START

HOUR = 3600.0
MALL = Shop(key="mall", contact="li@mall.example", hours=None, zone=ZoneInfo("Asia/Shanghai"))
PIER = replace(MALL, key="pier", contact="021-555 0199")
SHOPS = {"mall": MALL, "pier": PIER}


def notice(
    subject: str, site: str = "mall", *, owner: str = "shop", severity: str = "critical", over: bool = False
) -> PostableAlert:
    """Return a notice about a terminal of a site."""
    labels = {"alertname": "PaperOut", "terminal_id": subject, "site": site, "severity": severity}
    return PostableAlert(
        labels=labels | ({"owner": owner} if owner else {}),
        annotations={},
        starts_at=START.wall,
        ends_at=START.wall,
        resolved=over,
    )


def later(seconds: float) -> Instant:
    """Return a moment after the start, which is at 09:00 on a Saturday in Shanghai."""
    return START.ago(-seconds)


def logs(*, most: int = 4, **shops: Shop) -> ShopLogs:
    """Return the logs of the two shops, or of others by the name of their site."""
    known = SHOPS | shops
    return ShopLogs(ShopPolicy(most_per_day=most), lambda labels: known.get(labels.get("site", "")))


def told(logs: ShopLogs, now: Instant, *notices: PostableAlert) -> list[tuple[str, list[str], list[str]]]:
    """Return who is told of which firing terminals, and which are over; and settle it."""
    messages = []
    for shop, notification in logs.due(notices, now):
        firing, over = (
            [one.labels["terminal_id"] for one in part]
            for part in (notification.firing, notification.resolved)
        )
        messages.append((shop.key, firing, over))
        logs.settle(shop, notification, now)
    return messages


def test_terminals_of_a_shop_share_a_message() -> None:
    """And each shop has its own, however many there are."""
    batch = [notice("1"), notice("2"), notice("3", "pier")]
    shops = logs()
    assert told(shops, START, *batch) == [("mall", ["1", "2"], []), ("pier", ["3"], [])]
    assert told(shops, later(60), *batch) == []


@pytest.mark.parametrize(
    "other",
    [
        notice("1", owner="network"),
        notice("1", owner=""),
        notice("1", severity="info"),
        notice("1", severity="none"),
        notice("1", "nowhere"),
    ],
    ids=["another's", "nobody's", "information", "the watchdog", "of no known shop"],
)
def test_only_what_a_shop_acts_on_is_told(other: PostableAlert) -> None:
    """An alert of an earlier posmon, without an owner, went to others before."""
    assert told(logs(), START, other) == []


def test_nobody_is_told_that_it_is_over() -> None:
    """Who changed the paper knows; beside other news it is said."""
    shops = logs()
    told(shops, START, notice("1"), notice("2"))
    assert told(shops, later(60), notice("1", over=True), notice("2")) == []
    assert told(shops, later(120), notice("2", over=True), notice("3")) == [("mall", ["3"], ["2"])]


def test_what_lasts_is_told_again_after_a_day() -> None:
    """Not before."""
    shops = logs()
    told(shops, START, notice("1"))
    assert told(shops, later(REPEATED_AFTER_S - 1), notice("1")) == []
    assert told(shops, later(REPEATED_AFTER_S), notice("1")) == [("mall", ["1"], [])]


@pytest.mark.parametrize(
    ("hours", "waits_s"),
    [("Mo-Su 08:00-20:00", 0.0), ("Mo-Su 10:00-20:00", 1.25 * HOUR), ("Mo-Fr 10:00-20:00", 49.25 * HOUR)],
    ids=["open", "opens at ten", "opens on Monday"],
)
def test_a_shop_is_told_while_it_is_open(hours: str, waits_s: float) -> None:
    """From a quarter of an hour after opening on, however bad it is; START is at 09:00 there."""
    shop = replace(MALL, hours=parse_opening_hours(hours))
    shops = logs(mall=shop)
    if waits_s:
        assert told(shops, START, notice("1"), notice("2")) == []
        assert told(shops, later(waits_s - 60), notice("1"), notice("2", over=True)) == []
    assert ("mall", ["1"], []) in told(shops, later(waits_s), notice("1"))


def test_what_came_and_went_while_it_was_closed_is_never_told() -> None:
    """The morning's message is about what still is."""
    shops = logs(mall=replace(MALL, hours=parse_opening_hours("Mo-Su 10:00-20:00")))
    assert told(shops, START, notice("1"), notice("2")) == []
    assert told(shops, later(HOUR), notice("1", over=True), notice("2")) == []
    assert told(shops, later(2 * HOUR), notice("1", over=True), notice("2")) == [("mall", ["2"], [])]


def test_a_shop_has_so_many_messages_a_day() -> None:
    """Of its own time; what is left is told the next day, if it is still so."""
    shops = logs(most=2)
    for minute, terminal_id in enumerate(("1", "2")):
        assert told(shops, later(60 * minute), notice(terminal_id))
    assert told(shops, later(180), notice("3"), notice("4")) == []
    assert told(shops, later(200), notice("9", "pier")) == [("pier", ["9"], [])]
    # 23:59 and 00:01 of the next day in Shanghai.
    assert told(shops, later(14.98 * HOUR), notice("3"), notice("4", over=True)) == []
    assert told(shops, later(15.02 * HOUR), notice("3"), notice("4", over=True)) == [("mall", ["3"], [])]


def test_least_severity_is_the_policy_s() -> None:
    """Warnings may be left out."""
    shops = ShopLogs(ShopPolicy(least=Severity.CRITICAL), lambda _labels: MALL)
    assert told(shops, START, notice("1", severity="warning"), notice("2")) == [("mall", ["2"], [])]


def test_a_shop_that_was_silent_for_a_day_is_forgotten() -> None:
    """Then the same alert is news."""
    shops = logs()
    told(shops, START, notice("1"))
    assert told(shops, later(25 * HOUR), notice("2", "pier")) == [("pier", ["2"], [])]
    assert told(shops, later(25 * HOUR), notice("1")) == [("mall", ["1"], [])]


@pytest.mark.parametrize(
    ("contact", "email", "phone"),
    [
        ("li@mall.example", "li@mall.example", ""),
        ("Li Wei <li@mall.example>, +86 21 555-0199", "li@mall.example", "+86 21 555-0199"),
        ("Frau Li (021) 5550199", "", "(021) 5550199"),
        ("13800138000", "", "13800138000"),
        ("shop123456@mall.example", "shop123456@mall.example", ""),
        ("ask at the desk", "", ""),
        ("li@mall", "", ""),
        ("a@b.example\r\nBcc: x@y.example", "a@b.example", ""),
    ],
)
def test_contacts_are_read_as_people_write_them(contact: str, email: str, phone: str) -> None:
    """The first address and the first number."""
    shop = replace(MALL, contact=contact)
    assert (shop.email, shop.phone) == (email, phone)
