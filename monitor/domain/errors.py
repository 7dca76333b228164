"""Faults in what a person wrote: configuration, inventory, scenario.

Each fault names where it is and why; a document's faults are reported together.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong in one document.

    `source` is the file (or `environment`), `line` counts from 1 (None when unknown),
    `field` is the column or the dotted key, `reason` a phrase for people.
    """

    source: str
    reason: str
    line: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        place = self.source if self.line is None else f"{self.source}:{self.line}"
        return f"{place}: {self.field}: {self.reason}" if self.field else f"{place}: {self.reason}"


class InvalidDocument(Exception):
    """A document cannot be taken; `faults` holds every reason, in document order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class InvalidConfiguration(InvalidDocument):
    """The configuration file, the environment or a secret file is wrong."""


class InvalidInventory(InvalidDocument):
    """The inventory is wrong; the one in use stays."""


class InvalidScenario(InvalidDocument):
    """A simulator's scenario is wrong."""


class InvalidAction(InvalidDocument):
    """What a person asks for (a silence, a window, an acknowledgement) is wrong."""
