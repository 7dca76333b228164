"""Sums up terminals: all of a site, of a region, of the fleet."""

from array import array
from collections.abc import Mapping, Sequence
from math import ceil
from statistics import fmean, median

from monitor.domain.availability.facts import Episode
from monitor.domain.availability.report import AvailabilityRow, RepairTimes
from monitor.domain.availability.states import StateSeconds
from monitor.domain.availability.terminal_time import TerminalOutage

TOGETHER_S = 600
"""Terminals lost so long before their site counted as down were lost with it."""

_NINE_OF_TEN = 0.9
_NEVER = 2**62

SiteOutages = Mapping[str, Sequence[Episode]]


class TimeTally:
    """Sums up seconds and outages under one key.

    With `site_outages`, an outage that is part of one of its whole site counts once, as that of the site.
    """

    __slots__ = (
        "_acknowledged",
        "_counted",
        "_last",
        "_outages",
        "_repairs",
        "_seconds",
        "_site_outages",
        "_terminals",
        "_until_acknowledged_s",
    )

    def __init__(self, site_outages: SiteOutages | None = None) -> None:
        self._seconds = [0] * 8
        self._outages = 0
        self._repairs = array("q")
        self._acknowledged = 0
        self._until_acknowledged_s = 0
        self._terminals = 0
        self._last = ""
        self._site_outages = site_outages or {}
        self._counted: set[tuple[str, int]] = set()

    def add(self, terminal_id: str, seconds: StateSeconds) -> None:
        """Add seconds of a terminal; all of one terminal come one after the other."""
        if terminal_id != self._last:
            self._terminals += 1
            self._last = terminal_id
        sums = self._seconds
        for place, count in enumerate(seconds):
            if count:
                sums[place] += count

    def add_outage(self, outage: TerminalOutage, since: int, until: int) -> None:
        """Add an outage of a terminal; the period tells whether it began and whether it ended there."""
        whole = self._of_its_site(outage.episode, outage.profile.site)
        if whole is None:
            self._count(outage.episode, outage.first, outage.repair_s, since, until)
        elif (outage.profile.site, whole.began) not in self._counted:
            self._counted.add((outage.profile.site, whole.began))
            judged = outage.timeline.judged
            ended = until + 1 if whole.ended is None else whole.ended
            first = judged.first(whole.began, ended) or outage.first
            repair_s = judged.within(whole.began, ended) if ended <= until else None
            self._count(whole, first, repair_s, since, until)

    def row(self, key: str) -> AvailabilityRow:
        """Return the sums."""
        acknowledged = self._acknowledged
        return AvailabilityRow(
            key=key,
            seconds=StateSeconds(*self._seconds),
            outages=self._outages,
            mttr=repair_times(self._repairs),
            mtta_s=self._until_acknowledged_s / acknowledged if acknowledged else None,
            terminals=self._terminals,
        )

    def _count(self, episode: Episode, first: int, repair_s: int | None, since: int, until: int) -> None:
        self._outages += since <= first < until
        if repair_s and episode.ended is not None and since < episode.ended <= until:
            self._repairs.append(repair_s)
        fired, acked = episode.fired, episode.acked
        if fired is not None and acked is not None and since <= acked < until:
            self._acknowledged += 1
            self._until_acknowledged_s += max(0, acked - fired)

    def _of_its_site(self, episode: Episode, site: str) -> Episode | None:
        for whole in self._site_outages.get(site, ()) if site else ():
            is_begun = episode.ended is None or whole.began < episode.ended
            if is_begun and whole.began - TOGETHER_S <= episode.began < (whole.ended or _NEVER):
                return whole
        return None


def repair_times(repairs: Sequence[int]) -> RepairTimes:
    """Return mean, median and the ninth decile (nearest rank) of repair times in seconds."""
    if not repairs:
        return RepairTimes()
    ordered = sorted(repairs)
    rank = ceil(_NINE_OF_TEN * len(ordered))
    return RepairTimes(mean=fmean(ordered), median=float(median(ordered)), p90=float(ordered[rank - 1]))
