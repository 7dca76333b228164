"""Which pages were needed, and which incidents were found: the arithmetic behind the report."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bench.evaluate.calm.alertmanager_model import PagerMessage
from bench.evaluate.calm.ledger import EARLY_S, LabelledIncident
from bench.evaluate.calm.pager import Page
from bench.evaluate.calm.run import Week

OUTAGES = ("router", "power cut", "carrier outage", "own line")
"""Each of these is to be one page."""

AlertOwner = tuple[str, str]
"""An alert's name, and the label `owner`: who acts first, "" where no alert has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPage:
    """`incident` is what it was needed for, None for a needless one; `reason` says what that was about."""

    page: Page
    incident: LabelledIncident | None
    reason: str


@dataclass(slots=True, kw_only=True)
class IncidentScore:
    """How incidents of one kind fared.

    `buried` are those that only joined a page which something else had opened before: that wakes nobody, so
    they are not found. `pages` are how many each came to, `split` how many came to more than one at one
    receiver. Delays are in seconds.
    """

    incidents: int = 0
    found: int = 0
    buried: int = 0
    split: int = 0
    pages: list[int] = field(default_factory=list)
    delays_s: list[float] = field(default_factory=list)


@dataclass(slots=True)
class CalmScore:
    """All figures of some weeks; counts are of all of them together."""

    thousand_weeks: float = 0.0
    polls: int = 0
    notifications: Counter[AlertOwner] = field(default_factory=Counter)
    pages: Counter[AlertOwner] = field(default_factory=Counter)
    needed: Counter[AlertOwner] = field(default_factory=Counter)
    needless: Counter[tuple[str, str]] = field(default_factory=Counter)
    kinds: defaultdict[str, IncidentScore] = field(default_factory=lambda: defaultdict(IncidentScore))
    judged: list[JudgedPage] = field(default_factory=list)

    def take(self, week: Week) -> None:
        """Add one week."""
        self.thousand_weeks += week.plan.thousand_weeks
        self.polls += week.polls
        self.notifications.update(_alert_of(message) for message in week.messages)
        for page in week.pages:
            self._judge(page, week)
        for incident in week.ledger.incidents:
            self._look_for(incident, week)

    @property
    def incidents(self) -> int:
        """How many there were that need on-call."""
        return sum(kind.incidents for kind in self.kinds.values())

    @property
    def found(self) -> int:
        """How many of them opened a page."""
        return sum(kind.found for kind in self.kinds.values())

    def rate(self, number: float) -> float:
        """Return a count per 1 000 terminals and week."""
        return number / self.thousand_weeks if self.thousand_weeks else 0.0

    def _judge(self, page: Page, week: Week) -> None:
        name = _name(page.first.labels)
        incident = next(
            (one for one in week.ledger.incidents if _is_behind(one, page) and not _is_older(page, one)), None
        )
        reason = incident.kind if incident else week.ledger.reason_of(page)
        self.judged.append(JudgedPage(page=page, incident=incident, reason=reason))
        self.pages[name] += 1
        if incident is not None:
            self.needed[name] += 1
        else:
            self.needless[name[0], reason] += 1

    def _look_for(self, incident: LabelledIncident, week: Week) -> None:
        kind = self.kinds[incident.kind]
        kind.incidents += 1
        behind = [page for page in week.pages if _is_behind(incident, page)]
        opened = [page for page in behind if not _is_older(page, incident)]
        told = [
            alert.told_at for page in opened for alert in page.alerts.values() if incident.is_found_by(alert)
        ]
        kind.pages.append(len(opened))
        kind.split += any(number > 1 for number in Counter(page.receiver for page in opened).values())
        if told:
            kind.found += 1
            kind.delays_s.append(min(told) - incident.begins)
        elif behind:
            kind.buried += 1


def calm_targets_missed(score: CalmScore) -> Iterator[str]:
    """Name the targets that the figures miss."""
    if score.incidents and score.found / score.incidents < 0.95:
        yield f"found: {score.found} of {score.incidents}"
    if split := sum(kind.split for kind in score.kinds.values()):
        yield f"split: {split} incidents are more than one page at one receiver"
    needless, total = score.needless.total(), score.pages.total()
    if score.rate(needless) > 1:
        yield f"needless pages per 1 000 terminals and week: {score.rate(needless):.1f}"
    if total and score.needed.total() / total < 0.8:
        yield f"needed: {score.needed.total()} of {total} pages"
    if closed := sum(number for (_, reason), number in score.needless.items() if reason == "closed"):
        yield f"pages for closed shops: {closed}"
    for name in OUTAGES:
        if (kind := score.kinds.get(name)) and any(number != 1 for number in kind.pages):
            yield f"{name}: {', '.join(map(str, kind.pages))} pages"


def _is_behind(incident: LabelledIncident, page: Page) -> bool:
    return any(incident.is_behind(alert) for alert in page.alerts.values())


def _is_older(page: Page, incident: LabelledIncident) -> bool:
    return page.opened_at < incident.begins - EARLY_S


def _name(labels: Mapping[str, str]) -> AlertOwner:
    return labels["alertname"], labels.get("owner", "")


def _alert_of(message: PagerMessage) -> AlertOwner:
    """Return the alert that made a message be sent; of a repetition the first."""
    alert = [*message.news, *message.firing, *message.resolved][0]
    return _name(alert.labels)
