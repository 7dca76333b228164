"""What really was: spells of ordinary life, and incidents that need on-call."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from math import inf

from bench.evaluate.calm.pager import Page, PagedAlert

EARLY_S, LATE_S = 120.0, 1200.0
"""An alert may seem to begin so long before an incident, and be told so long after it."""

EARLY_EVENTS_S = 900.0
"""What counts events begins with the first of them, which may be a customer's."""

_PLACES = ("card", "source", "terminal_id", "site", "region", "model")
"""Labels that say where, the narrowest first."""


@dataclass(slots=True, kw_only=True)
class Spell:
    """Something ordinary about a terminal, `reason` in words; times are of the story."""

    reason: str
    begins: float
    ends: float = inf


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledIncident:
    """Something that needs on-call; times are of the story.

    `scope` has the values of labels by which an alert speaks of it; `is_general` says that an alert without
    any such label does so too. `finds` are the alerts that say it, `follows` those that come of it and are
    no news. A name may be `category:NAME`: any alert of that category.
    """

    kind: str
    begins: float
    ends: float
    finds: frozenset[str]
    follows: frozenset[str] = frozenset()
    scope: Mapping[str, AbstractSet[str]]
    is_general: bool = False

    def is_found_by(self, alert: PagedAlert) -> bool:
        """Tell whether an alert on a page says it; its times are of the story."""
        return _is_named(alert, self.finds) and self._is_about(alert)

    def is_behind(self, alert: PagedAlert) -> bool:
        """Tell whether an alert on a page says it or comes of it."""
        return _is_named(alert, self.finds | self.follows) and self._is_about(alert)

    def _is_about(self, alert: PagedAlert) -> bool:
        early_s = EARLY_EVENTS_S if alert.labels["category"] == "security" else EARLY_S
        if alert.starts_at < self.begins - early_s or not self.begins <= alert.told_at <= self.ends + LATE_S:
            return False
        for place in _PLACES:
            if place in alert.labels and place in self.scope:
                return alert.labels[place] in self.scope[place]
        return self.is_general


def _is_named(alert: PagedAlert, names: frozenset[str]) -> bool:
    return alert.labels["alertname"] in names or f"category:{alert.labels['category']}" in names


@dataclass(slots=True)
class Ledger:
    """All of it; `spells` are by terminal, `sites` say which terminals stand where."""

    incidents: list[LabelledIncident] = field(default_factory=list)
    spells: defaultdict[str, list[Spell]] = field(default_factory=lambda: defaultdict(list))
    sites: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def note(self, terminal_id: str, reason: str, begins: float, ends: float = inf) -> Spell:
        """Write down something ordinary; its end may be set later."""
        spell = Spell(reason=reason, begins=begins, ends=ends)
        self.spells[terminal_id].append(spell)
        return spell

    def reason_of(self, page: Page) -> str:
        """Return the ordinary reason behind a page; its times are of the story."""
        alert = page.first
        terminals: tuple[str, ...] = ()
        if "terminal_id" in alert.labels:
            terminals = (alert.labels["terminal_id"],)
        elif "site" in alert.labels:
            terminals = self.sites.get(alert.labels["site"], ())
        elif alert.labels["category"] == "connectivity":
            terminals = tuple(self.spells)
        counts: defaultdict[str, int] = defaultdict(int)
        for reason in (reason for one in terminals for reason in self._reasons(one, alert)):
            counts[reason] += 1
        if counts:
            return max(counts, key=lambda reason: counts[reason])
        return "customers" if alert.labels["category"] == "security" else "unknown"

    def _reasons(self, terminal_id: str, alert: PagedAlert) -> Iterator[str]:
        """Yield what was going on at a terminal, the latest thing only."""
        found = [
            spell
            for spell in self.spells.get(terminal_id, ())
            if spell.begins <= alert.told_at
            and spell.ends >= alert.starts_at - EARLY_S
            and (alert.labels["category"], spell.reason) not in _UNRELATED
        ]
        if found:
            yield max(found, key=lambda spell: spell.begins).reason


_UNRELATED = frozenset({("security", "closed")})
