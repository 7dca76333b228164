"""What of a terminal's heartbeats could not be read."""

from typing import NamedTuple


class UnreadableFields(NamedTuple):
    """A phrase for each field of the last heartbeat that could not be read, and for each fault of its events.

    A phrase begins with the dotted name of the field: `battery.percent: not a number between 0 and 100`.
    Those of `events` tell of fields of single events, each reason once.
    """

    fields: tuple[str, ...] = ()
    events: tuple[str, ...] = ()

    @property
    def phrases(self) -> list[str]:
        """Everything, for people."""
        return [*self.fields, *(f"event: {reason}" for reason in self.events)]


ALL_READ = UnreadableFields()
"""Shared by all terminals that can be read."""
