"""What a person should look at now, worst first."""

from collections import defaultdict
from dataclasses import dataclass

from monitor.domain.alert import Alert, AlertState, Severity
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


def attention(sources: Sources, *, limit: int) -> Attention:
    """Return what fires as critical or warning and is not suppressed, by severity, then by age.

    What is suppressed is left out, a larger alert says it; so is an outage of the whole fleet, which
    is no single place to look at.
    """
    groups: defaultdict[str, list[Alert]] = defaultdict(list)
    for alert in sources.book:
        if alert.state is not AlertState.FIRING or alert.subject == FLEET_SUBJECT:
            continue
        if suppressor(alert, book=sources.book, fleet=sources.fleet) is None:
            groups[alert.subject].append(alert)
    urgent = [sorted(alerts, key=urgency) for alerts in groups.values()]
    urgent = [alerts for alerts in urgent if alerts[0].severity in _URGENT]
    urgent.sort(key=lambda alerts: (urgency(alerts[0]), alerts[0].subject))
    return Attention(
        items=tuple(_item(alerts, sources) for alerts in urgent[:limit]),
        total=len(urgent),
    )


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
