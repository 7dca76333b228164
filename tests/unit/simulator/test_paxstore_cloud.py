"""The simulated PAXSTORE refuses what the real one does."""

import hashlib
import hmac
from typing import Any

import pytest
from msgspec import json

from monitor.simulator.paxstore_cloud import (
    KEY,
    LOCKED_S,
    MOST_FAILED,
    SECRET,
    WINDOW_S,
    PaxstoreCloud,
)
from tests.fakes import FakeClock
from tests.paxstore import listing

TERMINALS = listing(3)
LIST = "/p-market-api/v1/3rdsys/terminals"


def signed(query: str, *, secret: str = SECRET) -> str:
    """Return a query's signature as the description has it."""
    return hmac.new(secret.encode(), query.encode(), hashlib.sha256).hexdigest().upper()


def asked(
    cloud: PaxstoreCloud, clock: FakeClock, query: str, *, path: str = LIST, secret: str = SECRET
) -> dict[str, Any]:
    """Return the answer to a request that is signed with `secret` now."""
    query = f"{query}&sysKey={KEY}&timestamp={int(clock.now().wall * 1000)}"
    return answer(cloud, f"{path}?{query}", signed(query, secret=secret))


def answer(cloud: PaxstoreCloud, target: str, signature: str) -> dict[str, Any]:
    """Return the document of a response."""
    response = cloud.respond(f"{target}\n{signature}".encode(), lambda: TERMINALS)
    found = json.decode(response.partition(b"\r\n\r\n")[2])
    assert isinstance(found, dict)
    return found


def test_a_page_says_whether_another_follows() -> None:
    """Firmware is listed when it is asked for."""
    clock = FakeClock()
    cloud = PaxstoreCloud(clock=clock)
    first = asked(cloud, clock, "limit=2&pageNo=1&includeInstalledFirmware=true")
    last = asked(cloud, clock, "limit=2&pageNo=2")
    assert (first["businessCode"], first["hasNext"], last["hasNext"]) == (0, True, False)
    assert [len(first["dataset"]), len(last["dataset"])] == [2, 1]
    assert "installedFirmware" in first["dataset"][0]
    assert "installedFirmware" not in last["dataset"][0]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=101&pageNo=1", 113),
        ("limit=0&pageNo=1", 113),
        ("limit=2&pageNo=0", 113),
        ("limit=2&pageNo=" + "9" * 5000, 113),
        ("limit=%C2%B2&pageNo=1", 113),
    ],
)
def test_a_page_that_is_none_is_refused(query: str, code: int) -> None:
    """A page has 1 to 100 terminals."""
    clock = FakeClock()
    assert asked(PaxstoreCloud(clock=clock), clock, query)["businessCode"] == code


def test_details_are_found_by_serial_number_and_tid() -> None:
    """Both together have to be those of one terminal."""
    clock = FakeClock()
    cloud, path = PaxstoreCloud(clock=clock), f"{LIST}/network"
    (one, _, _), (other, _, _), _ = TERMINALS
    assert asked(cloud, clock, f"serialNo={one.serial_number}", path=path)["data"]["onlineStatus"] == 2
    assert asked(cloud, clock, f"tid={other.terminal_id}", path=path)["data"]["tid"] == other.terminal_id
    mixed = f"serialNo={one.serial_number}&tid={other.terminal_id}"
    assert asked(cloud, clock, mixed, path=path)["businessCode"] == 2039
    assert asked(cloud, clock, "serialNo=nobody", path=path)["businessCode"] == 2028
    assert asked(cloud, clock, "limit=1", path=path)["businessCode"] == 113


def test_the_signature_is_over_the_query_as_sent() -> None:
    """Another order, lower case, seconds and another key are refused."""
    clock = FakeClock()
    cloud, wall = PaxstoreCloud(clock=clock), clock.now().wall
    query = f"limit=1&pageNo=1&sysKey={KEY}&timestamp={int(wall * 1000)}"
    other_order = f"pageNo=1&limit=1&sysKey={KEY}&timestamp={int(wall * 1000)}"
    in_seconds = f"limit=1&pageNo=1&sysKey={KEY}&timestamp={int(wall)}"
    other_key = f"limit=1&pageNo=1&sysKey=other&timestamp={int(wall * 1000)}"
    assert answer(cloud, f"{LIST}?{query}", signed(query))["businessCode"] == 0
    assert answer(cloud, f"{LIST}?{query}", signed(other_order))["businessCode"] == 103
    assert answer(cloud, f"{LIST}?{query}", signed(query).lower())["businessCode"] == 103
    assert answer(cloud, f"{LIST}?{query}", "")["businessCode"] == 103
    assert answer(cloud, f"{LIST}?{in_seconds}", signed(in_seconds))["businessCode"] == 103
    assert answer(cloud, f"{LIST}?{other_key}", signed(other_key))["businessCode"] == 104


def test_twenty_failures_lock_the_key() -> None:
    """A right signature does not help for half an hour."""
    clock = FakeClock()
    cloud = PaxstoreCloud(clock=clock)
    for _ in range(MOST_FAILED):
        assert asked(cloud, clock, "limit=1", secret="wrong")["businessCode"] == 103  # noqa: S106 - made up
    assert asked(cloud, clock, "limit=1")["businessCode"] == 129
    clock.turn(LOCKED_S)
    assert asked(cloud, clock, "limit=1")["businessCode"] == 0


def test_a_window_has_so_many_calls() -> None:
    """The next window has as many again."""
    clock = FakeClock()
    cloud = PaxstoreCloud(clock=clock, limit=2)
    codes = [asked(cloud, clock, "limit=1")["businessCode"] for _ in range(3)]
    clock.turn(WINDOW_S)
    assert [*codes, asked(cloud, clock, "limit=1")["businessCode"]] == [0, 0, 429, 0]
    assert cloud.calls == 4


def test_other_paths_are_not_there() -> None:
    """The base path is /p-market-api."""
    cloud = PaxstoreCloud(clock=FakeClock())
    assert cloud.respond(b"/v1/3rdsys/terminals?limit=1", lambda: TERMINALS).startswith(b"HTTP/1.1 404 ")
