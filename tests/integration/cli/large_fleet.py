"""How long `posmon` takes beside a large fleet: `python -m tests.integration.cli.large_fleet [TERMINALS]`.

The real web side serves a fleet built by hand, 100 000 terminals unless told: first with one terminal in a
hundred ill, then with every one of them silent. Each command is a process of its own, its output piped. In
brackets stands the CPU time of daemon and command together: what it takes where nothing else is going on.
"""

import asyncio
import resource
import sys
import time
from collections.abc import Sequence

from monitor.domain.instant import Instant
from tests.fakes import FakeClock
from tests.fleets import LivingFleet, make_fleet
from tests.integration.cli.command import POSMON, environment
from tests.integration.web.site import serving

TERMINALS = 100_000
RUNS = 3
COMMANDS: Sequence[Sequence[str]] = (
    ("status",),
    ("status", "--all"),
    ("status", "-o", "csv"),
    ("alerts",),
)


class GoingClock(FakeClock):
    """A clock that goes by itself as well as when it is turned: what may be told again is told again."""

    def __init__(self, start: Instant) -> None:
        super().__init__(start)
        self._began = time.perf_counter()

    def now(self) -> Instant:
        """Return the present moment."""
        return super().now().ago(self._began - time.perf_counter())

    def monotonic(self) -> float:
        """Return the same moment on the monotonic clock."""
        return self.now().monotonic


def usual_fleet(count: int) -> LivingFleet:
    """Return a fleet one terminal in a hundred of which has no paper."""
    living = make_fleet(count)
    for _ in range(2):
        for number, watched in enumerate(list(living.fleet)):
            printer = {"status": "ok" if number % 100 else "paper_out"}
            living.hear(watched.terminal.terminal_id, battery={"percent": 80}, printer=printer)
        living.wait(100)
    living.clock = GoingClock(living.clock.now())
    return living


def go_silent(living: LivingFleet) -> None:
    """Let every terminal fail until it is offline."""
    living.make_offline(*(watched.terminal.terminal_id for watched in list(living.fleet)))


async def posmon(url: str, *arguments: str) -> tuple[int, bytes]:
    """Run a command against the daemon at `url`; return its exit code and output."""
    process = await asyncio.create_subprocess_exec(
        *POSMON, *arguments, env=environment({"POSMON_URL": url}), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out


def cpu_time_s() -> float:
    """Return what this process and its ended children have used of the processor so far."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def say(words: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


async def measure(count: int) -> None:
    """Print how long each command took, run after run."""
    living = usual_fleet(count)
    async with serving(living) as site:
        for state in ("one in a hundred ill", "all silent"):
            if state == "all silent":
                go_silent(living)
            say(f"{count} terminals, {state}")
            for arguments in COMMANDS:
                took_s, cpu_s, code, out = [], [], 0, b""
                for _ in range(RUNS):
                    began, used_s = time.perf_counter(), cpu_time_s()
                    code, out = await posmon(site.url, *arguments)
                    took_s.append(time.perf_counter() - began)
                    cpu_s.append(cpu_time_s() - used_s)
                runs = "  ".join(
                    f"{took:6.2f} ({cpu:.2f}) s" for took, cpu in zip(took_s, cpu_s, strict=True)
                )
                lines = out.count(b"\n")
                say(f"  posmon {' '.join(arguments):20} {runs}  {lines:7} lines, exit code {code}")


if __name__ == "__main__":
    asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else TERMINALS))
