from pathlib import Path

from monitor.domain.inventory.terminal import FIELDS
from tests.faults.neighbourhood import HEALTHY, Neighbourhood, neighbourhood


def damages(whole: bytes) -> dict[str, bytes]:
    """Return what may be left of an inventory when somebody was interrupted while writing it."""
    lines = whole.splitlines(keepends=True)
    first, last = lines[1], lines[-1]
    return {
        "nothing": b"",
        "the header alone": lines[0],
        "half of the header": lines[0][:20],
        "one row": b"".join(lines[:2]),
        "half of the rows": b"".join(lines[: len(lines) // 2]),
        "half of a row in the middle": whole[: len(whole) // 2],
        "all but the end of the last endpoint": whole[: -len(last) + last.index(b"/heartbeat")],
        "all but the second half of the last row": whole[: -len(last) // 2],
        "blanks where the rest belongs": whole[: len(whole) // 2] + b"\0" * (len(whole) // 2),
        "a row within a row": whole.replace(first, first[:30] + first, 1),
        "everything twice": whole + b"".join(lines[1:]),
        "other ids": whole.replace(b"1000", b"2000"),
        "endpoints that must not be polled": whole.replace(b"127.0.0.1", b"169.254.169.254"),
        "another encoding": whole.decode().encode("utf-16"),
        "other columns": whole.replace(b"endpoint", b"url", 1),
    }


async def watched(here: Neighbourhood) -> int:
    """Return how many terminals are watched."""
    return int((await here.posmon.get("/api/v1/status"))["terminals"]["watched"])


async def test_a_damaged_inventory_changes_nothing(tmp_path: Path) -> None:
    """Cut off while being written, spoilt or shrunk by more than a fifth: the old one stays in force."""
    async with neighbourhood(tmp_path) as here:
        path = tmp_path / "inventory.csv"
        whole = path.read_bytes()
        for kind, content in damages(whole).items():
            here.posmon.log.clear()
            path.write_bytes(content)
            assert await here.posmon.status_of("/-/reload", method="POST") == 422, kind
            await here.posmon.until_logged("reload.refused")
        path.unlink()
        assert await here.posmon.status_of("/-/reload", method="POST") == 422
        assert await here.value("posmon_config_last_reload_successful") == 0
        assert await watched(here) == HEALTHY
        await here.is_served()


async def test_a_shrunk_inventory_waits_until_confirmed(tmp_path: Path) -> None:
    """Confirmed it is taken: the terminals that are left are polled on, the others no more."""
    async with neighbourhood(tmp_path) as here:
        path = tmp_path / "inventory.csv"
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(lines[: 1 + HEALTHY // 2]))
        assert await here.posmon.status_of("/-/reload", method="POST") == 422
        await here.is_served()
        assert await here.posmon.status_of("/-/reload?confirm_shrink=true", method="POST") == 200
        gone, here.healthy = here.healthy[HEALTHY // 2 :], here.healthy[: HEALTHY // 2]
        before = [here.fleet.polls(terminal_id) for terminal_id in gone]
        await here.is_served()
        assert await watched(here) == HEALTHY // 2
        assert [here.fleet.polls(terminal_id) for terminal_id in gone] == before


def test_the_damage_is_done_to_a_file_as_people_have_it() -> None:
    """The id comes first and the endpoint second, so that a row cut off can be told."""
    assert FIELDS[:2] == ("terminal_id", "endpoint")
