"""Packing polls into blocks: of a reading only what changed since the terminal's last one."""

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from msgspec.structs import replace

from monitor.domain.heartbeat.reading import Reading
from monitor.domain.instant import parse_rfc3339
from monitor.domain.recording.block import (
    CHANGED,
    DURATION_UNIT_S,
    FIELDS,
    MOST_DRIFT_S,
    NO_CLOCK,
    NOTHING,
    SAME,
    WHOLE,
    Fields,
    PollBlock,
    ReadingChange,
    column,
    fields_of,
)
from monitor.domain.recording.recorded_poll import NotedPoll

_LONGEST = 0xFFFF
_LONGEST_GAP_MS = 0xFFFFFFFF
_OWN_ID = FIELDS.index("terminal_id")


class _Last(NamedTuple):
    """What was last written of a terminal's reading, and in which block."""

    block: int
    fields: Fields
    skew_s: int | None
    boot_s: int | None


class BlockPacker:
    """Packs the blocks of one file; a block that is not written ends the file, for later ones build on it."""

    def __init__(self) -> None:
        self._last: dict[str, _Last] = {}
        self._numbers: dict[str, int] = {}
        self._number = 0

    def pack(self, polls: Sequence[NotedPoll]) -> PollBlock:
        """Return one or more polls, in the order in which they ended, as the file's next block."""
        self._number += 1
        rows = _Rows(self._number, self._last, self._numbers)
        for poll in polls:
            rows.add(poll)
        return rows.block(polls[0].now.wall)


class _Rows:
    """The columns of a block while it is filled."""

    def __init__(self, number: int, last: dict[str, _Last], numbers: dict[str, int]) -> None:
        self._number = number
        self._last = last
        self._numbers = numbers
        self._first_new = len(numbers)
        self._before = 0
        self._words: dict[str, int] = {}
        self._which: list[int] = []
        self._gaps_ms: list[int] = []
        self._outcomes: list[int] = []
        self._details: list[int] = []
        self._durations: list[int] = []
        self._readings: list[tuple[int, int, int, int]] = []
        self._changes: list[ReadingChange] = []
        self._ages: dict[int, float] = {}
        self._unreadable: dict[int, tuple[str, ...]] = {}
        self._began_s = 0.0
        self._at_ms = 0

    def add(self, poll: NotedPoll) -> None:
        """Add a poll."""
        row = len(self._which)
        if not row:
            self._began_s = poll.now.monotonic
        at_ms = max(self._at_ms, round((poll.now.monotonic - self._began_s) * 1000))
        self._gaps_ms.append(min(at_ms - self._at_ms, _LONGEST_GAP_MS))
        self._at_ms = at_ms
        place = self._numbers.setdefault(poll.terminal_id, len(self._numbers))
        self._which.append(place - self._before)
        self._before = place
        self._outcomes.append(self._word(poll.outcome.value))
        self._details.append(self._word(poll.detail))
        self._durations.append(min(_LONGEST, max(0, round(poll.duration_s / DURATION_UNIT_S))))
        self._readings.append((NOTHING, 0, NO_CLOCK, NO_CLOCK) if poll.reading is None else self._said(poll))
        if poll.age_s:
            self._ages[row] = poll.age_s
        if poll.unreadable:
            self._unreadable[row] = poll.unreadable

    def block(self, at: float) -> PollBlock:
        """Return the whole block; `at` is the unix time of its first poll."""
        kinds, bases, skews, boots = zip(*self._readings, strict=True)
        return PollBlock(
            number=self._number,
            at=at,
            count=len(self._which),
            first_new=self._first_new,
            terminals="\n".join(islice(self._numbers, self._first_new, None)),
            which=column("i", self._which),
            gaps_ms=column("I", self._gaps_ms),
            words=[*self._words],
            outcomes=column("H", self._outcomes),
            details=column("H", self._details),
            durations=column("H", self._durations),
            kinds=bytes(kinds),
            bases=column("I", bases),
            skews=column("b", skews),
            boots=column("b", boots),
            changes=self._changes,
            ages=self._ages,
            unreadable=self._unreadable,
        )

    def _word(self, word: str) -> int:
        place = self._words.setdefault(word, len(self._words))
        if place <= _LONGEST:
            return place
        del self._words[word]  # beside tens of thousands of other details
        return self._words.setdefault("", 0)

    def _said(self, poll: NotedPoll) -> tuple[int, int, int, int]:
        """Return kind, base, skew and boot of a poll with a reading; note in `changes` what changed."""
        reading = poll.reading
        assert reading is not None  # noqa: S101 - the caller has asked
        wall, fields = poll.now.wall, fields_of(reading)
        sent_at = None if poll.sent_at is None else parse_rfc3339(poll.sent_at)
        skew_s = None if sent_at is None else round(sent_at - wall)
        boot_s = None if poll.uptime_seconds is None else round(wall) - poll.uptime_seconds
        last = self._last.get(poll.terminal_id)
        if last is None:
            kind, base, change = WHOLE, 0, ReadingChange(_timeless(reading), (), skew_s, boot_s)
        else:
            base, skew_drift, boot_drift = (
                last.block,
                _drift(skew_s, last.skew_s),
                _drift(boot_s, last.boot_s),
            )
            if fields == last.fields and skew_drift is not None and boot_drift is not None:
                return SAME, base, skew_drift, boot_drift
            kind, change = CHANGED, _difference(last.fields, fields, skew_s, boot_s)
        self._last[poll.terminal_id] = _Last(self._number, fields, skew_s, boot_s)
        self._changes.append(change)
        return kind, base, 0 if skew_s is not None else NO_CLOCK, 0 if boot_s is not None else NO_CLOCK


def _timeless(reading: Reading) -> Reading:
    return replace(reading, sent_at=None, uptime_seconds=None)


def _drift(now_s: int | None, before_s: int | None) -> int | None:
    """Return by how much a clock has drifted, NO_CLOCK where there is none; None: it must be written anew."""
    if now_s is None or before_s is None:
        return NO_CLOCK if now_s is before_s else None
    drift = now_s - before_s
    return drift if -MOST_DRIFT_S <= drift <= MOST_DRIFT_S else None


def _difference(before: Fields, after: Fields, skew_s: int | None, boot_s: int | None) -> ReadingChange:
    changed = {
        name: new
        for name, old, new in zip(FIELDS, before, after, strict=True)
        if new != old and new is not None
    }
    gone = tuple(place for place, new in enumerate(after) if new is None and before[place] is not None)
    return ReadingChange(Reading(**({"terminal_id": after[_OWN_ID]} | changed)), gone, skew_s, boot_s)
