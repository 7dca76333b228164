"""A parent as the configuration describes it: a line, a router or a host that terminals hang on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Needs(StrEnum):
    """Of the parents that something has: is one reachable parent enough, or must every one be reachable."""

    ANY = "any"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentRow:
    """One parent. `parents` are what it hangs on itself, and `needs` says how many of them it needs.

    `endpoint` is asked as a terminal's is. Without one the row is a group: it is down when its own parents
    are, as `needs` says. `interval_s` and `timeout_s` are None where those of `polling` hold.
    """

    name: str
    endpoint: str = ""
    parents: tuple[str, ...] = ()
    needs: Needs = Needs.ALL
    interval_s: float | None = None
    timeout_s: float | None = None


def circles(parents: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Yield each circle once: names that hang on each other, from its first name on.

    `parents` has of each name what it hangs on; names that are no keys hang on nothing.
    """
    done: set[str] = set()
    for start in parents:
        path: list[str] = []
        branches = [iter((start,))]
        while branches:
            name = next(branches[-1], None)
            if name is None:
                branches.pop()
                if path:
                    done.add(path.pop())
            elif name in path:
                yield tuple(path[path.index(name) :])
            elif name not in done:
                path.append(name)
                branches.append(iter(parents.get(name, ())))
