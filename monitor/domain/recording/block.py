"""A block of some thousands of polls, column by column, so that it compresses well."""

import struct
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from msgspec import Struct

from monitor.domain.heartbeat.reading import Reading

NOTHING, WHOLE, CHANGED, SAME = range(4)
"""What a poll says of its reading: there is none, all of it, what differs from the last, no difference."""

FIELDS = tuple(name for name in Reading.__struct_fields__ if name not in ("sent_at", "uptime_seconds"))
fields_of = attrgetter(*FIELDS)

DURATION_UNIT_S = 0.01
NO_CLOCK = -128
"""In place of a drift: the reading has no such clock."""

MOST_DRIFT_S = 60
"""A clock that has drifted further since the last kept reading is written anew."""

Fields = tuple[Any, ...]


class ReadingChange(Struct, array_like=True, gc=False):
    """A reading, or what differs from the terminal's last one in the same file.

    `reading` has neither `sent_at` nor uptime; None in it means "as before", but for the places in FIELDS
    that `gone` names. `skew_s` is the terminal's clock minus posmon's, `boot_s` (unix seconds) when it
    started; None where it does not say.
    """

    reading: Reading
    gone: tuple[int, ...]
    skew_s: int | None
    boot_s: int | None


class PollBlock(Struct, array_like=True):
    """Polls in the order in which they ended; bytes are little-endian numbers, one for each poll.

    `number` counts the blocks of a file from 1. `at` is the unix time of the first poll, `gaps_ms` (uint32)
    the time since the poll before. `terminals` are ids that are new in the file, with line feeds between
    them; they have the numbers from `first_new` on. `which` (int32) are the terminals' numbers, each minus
    the one before. `words` has outcomes and details, `outcomes` and `details` (uint16) are places in it.
    `kinds` (uint8) are NOTHING to SAME. `bases` (uint32) name for CHANGED and SAME the block with the
    terminal's last written reading: where that is lost, the poll is as well. `skews` and `boots` (int8) are
    seconds beside that reading's clocks. `durations` (uint16) are in DURATION_UNIT_S. `changes` has one
    entry for each WHOLE and CHANGED. `ages` and `unreadable` have the few polls that have such.
    """

    number: int
    at: float
    count: int
    first_new: int
    terminals: str
    which: bytes
    gaps_ms: bytes
    words: list[str]
    outcomes: bytes
    details: bytes
    durations: bytes
    kinds: bytes
    bases: bytes
    skews: bytes
    boots: bytes
    changes: list[ReadingChange]
    ages: dict[int, float]
    unreadable: dict[int, tuple[str, ...]]


class BadBlock(ValueError):
    """A block that contradicts itself."""


def column(form: str, numbers: Sequence[int]) -> bytes:
    """Return numbers as bytes; `form` is a letter of `struct`."""
    return struct.pack(f"<{len(numbers)}{form}", *numbers)


def numbers(form: str, data: bytes, count: int) -> Sequence[int]:
    """Return the `count` numbers of a column; raises BadBlock."""
    try:
        return struct.unpack(f"<{count}{form}", data)
    except struct.error:
        raise BadBlock("a column has another length than the block") from None
