"""The hours that terminals keep to, learnt site by site."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from zoneinfo import ZoneInfo

from monitor.domain.alerts.phrase import Phrase
from monitor.domain.calendars.opening_hours import parse_opening_hours
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.rhythm.absence import Absence
from monitor.domain.rhythm.business_days import Days, business_days
from monitor.domain.rhythm.contradiction import contradiction
from monitor.domain.rhythm.site_rhythms import NotLearnt, SharedRhythm, site_rhythms
from monitor.domain.rhythm.weekly_rhythm import WeeklyRhythm, clock
from monitor.views.hours_documents import LearntHours

STALE_S = 8 * 86400.0
"""Who has not gone off for longer has another rhythm now, or none."""


class HoursPlace(NamedTuple):
    """Terminals that are looked at together: those of one site that have one zone, "" for none."""

    site: str
    timezone: str


@dataclass(slots=True, kw_only=True)
class HoursFound:
    """What was learnt of some terminals."""

    hours: list[LearntHours] = field(default_factory=list)
    as_given: int = 0
    not_learnt: Counter[NotLearnt] = field(default_factory=Counter)

    def add(self, other: "HoursFound") -> None:
        """Add what was learnt of others."""
        self.hours += other.hours
        self.as_given += other.as_given
        self.not_learnt += other.not_learnt


def places(terminals: Iterable[Terminal], *, zone: str = "") -> dict[HoursPlace, list[Terminal]]:
    """Return terminals by their places; `zone` is that of terminals of which the inventory says none.

    A terminal that stands at no site is at a place of its own.
    """
    found: dict[HoursPlace, list[Terminal]] = {}
    for terminal in terminals:
        place = HoursPlace(terminal.site or f"\n{terminal.terminal_id}", terminal.timezone or zone)
        found.setdefault(place, []).append(terminal)
    return found


def learnt_at(
    place: HoursPlace,
    terminals: Iterable[Terminal],
    absences: Mapping[str, Sequence[Absence]],
    *,
    until: float,
) -> HoursFound:
    """Return what is learnt of the terminals of one place from their absences, by id, oldest first."""
    known = {terminal.terminal_id: terminal for terminal in terminals}
    if not place.timezone:
        return HoursFound(not_learnt=Counter({NotLearnt.NO_ZONE: len(known)}))
    rhythms, why = site_rhythms(_days_of(known, absences, ZoneInfo(place.timezone), until))
    found = HoursFound(not_learnt=Counter(why.values()))
    for shared in rhythms:
        for given, ids in _by_given(shared, known):
            remark = contradiction(parse_opening_hours(given), shared.rhythm) if given else None
            if given and remark is None:
                found.as_given += len(ids)
                continue
            found.hours.append(_document(place, shared.rhythm, ids, given, remark))
    return found


def usually(rhythm: WeeklyRhythm) -> Phrase:
    """Return when a terminal is usually off, or on where days differ."""
    daily = rhythm.daily
    if daily is not None:
        off = f"{clock(daily.end)}–{clock(daily.begin)}"  # noqa: RUF001 - a range of times
        return Phrase(f"usually off {off}", f"通常 {off} 关机")
    return Phrase(f"usually on {rhythm.opening_hours}", f"通常开机时间：{rhythm.opening_hours}")  # noqa: RUF001


def _days_of(
    known: Iterable[str], absences: Mapping[str, Sequence[Absence]], zone: ZoneInfo, until: float
) -> dict[str, Days]:
    days_of: dict[str, Days] = {}
    for terminal_id in known:
        found = absences.get(terminal_id, ())
        is_fresh = bool(found) and until - found[-1].end < STALE_S
        days_of[terminal_id] = business_days(found, zone) if is_fresh else {}
    return days_of


def _by_given(shared: SharedRhythm, known: Mapping[str, Terminal]) -> Iterator[tuple[str, list[str]]]:
    """Yield the terminals of a rhythm by the hours that the inventory gives them."""
    found: dict[str, list[str]] = {}
    for terminal_id in shared.terminal_ids:
        found.setdefault(known[terminal_id].opening_hours, []).append(terminal_id)
    yield from found.items()


def _document(
    place: HoursPlace, rhythm: WeeklyRhythm, ids: list[str], given: str, remark: Phrase | None
) -> LearntHours:
    words, said = usually(rhythm), remark or Phrase("", "")
    return LearntHours(
        site=place.site if not place.site.startswith("\n") else "",
        terminal_ids=ids,
        opening_hours=rhythm.opening_hours,
        timezone=place.timezone,
        agreeing=rhythm.agreeing,
        known=rhythm.known,
        margin_minutes=rhythm.margin,
        usually=words.en,
        usually_zh=words.zh,
        given=given,
        remark=said.en,
        remark_zh=said.zh,
    )
