"""One layer of settings: its values, and where each is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from monitor.config.section import Place
from monitor.domain.errors import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a value was written: a file and line, or the `environment` and its variable."""

    source: str
    line: int | None = None
    variable: str = ""

    def __str__(self) -> str:
        if self.variable:
            return f"{self.source} {self.variable}"
        return self.source if self.line is None else f"{self.source}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """The settings of one source, not yet checked; `origins` knows every place in `values`."""

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[Place, Origin] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def put(self, place: tuple[str, ...], value: object, origin: Origin) -> None:
        """Set one value, with the mappings around it."""
        mapping = self.values
        for key in place[:-1]:
            mapping = mapping.setdefault(key, {})
        mapping[place[-1]] = value
        self.origins[place] = origin

    def blame(self, place: Place, reason: str) -> None:
        """Add a fault at `place`."""
        self.faults.append(fault_at(place, reason, self.origins))


def fault_at(place: Place, reason: str, origins: Mapping[Place, Origin]) -> Fault:
    """Return a fault whose origin is that of the nearest known place around `place`."""
    near = (origins[place[:length]] for length in range(len(place), -1, -1) if place[:length] in origins)
    origin = next(near, Origin(source="configuration"))
    told = f"{reason} ({origin.variable})" if origin.variable else reason
    return Fault(source=origin.source, line=origin.line, field=dotted(place) or None, reason=told)


def dotted(place: Place) -> str:
    """Return a place as people write it: `polling.overrides[0].interval`."""
    return "".join(_parts(place)).removeprefix(".")


def _parts(place: Place) -> Iterator[str]:
    for part in place:
        shown = str(part) if str(part).isprintable() else ascii(part)[1:-1]
        yield f"[{part}]" if isinstance(part, int) else f".{shown}"
