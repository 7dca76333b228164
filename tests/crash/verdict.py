"""What a journal must look like after any number of kills."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.crash.journal import Step

Key = tuple[str, str]
PENDING, FIRING, RESOLVED, INACTIVE = "pending", "firing", "resolved", "inactive"
_FOLLOWING = {
    None: {PENDING, FIRING},
    PENDING: {FIRING, INACTIVE},
    FIRING: {RESOLVED},
    RESOLVED: {PENDING, FIRING},
    INACTIVE: {PENDING, FIRING},
}
_SAME_S = 0.002
"""Receivers are told of milliseconds."""


def stories(steps: Iterable[Step]) -> Mapping[Key, Sequence[Step]]:
    """Return the steps of each alert, in order."""
    told: dict[Key, list[Step]] = defaultdict(list)
    for step in steps:
        told[step.name, step.subject].append(step)
    return told


def impossible_steps(steps: Sequence[Step]) -> Iterator[str]:
    """Yield steps that no life cycle has: from nowhere, twice, or into another life of the alert."""
    for key, story in stories(steps).items():
        for before, after in pairwise([None, *story]):
            assert after is not None
            if after.state not in _FOLLOWING[before.state if before else None]:
                yield f"{key}: {after} after {before}"
            elif before and before.state in (PENDING, FIRING) and abs(before.since - after.since) > _SAME_S:
                yield f"{key}: {after} is of another life than {before}"


def resolved_unseen(steps: Sequence[Step], polls: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield resolves of which no poll between firing and resolving said that the condition was gone."""
    gone: dict[Key, list[float]] = defaultdict(list)
    for poll in polls:
        for name in poll["well"]:
            gone[name, poll["subject"]].append(poll["at"])
    for key, story in stories(steps).items():
        for before, after in pairwise(story):
            if after.state == RESOLVED and not any(before.at <= at <= after.at for at in gone[key]):
                yield f"{key}: {after} though nobody saw it well since {before.at}"


@dataclass
class Receiver:
    """What one receiver was told, in order: of each alert when it began and whether it is over."""

    told: dict[Key, list[tuple[float, bool]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def named(cls, sink: str, taken: Iterable[Mapping[str, Any]]) -> "Receiver":
        """Return what was taken by a sink."""
        receiver = cls()
        for notice in taken:
            if notice["sink"] == sink:
                key = notice["name"], notice["subject"]
                receiver.told[key].append((notice["starts"], notice["resolved"]))
        return receiver

    def mistold(self, steps: Sequence[Step], *, untold: Container[Key] = ()) -> Iterator[str]:
        """Yield what it was told that never was, and alerts whose last word is not the truth.

        `untold` are those it was to hear nothing of.
        """
        for key, story in stories(steps).items():
            if key in untold:
                yield from (f"{key}: told {each}" for each in self.told.get(key, ()))
                continue
            lives = [step for step in story if step.state in (FIRING, RESOLVED)]
            told = self.told.get(key, [])
            for starts, _ in told:
                if not any(abs(step.since - starts) <= _SAME_S for step in lives):
                    yield f"{key}: told of {starts}, which the journal has not"
            if lives and not _agree(lives[-1], told):
                yield f"{key}: told {told[-1:]} in the end, and {lives[-1]} is the truth"


def _agree(last: Step, told: Sequence[tuple[float, bool]]) -> bool:
    if not told:
        return False
    starts, resolved = told[-1]
    return resolved is (last.state == RESOLVED) and abs(last.since - starts) <= _SAME_S
