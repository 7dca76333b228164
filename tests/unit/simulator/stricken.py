"""A terminal with a fault, and a wire that records what would be sent."""

from collections.abc import Callable, Iterator
from itertools import islice

from monitor.simulator.answer import SimulatedAnswer, Situation, whole
from monitor.simulator.behaviour import document_at
from monitor.simulator.catalogue import MODEL_BY_NAME
from monitor.simulator.faults import fault_named
from monitor.simulator.fleet import SimulatedTerminal, make_sites

WALL = 1_795_222_800
"""2026-11-21T01:00:00Z."""


def healthy(*, model: str = "N910") -> SimulatedAnswer:
    """Return what a healthy terminal 10000001 answers."""
    (site,) = make_sites(1, seed=1)
    terminal = SimulatedTerminal(number=0, site=site, model=MODEL_BY_NAME[model], traits=0)
    return SimulatedAnswer(document=document_at(terminal, elapsed_s=5, wall=WALL), deliver=whole)


def stricken(
    fault: str, *, lasted_s: float = 0, model: str = "N910", **parameters: object
) -> SimulatedAnswer:
    """Return its answer after `fault` has lasted so long."""
    answer = healthy(model=model)
    kind = fault_named(fault)
    kind.apply(answer, Situation(lasted_s=lasted_s, wall=WALL, parameters=kind.settings(parameters)))
    return answer


class RecordingWire:
    """Keeps what is sent, and calls timers at once; `ending` says how it ended ("" when it did not)."""

    def __init__(self, *, most_pieces: int = 5000) -> None:
        self.pieces: list[bytes] = []
        self.waits_s: list[float] = []
        self.ending = ""
        self._most_pieces = most_pieces

    @property
    def sent(self) -> bytes:
        """Everything sent so far."""
        return b"".join(self.pieces)

    def write(self, data: bytes) -> None:
        """Keep `data`."""
        self.pieces.append(data)

    def finish(self) -> None:
        """Note it."""
        self.ending = "finished"

    def close(self) -> None:
        """Note it."""
        self.ending = "closed"

    def reset(self) -> None:
        """Note it."""
        self.ending = "reset"

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Do it now, up to a number of times a recursion bears."""
        self.waits_s.append(seconds)
        if len(self.waits_s) < 200:
            action()

    def pour(self, chunks: Iterator[bytes]) -> None:
        """Take as many chunks as wanted."""
        self.pieces += islice(chunks, self._most_pieces)
        self.ending = "poured"
