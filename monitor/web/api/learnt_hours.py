"""The hours that terminals keep to, learnt from the journal when somebody asks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from monitor.domain.alerts.subjects import site_subject
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.rhythm.absence import Absence
from monitor.ports.store import Store
from monitor.views.hours_documents import LearntHours
from monitor.views.hours_listing import HoursFound, HoursPlace, learnt_at, places
from monitor.views.read_model import ReadModel

ABSENCE = "TerminalOffline"
"""The alert whose times are those in which a terminal was off."""

DAY_S = 86_400.0
DEFAULT_DAYS = 28

TERMINALS_AT_ONCE = 100
"""The journal of so many terminals is read in one go."""

KEPT_S = 3600.0
"""What pages show of a site is learnt again after an hour: a rhythm is one of weeks."""

MOST_KEPT = 2000
LARGEST_SITE = 200
"""Of a larger site pages look at one terminal by itself: no page waits for hundreds of journals."""

Places = Mapping[HoursPlace, Sequence[Terminal]]


class HoursLearner:
    """Learns hours; what it has learnt for the pages it keeps for KEPT_S, of MOST_KEPT sites."""

    def __init__(self, *, read_model: ReadModel, store: Store) -> None:
        self._read_model = read_model
        self._store = store
        self._kept: dict[str, tuple[float, list[LearntHours]]] = {}

    async def learn(self, terminals: Iterable[Terminal], *, until: float, days: int, zone: str) -> HoursFound:
        """Return what the days before `until` (unix seconds) teach of terminals."""
        found = HoursFound()
        for some in _portions(places(terminals, zone=zone)):
            ids = [terminal.terminal_id for members in some.values() for terminal in members]
            absences = await self._store.absences(ABSENCE, ids, since=until - days * DAY_S, until=until)
            by_terminal: dict[str, list[Absence]] = {}
            for absence in absences:
                by_terminal.setdefault(absence.subject, []).append(absence)
            for place, members in some.items():
                found.add(learnt_at(place, members, by_terminal, until=until))
                await self._read_model.clock.sleep(0)
        return found

    async def of_terminal(self, watched: WatchedTerminal) -> LearntHours | None:
        """Return the hours of a terminal that the inventory lacks or contradicts, if there are any."""
        terminal = watched.terminal
        members = self._members(terminal.site)
        if 0 < len(members) <= LARGEST_SITE:
            found = await self._kept_or_learnt(site_subject(terminal.site), members)
        else:
            found = await self._kept_or_learnt(terminal.terminal_id, [terminal])
        return next((one for one in found if terminal.terminal_id in one.terminal_ids), None)

    async def of_site(self, site: str) -> list[LearntHours]:
        """Return the hours at a site that the inventory lacks or contradicts; none of a very large site."""
        members = self._members(site)
        if not 0 < len(members) <= LARGEST_SITE:
            return []
        return await self._kept_or_learnt(site_subject(site), members)

    def _members(self, site: str) -> list[Terminal]:
        group = self._read_model.fleet.groups.find(site_subject(site)) if site else None
        if group is None:
            return []
        return [one.terminal for members in (group.members, group.closed) for one in members.values()]

    async def _kept_or_learnt(self, key: str, terminals: Sequence[Terminal]) -> list[LearntHours]:
        now = self._read_model.clock.now()
        made, hours = self._kept.get(key, (0.0, []))
        if key in self._kept and now.monotonic - made < KEPT_S:
            return hours
        found = await self.learn(terminals, until=now.wall, days=DEFAULT_DAYS, zone="")
        if len(self._kept) >= MOST_KEPT:
            self._kept.pop(next(iter(self._kept)))
        self._kept[key] = now.monotonic, found.hours
        return found.hours


def _portions(found: Places) -> Iterator[Places]:
    """Yield the places in portions of about TERMINALS_AT_ONCE terminals."""
    portion: dict[HoursPlace, Sequence[Terminal]] = {}
    for place, terminals in found.items():
        portion[place] = terminals
        if sum(map(len, portion.values())) >= TERMINALS_AT_ONCE:
            yield portion
            portion = {}
    if portion:
        yield portion
