"""How a run goes on from the one before: in time, and in the numbers of its steps."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import TypeVar, cast, get_origin, get_type_hints

from monitor.domain.instant import Instant

Value = TypeVar("Value")


class RunClock:
    """Tells instants of this run's monotonic clock as posmon's running time, and back.

    Running time is summed over the runs and does not count what lies between them: a run goes on at what the
    last commit of the run before has left, as if no time had passed since. Wall time is left as it is.
    Likewise the n-th step of a run follows the last one of the run before.
    """

    def __init__(self, start: Instant) -> None:
        self._start_s = start.monotonic
        self._saved_s = 0.0
        self._last_seq = 0
        self._is_known = False

    def begin(self, start: Instant) -> None:
        """Let the run begin at `start`."""
        self._start_s = start.monotonic

    def go_on(self, saved_s: float, last_seq: int) -> None:
        """Let the run go on from where the one before has ended; only the first time counts."""
        if not self._is_known:
            self._saved_s, self._last_seq, self._is_known = saved_s, last_seq, True

    def seq(self, number: int) -> int:
        """Return the number in the journal of this run's step `number`, which counts from 1."""
        return self._last_seq + number

    def to_running(self, value: Value) -> Value:
        """Return a value whose instants are those of this run's clock, told in running time."""
        return moved(value, self._saved_s - self._start_s)

    def to_monotonic(self, value: Value) -> Value:
        """Return a value whose instants are running time, told on this run's clock."""
        return moved(value, self._start_s - self._saved_s)


def moved(value: Value, seconds: float) -> Value:
    """Return a copy in which every instant, wherever in the dataclass or tuple it is, is `seconds` later."""
    return cast("Value", _moved(value, seconds))


def _moved(value: object, seconds: float) -> object:
    if isinstance(value, Instant):
        return Instant(value.monotonic + seconds, value.wall)
    if isinstance(value, tuple):
        return tuple([_moved(item, seconds) for item in value]) if value else value
    if not is_dataclass(value) or isinstance(value, type):
        return value
    parts = {
        name: _moved(part, seconds)
        for name in _names(type(value))
        if isinstance(part := getattr(value, name), tuple) or is_dataclass(part)
    }
    return replace(value, **parts) if parts else value


@cache
def _names(kind: type) -> tuple[str, ...]:
    """Return the fields of a dataclass that may hold instants, by their declared types."""
    hints = get_type_hints(kind)
    return tuple(part.name for part in fields(kind) if not _is_plain(hints[part.name]))


def _is_plain(hint: object) -> bool:
    kind = get_origin(hint) or hint
    return isinstance(kind, type) and issubclass(kind, str | int | float | Mapping)
