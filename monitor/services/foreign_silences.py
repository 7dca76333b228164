"""Knows the silences that people make in Alertmanager or Grafana."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import structlog

from monitor.domain.instant import Instant
from monitor.ports.clock import Clock
from monitor.ports.silence_source import ForeignSilence, SilenceReading, SilenceSource

ROUND_S = 30.0
NO_EXTERNAL_LABELS: Mapping[str, str] = MappingProxyType({})

log = structlog.get_logger()


class ForeignSilences:
    """Reads every source each half a minute; what one said stands until it answers again.

    `faults` says by the name of a source why it could not be read last, `read_at` when it could. An alert's
    labels get `external_labels` before they are matched, as receivers see them.
    """

    def __init__(
        self,
        *,
        sources: Sequence[SilenceSource],
        clock: Clock,
        external_labels: Mapping[str, str] = NO_EXTERNAL_LABELS,
    ) -> None:
        self.faults: dict[str, str] = {}
        self.read_at: dict[str, Instant] = {}
        self._sources = tuple(sources)
        self._clock = clock
        self._external_labels = dict(external_labels)
        self._known: dict[str, tuple[ForeignSilence, ...]] = {}

    async def run(self) -> None:
        """Read until cancelled."""
        while True:
            await self.read()
            await self._clock.sleep(ROUND_S)

    async def read(self) -> None:
        """Ask every source once."""
        readings = await asyncio.gather(*(_reading_of(source) for source in self._sources))
        for source, reading in zip(self._sources, readings, strict=True):
            if reading.fault:
                self.faults[source.name] = reading.fault
                continue
            self.faults.pop(source.name, None)
            self.read_at[source.name] = self._clock.now()
            self._known[source.name] = reading.silences

    def silences(self) -> list[ForeignSilence]:
        """Return those that are not over, the first to end first; one of several sources names them all."""
        wall = self._clock.now().wall
        by_id: dict[str, ForeignSilence] = {}
        for silences in self._known.values():
            for silence in silences:
                known = by_id.get(silence.silence_id)
                sources = known.alertmanagers + silence.alertmanagers if known else silence.alertmanagers
                by_id[silence.silence_id] = replace(silence, alertmanagers=sources)
        current = (silence for silence in by_id.values() if silence.ends_at > wall)
        return sorted(current, key=lambda silence: (silence.ends_at, silence.silence_id))

    def matching(self, labels: Mapping[str, str]) -> list[ForeignSilence]:
        """Return the silences, active or pending, that match an alert with these labels."""
        seen = self._seen(labels)
        return [silence for silence in self.silences() if silence.matches(seen)]

    def matched_by(self, silence: ForeignSilence, alerts: Sequence[Mapping[str, str]]) -> list[int]:
        """Return which of the alerts, given by their labels, a silence matches, as places in the sequence."""
        return [place for place, labels in enumerate(alerts) if silence.matches(self._seen(labels))]

    def _seen(self, labels: Mapping[str, str]) -> dict[str, str]:
        return self._external_labels | dict(labels)


async def _reading_of(source: SilenceSource) -> SilenceReading:
    try:
        return await source.read_silences()
    except Exception:  # a source that breaks its promise must not end the others' reading
        log.exception("silences.source_broken", source=source.name)
        return SilenceReading(fault="broken")
