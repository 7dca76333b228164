"""Reading the silences that people made elsewhere."""

from dataclasses import dataclass
from typing import Protocol

from monitor.domain.suppression.foreign_silence import ForeignSilence, SilenceMatcher

__all__ = ["ForeignSilence", "SilenceMatcher", "SilenceReading", "SilenceSource"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceReading:
    """What one source answered; with a `fault`, which holds no secret, there are no `silences`."""

    silences: tuple[ForeignSilence, ...] = ()
    fault: str = ""


class SilenceSource(Protocol):
    """One place where people make silences, say one Alertmanager."""

    @property
    def name(self) -> str:
        """The name of the source, as in metrics and logs; holds no secret."""
        ...

    async def read_silences(self) -> SilenceReading:
        """Return the active and pending silences that posmon did not make, within a deadline of its own."""
        ...
