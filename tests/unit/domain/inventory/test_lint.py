import pytest

from monitor.domain.inventory.inventory import Inventory
from monitor.domain.inventory.lint import remarks_on
from monitor.domain.inventory.terminal import InventoryStatus, Terminal

GOOD = Terminal(terminal_id="00000001", endpoint="http://192.0.2.1/", serial_number="A1")


def row(terminal_id: str, endpoint: str = "", serial: str = "", status: str = "in_service") -> Terminal:
    """Return a terminal."""
    return Terminal(
        terminal_id=terminal_id, endpoint=endpoint, serial_number=serial, status=InventoryStatus(status)
    )


CASES = [
    ("nothing is odd", [], []),
    (
        "a terminal in use has no endpoint",
        [row("00000002"), row("00000003", status="maintenance")],
        ["2 terminals without an endpoint, never polled: 00000002, 00000003"],
    ),
    ("a spare one needs none", [row("00000002", status="spare"), row("00000003", status="retired")], []),
    (
        "two share an endpoint",
        [row("00000002", "http://192.0.2.1/")],
        ["endpoint http://192.0.2.1/ belongs to 2 terminals: 00000001, 00000002"],
    ),
    (
        "many share a serial number",
        [row(f"0000001{n}", f"http://192.0.2.1{n}/", "A1") for n in range(8)],
        ["serial number A1 belongs to 9 terminals: 00000001, 00000010, 00000011, 00000012, 00000013, ..."],
    ),
    (
        "an id lost its zeros",
        [row("00000002", "http://192.0.2.2/"), row("3", "http://192.0.2.3/")],
        ["1 id with fewer digits than most, did a spreadsheet drop leading zeros? 3"],
    ),
    ("ids are of all lengths", [row("22", "http://192.0.2.2/"), row("3", "http://192.0.2.3/")], []),
    ("half of the ids are of one length", [row("22", "http://192.0.2.2/")], []),
    (
        "one id of eight is a short word",
        [row("00000002", "http://192.0.2.2/"), row("A", "http://192.0.2.3/")],
        [],
    ),
    (
        "ids, serial numbers and sites are written in two ways",
        [
            Terminal(terminal_id="ab1", endpoint="http://192.0.2.2/", serial_number="N 01", site="Shop 1"),
            Terminal(terminal_id="AB1", endpoint="http://192.0.2.3/", serial_number="n01", site="shop 1"),
        ],
        [
            "id written differently, is it the same? ab1, AB1",
            "serial number written differently, is it the same? N 01, n01",
            "site written differently, is it the same? Shop 1, shop 1",
        ],
    ),
    (
        "a spreadsheet took ids for numbers",
        [row("00000002.0", "http://192.0.2.2/"), row("A.0", "http://192.0.2.3/")],
        ["1 id with .0 at the end, did a spreadsheet take it for a number? 00000002.0"],
    ),
    (
        "a serial number holds a blank that nobody sees",
        [row("00000002", "http://192.0.2.2/", "N\u00a01")],
        ["serial_number of terminal 00000002 holds the invisible character U+00A0"],
    ),
    ("ids are no numbers", [row("A-22", "http://192.0.2.2/"), row("B-3", "http://192.0.2.3/")], []),
]


@pytest.mark.parametrize(("more", "said"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_oddity_is_remarked(more: list[Terminal], said: list[str]) -> None:
    """What somebody should look at is said with examples."""
    assert list(remarks_on(Inventory([GOOD, *more]))) == said


@pytest.mark.parametrize(
    "terminals",
    [[], [row("00000001", status="spare")], [row("1")]],
    ids=["empty", "a spare one", "no endpoint"],
)
def test_fleet_that_nobody_polls_is_remarked(terminals: list[Terminal]) -> None:
    """An inventory without anything to poll is most likely a mistake."""
    assert list(remarks_on(Inventory(terminals))) == [
        "no terminal would be polled: none is in service or maintenance and has an endpoint"
    ]


def test_a_site_has_one_clock_and_one_set_of_hours() -> None:
    """A terminal in a drawer may have others."""
    rows = [
        Terminal(
            terminal_id=f"0000001{n}",
            endpoint=f"http://192.0.2.1{n}/",
            site=site,
            timezone=zone,
            status=status,
        )
        for n, (site, zone, status) in enumerate(
            [
                ("one", "UTC", InventoryStatus.IN_SERVICE),
                ("one", "UTC", InventoryStatus.MAINTENANCE),
                ("one", "", InventoryStatus.SPARE),
                ("two", "UTC", InventoryStatus.IN_SERVICE),
                ("two", "", InventoryStatus.IN_SERVICE),
                ("", "Asia/Shanghai", InventoryStatus.IN_SERVICE),
                ("", "", InventoryStatus.IN_SERVICE),
            ]
        )
    ]
    assert [*remarks_on(Inventory(rows))] == ["1 site with more than one timezone, is that meant? two"]
