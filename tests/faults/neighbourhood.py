"""Healthy terminals beside bad ones, polled by a real daemon: what every fault is judged by."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self

from msgspec.structs import replace
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from monitor.adapters.system import SystemClock
from monitor.domain.inventory.terminal import Terminal
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.integration.daemon.process import DaemonProcess, daemon, write_inventory, write_settings

HEALTHY = 20
ROUNDS = 2
MOST_LATE_S = 1.0
MOST_LATE_SHARE = 0.01
STARVED_S = 0.5
WITHIN_S = 20.0
PAUSE_S = 0.05

PAGES = ("/", "/terminals", "/metrics", "/api/v1/status", "/api/v1/terminals", "/api/v1/alerts")


def bad_terminal(terminal_id: str, endpoint: str, **fields: str) -> Terminal:
    """Return the row of a terminal that is alone at its site, so that only its own alerts concern it."""
    row: dict[str, Any] = {"terminal_id": terminal_id, "endpoint": endpoint, "site": f"at {terminal_id}"}
    return Terminal(**row | fields)


class Process:
    """A process as the kernel sees it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def figure(self, name: str) -> int:
        """Return a number from /proc/PID/status: Threads, VmRSS in KiB, or VmHWM which is its peak."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(rf"^{name}:\s+(\d+)", status, re.MULTILINE)
        assert found, name
        return int(found[1])

    def starved_s(self) -> float:
        """Return how long it has been ready to run without a processor."""
        return int(Path(f"/proc/{self.pid}/schedstat").read_text().split()[1]) / 1e9


class Neighbourhood:
    """A daemon that polls terminals of `fleet` and others.

    Those of `healthy` are to stay so; the test may do to those of `stricken` what it likes.
    """

    def __init__(self, posmon: DaemonProcess, fleet: SimulatedFleet, stricken: int) -> None:
        self.posmon = posmon
        self.fleet = fleet
        self._process = Process(posmon.process.pid)
        ids = [terminal.terminal_id for terminal in fleet.inventory]
        self.stricken, self.healthy = ids[:stricken], ids[stricken:]

    async def samples(self) -> list[Sample]:
        """Return all samples of the metrics page; ValueError where a strict parser minds it."""
        families = text_string_to_metric_families(await self.posmon.text("/metrics"))
        return [sample for family in families for sample in family.samples]

    async def value(self, name: str, **labels: str) -> float:
        """Return the sample that has these labels, whatever others it has."""
        return _value(await self.samples(), name, labels)

    async def last_poll(self, terminal_id: str) -> dict[str, Any]:
        """Return how the last poll of a terminal ended, {} before the first."""
        detail = await self.posmon.get(f"/api/v1/terminals/{terminal_id}")
        return detail["last_poll"] or {}

    async def until(self, condition: Callable[[], Awaitable[bool]], what: object) -> None:
        """Wait until a condition comes true; the failure says which, and `what` as it is by then."""
        try:
            async with asyncio.timeout(WITHIN_S):
                while not await condition():  # noqa: ASYNC110 - likewise
                    await asyncio.sleep(PAUSE_S)  # noqa: TID251 - another process has no event for us
        except TimeoutError:
            raise AssertionError(f"waited for: {what}") from None

    async def until_polled_as(self, outcome: str, *terminal_ids: str, failures: int = 1) -> None:
        """Wait until each terminal's last `failures` polls, or one good one, have come to an outcome."""
        others: dict[str, dict[str, Any]] = {terminal_id: {} for terminal_id in terminal_ids}

        async def are_polled() -> bool:
            for terminal_id in tuple(others):
                last = await self.last_poll(terminal_id)
                if last.get("outcome") == outcome and (last["failures"] >= failures or outcome == "ok"):
                    del others[terminal_id]
                else:
                    others[terminal_id] = last
            return not others

        await self.until(are_polled, (outcome, others))

    async def is_served(self) -> None:
        """Assert that every healthy terminal is polled on, in time, and taken for healthy."""
        samples = await self._samples_after_rounds()
        down = {
            terminal_id
            for terminal_id in self.healthy
            if not _value(samples, "posmon_terminal_up", {"terminal_id": terminal_id})
        }
        assert not down, f"healthy and taken for down: {down}"
        accused = {who for _, who in await self.posmon.firing()} & set(self.healthy)
        assert not accused, f"alerts about healthy terminals: {accused}"
        async with asyncio.timeout(WITHIN_S):
            await self._assert_in_time(samples)

    async def _assert_in_time(self, samples: Sequence[Sample]) -> None:
        before, starved_s = Lateness(0.0, 0.0), 0.0
        while (share := (late := Lateness.of(samples)).share_since(before)) > MOST_LATE_SHARE:
            # A machine with too many tests on it makes polls late as well: then, and only then, wait on.
            starved_s, before_s = self._process.starved_s(), starved_s
            told = f"{share:.1%} of the polls began more than {MOST_LATE_S} s late"
            assert starved_s - before_s > STARVED_S, told
            before = late
            samples = await self._samples_after_rounds()

    async def _samples_after_rounds(self) -> Sequence[Sample]:
        """Return the metrics once every healthy terminal has been polled ROUNDS times more."""
        seen = {terminal_id: self.fleet.polls(terminal_id) for terminal_id in self.healthy}
        async with asyncio.timeout(WITHIN_S):
            for terminal_id, polls in seen.items():
                await self.fleet.polled(terminal_id, times=polls + ROUNDS)
        return await self.samples()

    async def shown(self, *terminal_ids: str) -> dict[str, str]:
        """Return all that people and machines are shown: pages, API, metrics and the log."""
        about = [f"{path}/{one}" for one in terminal_ids for path in ("/terminals", "/api/v1/terminals")]
        texts = {path: await self.posmon.text(path) for path in (*PAGES, *about)}
        return texts | {"log": "".join(self.posmon.log)}

    def figure(self, name: str) -> int:
        """Return a number from /proc/PID/status; see `Process.figure`."""
        return self._process.figure(name)

    def forget_peak(self) -> None:
        """Let VmHWM begin anew; see proc_pid_clear_refs(5)."""
        Path(f"/proc/{self._process.pid}/clear_refs").write_text("5")


def _value(samples: Iterable[Sample], name: str, labels: dict[str, str]) -> float:
    for sample in samples:
        if sample.name == name and labels.items() <= sample.labels.items():
            return float(sample.value)
    raise AssertionError(f"no sample {name}{labels}")


class Lateness(NamedTuple):
    """How many polls there were, and how many of them began more than MOST_LATE_S after their time."""

    polls: float
    late: float

    @classmethod
    def of(cls, samples: Iterable[Sample]) -> Self:
        """Return the counts since the daemon's start."""
        name = "posmon_poll_lateness_seconds"
        samples = tuple(samples)
        polls = _value(samples, f"{name}_count", {})
        return cls(polls, polls - _value(samples, f"{name}_bucket", {"le": str(MOST_LATE_S)}))

    def share_since(self, before: "Lateness") -> float:
        """Return the share (0-1) of late polls among those that were made since then."""
        return (self.late - before.late) / (self.polls - before.polls)


@asynccontextmanager
async def neighbourhood(
    folder: Path,
    *bad: Terminal,
    healthy: int = HEALTHY,
    stricken: int = 0,
    site_of: Callable[[int], str] | None = None,
    module: str = "monitor",
    descriptors: int | None = None,
    within: Sequence[str] = (),
    **sections: Any,
) -> AsyncIterator[Neighbourhood]:
    """Run a daemon over so many healthy terminals, others of their fleet that a test may strike, and `bad`.

    `site_of` says where each of the fleet stands, by its number. `sections` are those of the
    configuration; `module`, `descriptors` and `within` as for `daemon`.
    """
    async with SimulatedFleet(clock=SystemClock(), terminals=stricken + healthy) as fleet:
        rows = fleet.inventory
        if site_of is not None:
            rows = [replace(row, site=site_of(number), region="") for number, row in enumerate(rows)]
        write_inventory(folder / "inventory.csv", [*rows, *bad])
        config = write_settings(folder, **sections)
        async with daemon(config, module=module, descriptors=descriptors, within=within) as posmon:
            yield Neighbourhood(posmon, fleet, stricken)
