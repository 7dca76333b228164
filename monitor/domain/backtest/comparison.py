"""What other settings change: the alerts of two replays side by side."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, field

from monitor.domain.backtest.alert_life import AlertLife

SAME_WITHIN_S = 1.0
"""Alerts that last so nearly as long are as before."""


class Difference(Struct):
    """An alert of one subject that the other settings change.

    `before_s` and `after_s` are for how long it fired under the baseline and under the other settings, 0
    where it did not. `fired_at` (unix seconds) is the earlier beginning.
    """

    subject: str
    fired_at: float
    before_s: float
    after_s: float


class AlertComparison(Struct):
    """All alerts of one name. Counts are of alerts that fired, and of those that receivers were told of.

    `longer`, `shorter`, `gone` and `new` pair alerts of one subject that overlap in time.
    """

    alertname: str
    raised_before: int = 0
    raised: int = 0
    told_before: int = 0
    told: int = 0
    longer: list[Difference] = field(default_factory=list)
    shorter: list[Difference] = field(default_factory=list)
    gone: list[Difference] = field(default_factory=list)
    new: list[Difference] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether anything is not as before."""
        changes = self.longer or self.shorter or self.gone or self.new
        return bool(changes) or (self.raised, self.told) != (self.raised_before, self.told_before)


def compare(before: Iterable[AlertLife], after: Iterable[AlertLife]) -> list[AlertComparison]:
    """Return a comparison for each name that fired under either settings, by name."""
    found: dict[str, AlertComparison] = {}
    by_key: dict[tuple[str, str], tuple[list[AlertLife], list[AlertLife]]] = defaultdict(lambda: ([], []))
    for side, lives in enumerate((before, after)):
        for life in lives:
            named = found.setdefault(life.alertname, AlertComparison(life.alertname))
            _count(named, life, side)
            by_key[life.alertname, life.subject][side].append(life)
    for (alertname, _), (olds, news) in sorted(by_key.items()):
        for pair in _overlapping(olds, news):
            _file(found[alertname], *pair)
    return [found[name] for name in sorted(found)]


def _count(named: AlertComparison, life: AlertLife, side: int) -> None:
    if side:
        named.raised += 1
        named.told += life.is_told
    else:
        named.raised_before += 1
        named.told_before += life.is_told


def _overlapping(
    before: Sequence[AlertLife], after: Sequence[AlertLife]
) -> Iterator[tuple[list[AlertLife], list[AlertLife]]]:
    """Yield the lives of one subject in groups, each of those that overlap one another in a chain."""
    lives = [(life.fired_at, side, life) for side, all_ in enumerate((before, after)) for life in all_]
    group: tuple[list[AlertLife], list[AlertLife]] = ([], [])
    until = 0.0
    for fired_at, side, life in sorted(lives, key=lambda entry: entry[:2]):
        if fired_at > until and any(group):
            yield group
            group = ([], [])
        group[side].append(life)
        until = max(until, life.resolved_at)
    yield group


def _file(named: AlertComparison, before: Sequence[AlertLife], after: Sequence[AlertLife]) -> None:
    before_s, after_s = (sum(life.lasted_s for life in lives) for lives in (before, after))
    first = min((*before, *after), key=lambda life: life.fired_at)
    difference = Difference(first.subject, first.fired_at, before_s, after_s)
    if not before:
        named.new.append(difference)
    elif not after:
        named.gone.append(difference)
    elif after_s > before_s + SAME_WITHIN_S:
        named.longer.append(difference)
    elif after_s < before_s - SAME_WITHIN_S:
        named.shorter.append(difference)
