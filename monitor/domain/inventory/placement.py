"""Where a terminal has its place, by its id alone: in the interval of polling, and among shards."""

from dataclasses import dataclass
from hashlib import blake2b

_RANGE = 2**64


def phase(terminal_id: str) -> float:
    """Return a number in [0, 1) that is the same for an id on every machine and after every restart.

    Ids spread evenly over the interval, so the load is flat and a restart makes no burst.
    """
    digest = blake2b(terminal_id.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / _RANGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Part `index`, counted from 0, of a fleet divided into `of` parts of about the same size.

    A terminal is in one of them, the same everywhere and always; which one says nothing of its phase.
    """

    index: int
    of: int

    def holds(self, terminal_id: str) -> bool:
        """Tell whether a terminal belongs to this part."""
        if self.of == 1:
            return True
        digest = blake2b(terminal_id.encode(), digest_size=8, person=b"shard").digest()
        return int.from_bytes(digest, "big") * self.of // _RANGE == self.index
