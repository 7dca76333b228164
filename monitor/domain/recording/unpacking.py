"""Unpacking blocks into polls again."""

from collections.abc import Iterator
from copy import copy
from functools import lru_cache
from itertools import accumulate

from monitor.domain.heartbeat.reading import Reading
from monitor.domain.instant import rfc3339
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.recording.block import (
    DURATION_UNIT_S,
    FIELDS,
    NO_CLOCK,
    NOTHING,
    SAME,
    WHOLE,
    BadBlock,
    PollBlock,
    ReadingChange,
    numbers,
)
from monitor.domain.recording.recorded_poll import RecordedPoll

_Known = tuple[int, Reading, int, int]
"""PollBlock that wrote it, reading, skew and boot (seconds; 0 where there is none)."""

_OUTCOMES = {outcome.value: outcome for outcome in Outcome}


class BlockUnpacker:
    """Unpacks the blocks of one file in their order; `lost` counts polls that build on a lost block."""

    def __init__(self) -> None:
        self.lost = 0
        self._known: dict[str, _Known] = {}
        self._names: dict[int, str] = {}

    def unpack(self, block: PollBlock) -> Iterator[RecordedPoll]:
        """Yield the polls of a block; raises BadBlock, at the first poll, where it contradicts itself."""
        try:
            yield from self._rows(block)
        except (IndexError, KeyError, OverflowError) as error:
            raise BadBlock("a place beyond the end") from error

    def _rows(self, block: PollBlock) -> Iterator[RecordedPoll]:
        count, known = block.count, self._known
        names, words, changes = self._names, block.words, iter(block.changes)
        if block.terminals:
            names.update(enumerate(block.terminals.split("\n"), block.first_new))
        has_extras = bool(block.ages or block.unreadable)
        columns = zip(
            accumulate(numbers("I", block.gaps_ms, count)),
            accumulate(numbers("i", block.which, count)),
            numbers("H", block.outcomes, count),
            numbers("H", block.details, count),
            numbers("H", block.durations, count),
            numbers("B", block.kinds, count),
            numbers("I", block.bases, count),
            numbers("b", block.skews, count),
            numbers("b", block.boots, count),
            strict=True,
        )
        at_first = block.at
        for row, (ms, which, outcome, detail, took, kind, base, skew, boot) in enumerate(columns):
            at, terminal_id, reading = at_first + ms / 1000, names.get(which, ""), None
            if kind != NOTHING:
                last = known.get(terminal_id)  # of a terminal whose name is lost nothing is known
                if kind != SAME:
                    last = self._learn(
                        terminal_id, last, changes, block.number, None if kind == WHOLE else base
                    )
                elif last is not None and last[0] != base:
                    last = None
                reading = None if last is None else _reading_at(at, last, skew, boot)
            if not terminal_id or (reading is None and kind != NOTHING):
                self.lost += 1
                continue
            result = PollResult(_OUTCOMES[words[outcome]], took * DURATION_UNIT_S, reading, words[detail])
            if has_extras:
                age_s, unreadable = block.ages.get(row, 0.0), block.unreadable.get(row, ())
                result = result._replace(age_s=age_s, unreadable=unreadable)
            yield RecordedPoll(at, terminal_id, result)

    def _learn(
        self,
        terminal_id: str,
        last: _Known | None,
        changes: Iterator[ReadingChange],
        number: int,
        base: int | None,
    ) -> _Known | None:
        """Return what is known by the next change; None, and nothing is known, where its base is lost."""
        change = next(changes, None)
        if change is None:
            raise BadBlock("fewer readings than polls that bring one")
        reading = change.reading
        if not terminal_id:
            return None
        if base is not None:
            if last is None or last[0] != base:
                self._known.pop(terminal_id, None)
                return None
            reading = copy(last[1])
            for name in FIELDS:
                value = getattr(change.reading, name)
                if value is not None:
                    setattr(reading, name, value)
            for place in change.gone:
                setattr(reading, FIELDS[place], None)
        known = number, reading, change.skew_s or 0, change.boot_s or 0
        self._known[terminal_id] = known
        return known


def _reading_at(at: float, known: _Known, skew: int, boot: int) -> Reading:
    """Return a copy of what is known, with the terminal's clocks as they were at `at` (unix seconds)."""
    _, kept, skew_s, boot_s = known
    reading = copy(kept)
    if skew != NO_CLOCK:
        reading.sent_at = _written(round(at + skew_s + skew))
    if boot != NO_CLOCK:
        reading.uptime_seconds = max(0, round(at) - boot_s - boot)
    return reading


@lru_cache(maxsize=8192)
def _written(wall: int) -> str:
    return rfc3339(wall)
