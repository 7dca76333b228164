"""What needs attention on a bad day: alerts of one kind are one line."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter, itemgetter

from monitor.domain.alerts.alert import Alert, AlertState, Owner, Severity
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant, rfc3339
from monitor.domain.on_call.acknowledgement import leading_cause
from monitor.domain.suppression.suppression import Suppression
from monitor.views.chunked_work import Steps, parts
from monitor.views.read_model import ReadModel
from monitor.views.terminal_row import what_it_says, what_it_says_zh

MOST_SHOWN = 20
"""As many of one kind are named."""

_NEARLY_ALL = 0.9
_FEW = 3
_KEPT = 8 * MOST_SHOWN
_LOOKED_AT = 5_000
_COLUMNS: Mapping[str, Callable[[WatchedTerminal], str]] = {
    "site": attrgetter("terminal.site"),
    "model": attrgetter("model"),
    "region": attrgetter("terminal.region"),
}
_URGENT_FIRST = (Owner.SECURITY, Owner.MONITORING, Owner.NETWORK, Owner.ACQUIRER, Owner.FIELD, Owner.SHOP)
_RANKS = {owner.value: place for place, owner in enumerate(_URGENT_FIRST)}


_Urgency = tuple[int, float, str]
_Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedAlert:
    """One alert of a line; `age_s` is how long its condition has lasted."""

    subject: str
    is_terminal: bool
    site: str
    says: str
    says_zh: str
    since: str
    age_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """All alerts of one name, of which `worst` names the most urgent.

    `shared` is a column and its value where nearly all have the same and not all of the fleet does. `cause`
    is the likeliest cause of `cause_count` of them, more than of any other, "" where none has one.
    `oldest_s` is how long the oldest has lasted.
    """

    alertname: str
    owner: str
    severity: Severity
    count: int
    sites: int
    shared: tuple[str, str] | None
    cause: str
    cause_zh: str
    cause_count: int
    action: str
    action_zh: str
    oldest_s: float
    worst: tuple[FoldedAlert, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerFolds:
    """The lines of those who act first on them, the worst first; `count` is how many alerts they are."""

    owner: str
    count: int
    folds: tuple[Fold, ...]


class _Kind:
    """What is counted of the alerts of one name."""

    __slots__ = ("_bound", "causes", "count", "places", "samples", "worst")

    def __init__(self) -> None:
        self.count = 0
        self.places: dict[_Place, int] = {}
        self.causes: dict[str, int] = {}
        self.samples: dict[str, Alert] = {}
        self.worst: list[tuple[_Urgency, str]] = []
        self._bound: _Urgency | None = None

    def take(self, alert: Alert, rank: _Urgency) -> None:
        labels = alert.labels
        self.count += 1
        place = (labels.get("site", ""), labels.get("model", ""), labels.get("region", ""))
        self.places[place] = self.places.get(place, 0) + 1
        if "cause" in alert.annotations and (cause := leading_cause(alert.annotations)):
            self.causes[cause] = self.causes.get(cause, 0) + 1
            self.samples.setdefault(cause, alert)
        if self._bound is not None and rank > self._bound:
            return
        self.worst.append((rank, alert.subject))
        if len(self.worst) > _KEPT:
            self.worst = sorted(self.worst)[:MOST_SHOWN]
            self._bound = self.worst[-1][0]

    def counting(self) -> Steps[dict[str, Counter[str]]]:
        """Return how many alerts have each value of each column."""
        counters = {name: Counter[str]() for name in _COLUMNS}
        for part in parts(self.places.items()):
            for place, count in part:
                for counter, value in zip(counters.values(), place, strict=True):
                    if value:
                        counter[value] += count
            yield
        return counters


class FoldBook:
    """Counts alerts by name, and remembers the most urgent of each."""

    def __init__(self) -> None:
        self._kinds: dict[str, _Kind] = {}

    def take(self, alert: Alert, rank: _Urgency) -> None:
        """Count one alert; `rank` is its urgency."""
        kind = self._kinds.get(alert.alertname)
        if kind is None:
            kind = self._kinds[alert.alertname] = _Kind()
        kind.take(alert, rank)

    def folding(self, read_model: ReadModel) -> Steps[list[Fold]]:
        """Return a line for each name, the worst first; what has ended meanwhile is not named."""
        varied = {name for name, column in _COLUMNS.items() if _varies(read_model.fleet, column)}
        made = []
        for name, kind in self._kinds.items():
            fold = _fold(name, kind, (yield from kind.counting()), varied, read_model)
            if fold is not None:
                made.append(fold)
        return sorted(made, key=lambda fold: (_rank(fold), -fold.count, fold.alertname))


def by_owner(folds: Iterable[Fold]) -> list[OwnerFolds]:
    """Return the lines by owner, the owner with the worst line first."""
    groups: dict[str, list[Fold]] = {}
    for fold in folds:
        groups.setdefault(fold.owner, []).append(fold)
    found = [
        OwnerFolds(owner=owner, count=sum(fold.count for fold in folds), folds=tuple(folds))
        for owner, folds in groups.items()
    ]
    return sorted(found, key=lambda one: _rank(one.folds[0]))


def _rank(fold: Fold) -> tuple[int, int]:
    """Return how urgent a line is: one terminal that somebody opened before a hundred without paper."""
    return list(Severity).index(fold.severity), _RANKS.get(fold.owner, len(_RANKS))


def _fold(
    alertname: str,
    kind: _Kind,
    columns: Mapping[str, Counter[str]],
    varied: set[str],
    read_model: ReadModel,
) -> Fold | None:
    book, now, suppression = read_model.book, read_model.clock.now(), read_model.suppression
    found = (book.find(alertname, subject) for _, subject in sorted(kind.worst)[:MOST_SHOWN])
    alerts = [alert for alert in found if alert is not None and _is_told(alert, suppression, now)]
    if not alerts:
        return None
    cause, cause_count = max(kind.causes.items(), key=itemgetter(1), default=("", 0))
    sample = kind.samples.get(cause)
    said = sample.annotations if sample is not None else {}
    first = alerts[0]
    return Fold(
        alertname=alertname,
        owner=first.labels.get("owner", ""),
        severity=first.severity,
        count=kind.count,
        sites=len(columns["site"]),
        shared=_shared(columns, kind.count, varied),
        cause=said.get("cause", "").partition("; ")[0],
        cause_zh=said.get("cause_zh", "").partition("\N{FULLWIDTH SEMICOLON}")[0],
        cause_count=cause_count,
        action=first.annotations.get("action", ""),
        action_zh=first.annotations.get("action_zh", ""),
        oldest_s=max(0.0, *(now.monotonic - alert.since.monotonic for alert in alerts)),
        worst=tuple(_folded(alert, now, read_model.fleet) for alert in alerts),
    )


def _is_told(alert: Alert, suppression: Suppression, now: Instant) -> bool:
    return alert.state is AlertState.FIRING and suppression.hold(alert, now) is None


def _shared(
    columns: Mapping[str, Counter[str]], all_of_them: int, varied: set[str]
) -> tuple[str, str] | None:
    if all_of_them < _FEW:
        return None
    for name, counter in columns.items():
        for value, count in counter.most_common(1):
            if name in varied and count >= _NEARLY_ALL * all_of_them:
                return name, value
    return None


def _varies(fleet: Fleet, column: Callable[[WatchedTerminal], str]) -> bool:
    values = map(column, islice(fleet, _LOOKED_AT))
    first = next(values, "")
    return any(value != first for value in values)


def _folded(alert: Alert, now: Instant, fleet: Fleet) -> FoldedAlert:
    return FoldedAlert(
        subject=alert.subject,
        is_terminal=fleet.get(alert.subject) is not None,
        site=alert.labels.get("site", ""),
        says=what_it_says(alert),
        says_zh=what_it_says_zh(alert),
        since=rfc3339(alert.since.wall),
        age_s=max(0.0, now.monotonic - alert.since.monotonic),
    )
