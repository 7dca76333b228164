"""What a person should look at now, worst first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.domain.alert import Alert, AlertState, Severity
from monitor.domain.alert_book import AlertBook
from monitor.domain.instant import rfc3339
from monitor.domain.suppression import FLEET_SUBJECT, suppressor
from monitor.domain.terminal import Terminal
from monitor.views.sources import Sources
from monitor.views.terminal_row import urgency, what_it_says

_URGENT = frozenset({Severity.CRITICAL, Severity.WARNING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """One firing alert in words; `age_s` is how long its condition has lasted.

    `cause` is what its diagnosis comes to without the reasons, "" where there is none. `subject` is what
    the alert is about.
    """

    subject: str

    alertname: str
    severity: Severity
    says: str
    cause: str
    cause_zh: str
    action: str
    action_zh: str
    since: str
    age_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionItem:
    """A subject with its firing alerts, the worst first; `terminal` when it is one."""

    subject: str
    terminal: Terminal | None
    site: str
    region: str
    concerns: tuple[Concern, ...]

    @property
    def worst(self) -> Concern:
        """The most urgent of its alerts."""
        return self.concerns[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteAttention:
    """What is to be looked at in one place, the most urgent first; `site` is "" for what is at none."""

    site: str
    region: str
    items: tuple[AttentionItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """The most urgent subjects, and how many there are in all."""

    items: tuple[AttentionItem, ...]
    total: int

    @property
    def sites(self) -> tuple[SiteAttention, ...]:
        """The same by site, the site with the most urgent one first."""
        groups: dict[str, list[AttentionItem]] = {}
        for item in self.items:
            groups.setdefault(item.site, []).append(item)
        return tuple(
            SiteAttention(site=site, region=items[0].region, items=tuple(items))
            for site, items in groups.items()
        )


class Watchlist:
    """Takes down the most urgent subjects of those it is shown, each of which must come once.

    Only what fires as critical or warning and is not suppressed counts: a larger alert says the rest. An
    outage of the whole fleet is left out, it is no single place to look at. `total` is how many subjects
    there were, `suppressed` how many firing alerts are.
    """

    def __init__(self, sources: Sources, *, limit: int) -> None:
        self.total = 0
        self.suppressed = 0
        self._sources = sources
        self._limit = limit
        self._worst: list[tuple[tuple[int, float, str], str]] = []

    def look_at(self, subjects: Iterable[str]) -> None:
        """Take in what fires about some subjects."""
        found = []
        for subject in subjects:
            firing = _firing(self._sources.book, subject)
            told = self._told(firing)
            self.suppressed += len(firing) - len(told)
            if subject != FLEET_SUBJECT and any(alert.severity in _URGENT for alert in told):
                found.append((min(map(urgency, told)), subject))
        if found:
            self.total += len(found)
            self._worst = sorted([*self._worst, *found])[: self._limit]

    def attention(self) -> Attention:
        """Return what there is to be looked at, by severity, then by age; what is over by now is not."""
        book, now = self._sources.book, []
        for _, subject in self._worst:
            told = sorted(self._told(_firing(book, subject)), key=urgency)
            if told:
                now.append(_item(told, self._sources))
        return Attention(items=tuple(now), total=self.total)

    def _told(self, firing: Sequence[Alert]) -> list[Alert]:
        book, fleet = self._sources.book, self._sources.fleet
        return [alert for alert in firing if suppressor(alert, book=book, fleet=fleet) is None]


def _firing(book: AlertBook, subject: str) -> list[Alert]:
    return [alert for alert in book.about(subject).values() if alert.state is AlertState.FIRING]


def _item(alerts: list[Alert], sources: Sources) -> AttentionItem:
    worst = alerts[0]
    watched = sources.fleet.get(worst.subject)
    now = sources.clock.monotonic()
    return AttentionItem(
        subject=worst.subject,
        terminal=watched.terminal if watched else None,
        site=worst.labels.get("site", ""),
        region=worst.labels.get("region", ""),
        concerns=tuple(_concern(alert, now) for alert in alerts),
    )


def _concern(alert: Alert, now: float) -> Concern:
    return Concern(
        subject=alert.subject,
        alertname=alert.alertname,
        severity=alert.severity,
        says=what_it_says(alert),
        cause=alert.annotations.get("cause", "").partition("; ")[0],
        cause_zh=alert.annotations.get("cause_zh", "").partition("\N{FULLWIDTH SEMICOLON}")[0],
        action=alert.annotations.get("action", ""),
        action_zh=alert.annotations.get("action_zh", ""),
        since=rfc3339(alert.since.wall),
        age_s=max(0.0, now - alert.since.monotonic),
    )
