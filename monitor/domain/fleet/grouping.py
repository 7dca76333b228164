"""Terminals by what can go down at once: sites, the whole fleet, and whatever else they share."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from operator import attrgetter

from monitor.domain.alerts.subjects import FLEET, FLEET_SUBJECT, REGION, SITE, name_in
from monitor.domain.fleet.outage import FleetOutage, Outage
from monitor.domain.fleet.region_outage import RegionOutage
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.inventory.terminal import Terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """One thing that terminals share.

    `kind` is the kind of subject that its groups are, `name_of` names a terminal's group, "" for none.
    `make` makes a group by its name and the group of the whole fleet, None for a plain one.
    """

    kind: str
    name_of: Callable[[Terminal], str]
    make: Callable[[str, Outage], Outage] | None = None


BY_SITE = Grouping(kind=SITE, name_of=attrgetter("site"))
BY_REGION = Grouping(kind=REGION, name_of=attrgetter("region"), make=RegionOutage)


class Groups:
    """Every group of the terminals that are polled and paged for.

    `whole` counts them all and always exists; `sites` are those of BY_SITE by name. A group of another kind
    than the fleet exists while it has members. Groupings stand from the narrowest to the widest: a larger
    group's outage explains a smaller one's.
    """

    def __init__(self) -> None:
        self.whole = FleetOutage()
        self.sites: dict[str, Outage] = {}
        self._groupings: dict[Grouping, dict[str, Outage]] = {BY_SITE: self.sites}

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of groups, the narrowest first."""
        return (*(grouping.kind for grouping in self._groupings), FLEET)

    def group_by(
        self, grouping: Grouping, terminals: Iterable[WatchedTerminal], closed: Container[str] = ()
    ) -> None:
        """Group by one thing more, beginning with `terminals`; no-op when it is grouped by already.

        Those in `closed`, by their ids, do not count.
        """
        if grouping in self._groupings:
            return
        self._groupings[grouping] = {}
        for watched in terminals:
            if _is_counted(watched.terminal) and grouping.name_of(watched.terminal):
                is_closed = watched.terminal.terminal_id in closed
                self._group(grouping, watched.terminal).add(watched, is_closed=is_closed)

    def find(self, subject: str) -> Outage | None:
        """Return the group that alerts of that subject are about, None when there is none."""
        if subject == FLEET_SUBJECT:
            return self.whole
        for grouping, groups in self._groupings.items():
            name = name_in(grouping.kind, subject)
            if name is not None:
                return groups.get(name)
        return None

    def of(self, terminal: Terminal) -> tuple[Outage, ...]:
        """Return the groups a terminal belongs to, the narrowest first, whether they count it or not."""
        found: list[Outage] = []
        # Asked for every alert that may be suppressed, which can be all terminals': a plain loop is fastest.
        for grouping, groups in self._groupings.items():
            group = groups.get(grouping.name_of(terminal))
            if group is not None:
                found.append(group)
        return (*found, self.whole)

    def counting(self, terminal: Terminal) -> tuple[Outage, ...]:
        """Return the groups that count a terminal, the narrowest first."""
        return self.of(terminal) if _is_counted(terminal) else ()

    def around(self, subject: str) -> tuple[Outage, ...]:
        """Return the larger groups around a group, the narrowest first: those of its first member."""
        group = self.find(subject)
        if group is None:
            return (self.whole,)
        member = group.example
        if member is None:
            return () if group is self.whole else (self.whole,)
        chain = self.of(member.terminal)
        return chain[chain.index(group) + 1 :]

    def join(self, watched: WatchedTerminal, *, is_closed: bool = False) -> None:
        """Count a terminal in; one that is off because its shop is closed does not count."""
        terminal = watched.terminal
        if not _is_counted(terminal):
            return
        self.whole.add(watched, is_closed=is_closed)
        for grouping in self._groupings:
            if grouping.name_of(terminal):
                self._group(grouping, terminal).add(watched, is_closed=is_closed)

    def leave(self, watched: WatchedTerminal) -> None:
        """Count a terminal out, by the row it was counted in with."""
        for group in self.counting(watched.terminal):
            group.remove(watched)

    def drop_empty(self, terminal: Terminal) -> None:
        """Forget the groups of a terminal that have no members left."""
        for grouping, groups in self._groupings.items():
            name = grouping.name_of(terminal)
            if name in groups and groups[name].example is None:
                del groups[name]

    def _group(self, grouping: Grouping, terminal: Terminal) -> Outage:
        name = grouping.name_of(terminal)
        groups = self._groupings[grouping]
        if name not in groups:
            make = grouping.make
            groups[name] = make(name, self.whole) if make else Outage(name, kind=grouping.kind)
        return groups[name]


def _is_counted(terminal: Terminal) -> bool:
    return terminal.is_paged and terminal.is_polled
