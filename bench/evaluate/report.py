"""The figures, as tables for people and JSON for later."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from bench.evaluate.score import OVER, AlertScore, Confusion, Score, at_most, right_causes
from monitor.domain.diagnosis.cause import Cause
from monitor.domain.diagnosis.tables import TABLES

RECALL, PRECISION, RIGHT_CAUSES, FALSE_SECURITY = 0.95, 0.95, 0.9, 1.0
"""What is aimed at: for every alert the first two, for all diagnoses the third; false security alerts in
10 000 terminal-days."""


def lines(score: Score) -> Iterator[str]:
    """Yield the tables."""
    yield f"{score.terminal_days} terminal-days, {score.events} events, {score.polls} polls"
    yield ""
    yield from _alerts(score)
    yield ""
    yield from _kinds(score)
    yield ""
    yield from _causes(score)
    yield ""
    yield from _summary(score)


def document(score: Score, *, seeds: Sequence[int], took_s: float) -> dict[str, Any]:
    """Return all figures as a document; ratios are 0-1, delays seconds, None where nothing was counted."""
    right, diagnoses = right_causes(score.confusion)
    right_at_last, _ = right_causes(score.confusion_at_last)
    return {
        "seeds": list(seeds),
        "took_s": round(took_s),
        "terminal_days": score.terminal_days,
        "events": score.events,
        "polls": score.polls,
        "incidents_without_room": score.left_out,
        "alerts": {name: _figures(score.alerts[name]) for name in sorted(score.alerts)},
        "incidents": {
            name: {
                "incidents": kind.incidents,
                "condition_met": kind.met,
                "below_condition": kind.incidents - kind.met,
                "below_condition_but_raised": kind.noticed,
            }
            for name, kind in sorted(score.kinds.items())
        },
        "causes": _counts(score.confusion),
        "causes_at_last": _counts(score.confusion_at_last),
        "right_cause_first": right / diagnoses if diagnoses else None,
        "right_cause_at_last": right_at_last / diagnoses if diagnoses else None,
        "diagnoses": diagnoses,
        "right_cause_first_of_incidents": _shares_of_incidents(score)[0],
        "right_cause_at_last_of_incidents": _shares_of_incidents(score)[1],
        "false_security_alerts": score.false_security,
        "false_security_alerts_per_10000_terminal_days": _per_10_000(score, score.false_security),
        "false_security_alerts_per_10000_terminal_days_at_most": _per_10_000(
            score, at_most(score.false_security)
        ),
        "ordinary_security_alerts_per_10000_terminal_days": _per_10_000(score, score.ordinary_security),
        "targets_missed": list(missed_targets(score)),
    }


def missed_targets(score: Score) -> Iterator[str]:
    """Name the targets that the figures miss."""
    for name, alert in sorted(score.alerts.items()):
        if alert.recall is not None and alert.recall < RECALL:
            yield f"{name}: recall {alert.recall:.3f}"
        if alert.precision is not None and alert.precision < PRECISION:
            yield f"{name}: precision {alert.precision:.3f}"
    right, diagnoses = right_causes(score.confusion)
    if diagnoses and right / diagnoses < RIGHT_CAUSES:
        yield f"right cause first: {right / diagnoses:.3f}"
    if _per_10_000(score, score.false_security) > FALSE_SECURITY:
        yield f"false security alerts: {_per_10_000(score, score.false_security):.2f} in 10 000 terminal-days"


def _shares_of_incidents(score: Score) -> tuple[float | None, float | None]:
    total = score.of_incidents
    if not total:
        return None, None
    return score.right_first / total, score.right_at_last / total


def _per_10_000(score: Score, count: float) -> float:
    return count * OVER / score.terminal_days if score.terminal_days else 0.0


def _figures(alert: AlertScore) -> dict[str, Any]:
    return {
        "due": alert.due,
        "found": alert.found,
        "recall": alert.recall,
        "raised": alert.raised,
        "true": alert.right,
        "ordinary": alert.ordinary,
        "precision": alert.precision,
        "delay_median_s": alert.delay_s(percentile=50),
        "delay_p95_s": alert.delay_s(percentile=95),
    }


def _alerts(score: Score) -> Iterator[str]:
    heading = ("due", "found", "recall", "raised", "true", "precis.", "ordinary", "delay s", "p95 s")
    yield _row("alert", heading)
    for name in sorted(score.alerts):
        alert = score.alerts[name]
        yield _row(
            name,
            (
                str(alert.due),
                str(alert.found),
                _ratio(alert.recall),
                str(alert.raised),
                str(alert.right),
                _ratio(alert.precision),
                str(alert.ordinary),
                _seconds(alert.delay_s(percentile=50)),
                _seconds(alert.delay_s(percentile=95)),
            ),
        )


def _kinds(score: Score) -> Iterator[str]:
    yield _row("incident", ("all", "met", "below", "raised"))
    for name in sorted(score.kinds):
        kind = score.kinds[name]
        below = kind.incidents - kind.met
        yield _row(name, (str(kind.incidents), str(kind.met), str(below), str(kind.noticed)))


def _counts(confusion: Confusion) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [
            {"was": was.value, "named": named.value, "count": count}
            for (was, named), count in sorted(confusion[name].items())
        ]
        for name in sorted(confusion)
    }


def _causes(score: Score) -> Iterator[str]:
    tables: dict[int, Counter[tuple[Cause, Cause]]] = {}
    yield _row("right cause first", ("of", "fired", "share", "at last", "share"))
    for name in sorted(score.confusion):
        tables.setdefault(id(TABLES[name]), Counter()).update(score.confusion[name])
        total = score.confusion[name].total()
        fired, last = (_right(counts[name]) for counts in (score.confusion, score.confusion_at_last))
        yield _row(name, (str(total), str(fired), _ratio(fired / total), str(last), _ratio(last / total)))
    for counts in tables.values():
        yield ""
        yield from _matrix(counts)


def _right(counts: Counter[tuple[Cause, Cause]]) -> int:
    return sum(count for (was, named), count in counts.items() if was is named)


def _matrix(counts: Counter[tuple[Cause, Cause]]) -> Iterator[str]:
    named = [cause for cause in Cause if any(cause in pair for pair in counts)]
    yield f"{'was, and named:':<20}" + "".join(f"{cause.value:>20}" for cause in named)
    for was in named:
        if any(pair[0] is was for pair in counts):
            cells = (str(counts[was, cause] or ".") for cause in named)
            yield f"{was.value:<20}" + "".join(f"{cell:>20}" for cell in cells)


def _summary(score: Score) -> Iterator[str]:
    right, diagnoses = right_causes(score.confusion)
    if diagnoses:
        later = right_causes(score.confusion_at_last)[0] / diagnoses
        yield f"right cause first: {right / diagnoses:.3f} of {diagnoses} when it fired, {later:.3f} at last"
        first, last = _shares_of_incidents(score)
        yield f"without the ordinary course: {_ratio(first)} when it fired, {_ratio(last)} at last"
    yield (
        f"false security alerts in 10 000 terminal-days: {_per_10_000(score, score.false_security):.2f} "
        f"({score.false_security}; with 95 % confidence at most "
        f"{_per_10_000(score, at_most(score.false_security)):.2f})"
    )
    ordinary = _per_10_000(score, score.ordinary_security)
    yield f"true security alerts of ordinary customers in 10 000 terminal-days: {ordinary:.0f}"
    missed = [*missed_targets(score)]
    yield "all targets met" if not missed else "targets missed: " + "; ".join(missed)


def _row(name: str, cells: Sequence[str]) -> str:
    return f"{name:<30}" + "".join(f"{cell:>9}" for cell in cells)


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"
