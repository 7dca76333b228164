"""An event loop whose time passes only when there is nothing left to do."""

import asyncio
import selectors
from collections.abc import Callable
from typing import Any

from monitor.domain.instant import Instant


class _NothingHappens(selectors.SelectSelector):
    """A selector that never waits: where nothing is ready, the loop's time moves on to its next timer."""

    def __init__(self, pass_time: Callable[[float], None]) -> None:
        super().__init__()
        self._pass_time = pass_time

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everybody waits, and nothing is left that could happen")
        self._pass_time(timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """A deterministic loop: no sockets, no threads, no real time.

    What would run in a thread runs at once instead. `start_s` is where its clock stands at first.
    """

    def __init__(self, *, start_s: float) -> None:
        self._now_s = start_s
        super().__init__(_NothingHappens(self._pass))
        self._clock_resolution = 1e-6

    def time(self) -> float:
        """Return virtual seconds."""
        return self._now_s

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:  # type: ignore[override] # noqa: ARG002
        """Call `func` here and now."""
        done = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - it belongs to whoever awaits
            done.set_exception(error)
        return done

    def _pass(self, seconds: float) -> None:
        self._now_s += max(seconds, 0.0)


class VirtualClock:
    """The Clock port on a virtual loop; `wall_s` is what the wall clock shows beyond the loop's time."""

    def __init__(self, loop: VirtualLoop, *, wall_s: float, boot_s: float = 0.0) -> None:
        self._loop = loop
        self._boot_s = boot_s
        self.wall_s = wall_s

    def now(self) -> Instant:
        """Return the moment on both clocks."""
        return Instant(self.monotonic(), self._loop.time() + self.wall_s)

    def monotonic(self) -> float:
        """Return seconds since the machine was booted, as far as this process can tell."""
        return self._loop.time() - self._boot_s

    async def sleep(self, seconds: float) -> None:
        """Wait in virtual time."""
        await asyncio.sleep(seconds)  # noqa: TID251 - this is the port's adapter
