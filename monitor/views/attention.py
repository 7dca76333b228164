"""Problems that a person should look at now, worst first."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from monitor.domain.alerts.alert import Alert, AlertState, Severity
from monitor.domain.alerts.subjects import FLEET_SUBJECT
from monitor.domain.instant import rfc3339
from monitor.domain.inventory.terminal import Terminal
from monitor.views.folds import FoldBook
from monitor.views.read_model import ReadModel
from monitor.views.terminal_row import NOT_URGENT, urgency, what_it_says, what_it_says_zh

_FIRING = AlertState.FIRING


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """One firing alert in words; `age_s` is how long its condition has lasted.

    `cause` is the outcome of its diagnosis without the reasons, "" where there is none. `subject` is the
    alert's.
    """

    subject: str

    alertname: str
    severity: Severity
    says: str
    says_zh: str
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
    """The concerns of one site, the most urgent first; `site` is "" for terminals without one."""

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
    there were, `suppressed` how many firing alerts are, `held` how many by what holds them.
    """

    def __init__(self, read_model: ReadModel, *, limit: int) -> None:
        self.total = 0
        self.suppressed = 0
        self.held: Counter[str] = Counter()
        self.fold_book = FoldBook()
        self._read_model = read_model
        self._limit = limit
        self._worst: list[tuple[tuple[int, float, str], str]] = []

    def look_at(self, subjects: Iterable[str]) -> None:
        """Add the firing alerts of some subjects."""
        about, suppression = self._read_model.book.about, self._read_model.suppression
        now = self._read_model.clock.now()
        found: dict[str, tuple[int, float, str]] = {}
        for subject in subjects:
            for alert in about(subject).values():
                if alert.state is not _FIRING:
                    continue
                hold = suppression.hold(alert, now)
                if hold is not None:
                    self.suppressed += 1
                    self.held[hold.reason.value] += 1
                elif (rank := urgency(alert)) < NOT_URGENT:
                    found[subject] = min(rank, found.get(subject, rank))
                    if subject != FLEET_SUBJECT:
                        self.fold_book.take(alert, rank)
        found.pop(FLEET_SUBJECT, None)
        self.total += len(found)
        if found:
            self._worst = sorted([*self._worst, *zip(found.values(), found, strict=True)])[: self._limit]

    def attention(self) -> Attention:
        """Return the subjects that need attention, by severity, then by age; ended ones are left out."""
        told = (sorted(self._told(subject), key=urgency) for _, subject in self._worst)
        return Attention(
            items=tuple(_item(alerts, self._read_model) for alerts in told if alerts), total=self.total
        )

    def _told(self, subject: str) -> Iterator[Alert]:
        suppression, now = self._read_model.suppression, self._read_model.clock.now()
        for alert in self._read_model.book.about(subject).values():
            if alert.state is _FIRING and suppression.hold(alert, now) is None:
                yield alert


def _item(alerts: list[Alert], read_model: ReadModel) -> AttentionItem:
    worst = alerts[0]
    watched = read_model.fleet.get(worst.subject)
    now = read_model.clock.monotonic()
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
        says_zh=what_it_says_zh(alert),
        cause=alert.annotations.get("cause", "").partition("; ")[0],
        cause_zh=alert.annotations.get("cause_zh", "").partition("\N{FULLWIDTH SEMICOLON}")[0],
        action=alert.annotations.get("action", ""),
        action_zh=alert.annotations.get("action_zh", ""),
        since=rfc3339(alert.since.wall),
        age_s=max(0.0, now - alert.since.monotonic),
    )
