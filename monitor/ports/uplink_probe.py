"""Asking whether posmon's own link works."""

from typing import Protocol


class UplinkProbe(Protocol):
    """Tries one well-known place outside the fleet."""

    @property
    def name(self) -> str:
        """The place, as configured, for evidence."""
        ...

    async def reachable(self) -> bool:
        """Tell whether the place answers, within a deadline of the probe's own."""
        ...
