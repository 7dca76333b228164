"""The base of every part of the configuration."""

from collections.abc import Iterable, Iterator

from pydantic import BaseModel, ConfigDict

from monitor.domain.inventory.selector import Selector

Place = tuple[str | int, ...]
"""Where a setting stands: keys, and positions in lists counted from 0."""


def key_of(name: str) -> str:
    """Return the configuration key of a field: seconds are written as a duration with its unit.

    A key that Python cannot have as a name stands with a final underscore.
    """
    return _KEYS.get(name) or name.removesuffix("_s").removesuffix("_")


_KEYS = {"keep_firing_s": "keep_firing_for", "planned_windows": "windows"}


class Section(BaseModel):
    """A mapping of known keys; others are faults. A field `interval_s` is the key `interval`."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=key_of, hide_input_in_errors=True)


class Contradictory(ValueError):
    """Values that are each right but not together; `places` are relative to the section."""

    def __init__(self, conflicts: Iterable[tuple[Place, str]]) -> None:
        self.conflicts = tuple(conflicts)
        super().__init__("; ".join(reason for _, reason in self.conflicts))


def refuse(conflicts: Iterable[tuple[Place, str]]) -> None:
    """Raise Contradictory when there is any conflict."""
    found = tuple(conflicts)
    if found:
        raise Contradictory(found)


def double_names(section: str, kind: str, names: Iterable[str]) -> Iterator[tuple[Place, str]]:
    """Yield the places of a list's names that stand in it before."""
    taken: set[str] = set()
    for place, name in enumerate(names):
        if name in taken:
            yield (section, place, "name"), f"is the name of another {kind}"
        taken.add(name)


class Selective(Section):
    """A part of the configuration that holds for some terminals only."""

    def selector(self) -> Selector:
        """Return for which terminals."""
        return Selector(**{name: getattr(self, name) for name in SELECTOR_KEYS})


SELECTOR_KEYS = tuple(Selector.__dataclass_fields__)
