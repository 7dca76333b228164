"""How the fleet did lately: a sample a minute of the last day, in bounded memory."""

from array import array
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from struct import Struct

SAMPLE_S = 60.0
TREND_S = 24 * 3600.0
SAMPLES_KEPT = int(TREND_S / SAMPLE_S)
BATTERIES_KEPT = 128
"""So many terminals' batteries are followed at a time; a day of one is 23 KB."""

_FLEET = Struct("<d6I")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The watched terminals at one moment, unix seconds: by health, offline; and alerts that fire."""

    at: float
    ok: int
    warning: int
    critical: int
    unknown: int
    offline: int
    firing: int


class FleetTrend:
    """The last SAMPLES_KEPT samples, oldest first; packed, some 100 KB in all.

    Those of earlier runs come first, with a gap for the time in which posmon was away.
    """

    def __init__(self) -> None:
        self._samples: deque[bytes] = deque(maxlen=SAMPLES_KEPT)
        self._unsaved: deque[Sample] = deque(maxlen=SAMPLES_KEPT)

    def __iter__(self) -> Iterator[Sample]:
        for packed in self._samples:
            at, ok, warning, critical, unknown, offline, firing = _FLEET.unpack(packed)
            yield Sample(
                at=at,
                ok=ok,
                warning=warning,
                critical=critical,
                unknown=unknown,
                offline=offline,
                firing=firing,
            )

    def __len__(self) -> int:
        return len(self._samples)

    def add(self, sample: Sample) -> None:
        """Add a sample; the oldest makes room."""
        self._keep(sample)
        self._unsaved.append(sample)

    def restore(self, samples: Iterable[Sample]) -> None:
        """Restore the samples of earlier runs, oldest first; before any is added."""
        for sample in samples:
            self._keep(sample)

    def drain_unsaved(self) -> list[Sample]:
        """Return the samples added since the last call."""
        samples = list(self._unsaved)
        self._unsaved.clear()
        return samples

    def _keep(self, sample: Sample) -> None:
        self._samples.append(
            _FLEET.pack(
                sample.at,
                sample.ok,
                sample.warning,
                sample.critical,
                sample.unknown,
                sample.offline,
                sample.firing,
            )
        )


class BatteryTrends:
    """Charge of the batteries that somebody has to do with, a sample a minute of the last day at most.

    At most BATTERIES_KEPT terminals are followed; all others cost nothing.
    """

    def __init__(self) -> None:
        self._followed: dict[str, array[float]] = {}

    def __iter__(self) -> Iterator[str]:
        """Iterate over the ids of the terminals that are followed."""
        return iter([*self._followed])

    def follow(self, terminal_id: str) -> None:
        """Keep samples of a terminal that is looked at; the one looked at longest ago makes room."""
        self._followed[terminal_id] = self._followed.pop(terminal_id, array("d"))
        if len(self._followed) > BATTERIES_KEPT:
            del self._followed[next(iter(self._followed))]

    def follow_if_room(self, terminal_id: str) -> None:
        """Keep samples of a terminal that no page has shown yet."""
        if len(self._followed) < BATTERIES_KEPT:
            self._followed.setdefault(terminal_id, array("d"))

    def forget(self, terminal_id: str) -> None:
        """Drop what is kept of a terminal."""
        self._followed.pop(terminal_id, None)

    def add(self, terminal_id: str, at: float, percent: float) -> None:
        """Add a charge at `at`, unix seconds; that of a terminal that is not followed is dropped."""
        samples = self._followed.get(terminal_id)
        if samples is not None:
            samples.extend((at, percent))
            del samples[: -2 * SAMPLES_KEPT]

    def of(self, terminal_id: str) -> list[tuple[float, float]]:
        """Return what is kept of a terminal, oldest first: unix seconds and percent."""
        samples = self._followed.get(terminal_id, array("d"))
        return list(zip(samples[::2], samples[1::2], strict=True))
