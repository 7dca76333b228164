"""Every reason to hold an alert back: one row each, a pure function of what is known and the moment."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from monitor.domain.alerts.alert import Alert, Category
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.detector import Detector
from monitor.domain.alerts.subjects import (
    FLEET,
    FLEET_SUBJECT,
    HOLD_ENDING,
    PARENT_DOWN,
    SITE,
    TERMINAL_SOURCE,
    WRONG_ANSWERS,
    subject_of,
)
from monitor.domain.detectors.index import BY_NAME
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.outage import Outage
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.on_call.board import OnCallBoard
from monitor.domain.suppression.dependency import explaining_parent, parent_of_all
from monitor.domain.suppression.hold import Hold, HoldReason
from monitor.domain.suppression.windows import WindowBook

SOURCE_OUTAGE = "SourceUnreachable"
"""The alert about a source that cannot be asked."""

WATCHDOG = "Watchdog"
"""The alert that always fires. Nothing holds it: its silence would look like posmon's death."""

_SITE_HEAD = f"/{SITE}/"
_OF_GROUPS = {FLEET: HoldReason.FLEET, SITE: HoldReason.SITE}


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldContext:
    """Where the reasons look."""

    fleet: Fleet
    book: AlertBook
    on_call: OnCallBoard
    windows: WindowBook


class HoldQuestion(NamedTuple):
    """One alert at one moment, with what is looked up for it once; `watched` when it is about a terminal."""

    alert: Alert
    watched: WatchedTerminal | None
    detector: Detector | None
    now: Instant


Asked = Callable[[HoldContext, HoldQuestion], Iterator[Hold]]


def _status(_context: HoldContext, question: HoldQuestion) -> Iterator[Hold]:
    watched = question.watched
    if watched is not None and not watched.terminal.is_paged:
        by = f"status {watched.terminal.status}"
        yield Hold(reason=HoldReason.STATUS, by=by, words=by)


def _larger_outage(context: HoldContext, question: HoldQuestion) -> Iterator[Hold]:
    # From the moment it is suspected: its terminals would page before it is confirmed.
    alert, watched, detector, _ = question
    if detector is None or not detector.yields_to_outage:
        return
    for group in context.fleet.groups_around(alert.subject):
        if alert.alertname == PARENT_DOWN and _is_all_there_is(group, alert, context.fleet):
            return
        for larger in _larger_alerts(group, watched, alert):
            if _explains(larger, alert):
                reason = _OF_GROUPS.get(group.kind, HoldReason.PARENT)
                words = f"{larger.alertname} says it"
                yield Hold(reason=reason, by=larger.alertname, words=words)


def _parent(context: HoldContext, question: HoldQuestion) -> Iterator[Hold]:
    """Ask whether what it hangs on is down, or was until it was last polled."""
    alert, watched, detector, _ = question
    if not context.fleet.parents.troubled or detector is None:
        return
    if not detector.yields_to_outage and alert.subject != FLEET_SUBJECT:
        return
    parent = explaining_parent(alert, watched, context.fleet)
    if parent is not None:
        said = "is down" if parent.is_out else "was not asked yet" if parent.is_unasked else "is just back"
        yield Hold(
            reason=HoldReason.PARENT,
            by=f"parent {parent.name}",
            words=f"what it hangs on, {parent.name}, {said}",
            keeps_told=True,
        )


def _source(context: HoldContext, question: HoldQuestion) -> Iterator[Hold]:
    alert, watched, detector, _ = question
    if detector is None or not detector.yields_to_outage or watched is None or not context.fleet.sources:
        return
    name = source_of(watched, context.fleet)
    larger = context.book.find(SOURCE_OUTAGE, subject_of(TERMINAL_SOURCE, name)) if name else None
    if larger is not None and _explains(larger, alert):
        words = f"{SOURCE_OUTAGE} of {name} says it"
        yield Hold(reason=HoldReason.SOURCE, by=SOURCE_OUTAGE, words=words)


def _replaced(context: HoldContext, question: HoldQuestion) -> Iterator[Hold]:
    alert, watched, detector, _ = question
    withheld = detector.withheld if detector else None
    if withheld is None:
        return
    other = context.book.find(withheld.by, alert.subject)
    if other is not None and withheld.holds(watched, alert, other):
        yield Hold(reason=HoldReason(withheld.reason), by=withheld.by, words=f"{withheld.by} says it")


def _closed(context: HoldContext, question: HoldQuestion) -> Iterator[Hold]:
    """Ask whether what is off is expected to be: its shop is closed."""
    alert, watched, detector, now = question
    if detector is None or not detector.expected_when_closed:
        return
    terminal = _a_terminal(context.fleet, alert, watched)
    hours = context.fleet.trading_hours.of(terminal) if terminal is not None else None
    until = hours.expected_off(alert.since.wall, now.wall) if hours is not None else None
    if until is not None:
        words = "the shop is closed"
        yield Hold(reason=HoldReason.CLOSED, by="closed", words=words, until=until, keeps_told=True)


def _is_held_by_name(alert: Alert) -> bool:
    """Tell whether people hold an alert back only by naming it: what is of a site, say, leaves it alone."""
    return alert.category is Category.SECURITY or alert.alertname == HOLD_ENDING


def _window(context: HoldContext, question: HoldQuestion) -> Iterator[Hold]:
    alert, watched, _, now = question
    if alert.alertname == WATCHDOG or not context.windows:
        return
    labels = matched_labels(alert, watched, context.fleet)
    zone = _zone_of(_a_terminal(context.fleet, alert, watched))
    for window, begin, until in context.windows.about(labels, now.wall, zone, since=alert.since.wall):
        if not _is_held_by_name(alert) or window.matcher.names_alerts:
            said = f": {window.planned.comment}" if window.planned.comment else ""
            yield Hold(
                reason=HoldReason.WINDOW,
                by=f"window {window.planned.name}",
                words=f"planned work, {window.planned.name}{said}",
                until=until,
                since=begin,
                keeps_told=True,
                comment=window.planned.comment,
            )


def _silence(context: HoldContext, question: HoldQuestion) -> Iterator[Hold]:
    alert, watched, _, now = question
    if not context.on_call.silences or alert.alertname == WATCHDOG:
        return
    labels = matched_labels(alert, watched, context.fleet)
    for silence in context.on_call.silences_of(labels, now.wall):
        if not _is_held_by_name(alert) or silence.matcher.names_alerts:
            yield Hold(
                reason=HoldReason.SILENCE,
                by=f"silence {silence.id}",
                words=f"silenced by {silence.by}: {silence.comment}",
                until=silence.ends_at,
                since=silence.starts_at,
                keeps_told=True,
                author=silence.by,
                comment=silence.comment,
            )


def _acknowledged(context: HoldContext, question: HoldQuestion) -> Iterator[Hold]:
    alert, now = question.alert, question.now
    if not context.on_call.acknowledgements:
        return
    known = context.on_call.acknowledgement_of(alert, now.wall)
    if known is not None:
        said = f": {known.comment}" if known.comment else ""
        yield Hold(
            reason=HoldReason.ACKNOWLEDGED,
            by=f"acknowledgement {known.id}",
            words=f"acknowledged by {known.by}{said}",
            until=known.ends_at,
            since=known.at,
            keeps_told=True,
            author=known.by,
            comment=known.comment,
        )


REASONS: tuple[Asked, ...] = (
    _status,
    _parent,
    _larger_outage,
    _source,
    _replaced,
    _closed,
    _window,
    _silence,
    _acknowledged,
)
"""In the order in which they are named.

Those that withdraw an alert stand before those that keep it open, but for parents: a line that is down is the
likelier word for all that hangs on it.
"""


def matched_labels(alert: Alert, watched: WatchedTerminal | None, fleet: Fleet) -> dict[str, str]:
    """Return what a silence or a window matches: the alert's labels, and the source of its terminal."""
    source = source_of(watched, fleet) if watched is not None else ""
    return {"source": source, **alert.labels} if source else alert.labels


def source_of(watched: WatchedTerminal, fleet: Fleet) -> str:
    """Return the name of the source that speaks for a terminal, "" when none does."""
    if not fleet.sources:
        return ""
    name = watched.terminal.endpoint.partition(":")[0]
    return name if name in fleet.sources else ""


def question_of(alert: Alert, fleet: Fleet, now: Instant) -> HoldQuestion:
    """Return the question that the reasons answer."""
    return HoldQuestion(alert, fleet.get(alert.subject), BY_NAME.get(alert.alertname), now)


def _a_terminal(fleet: Fleet, alert: Alert, watched: WatchedTerminal | None) -> Terminal | None:
    """Return the terminal that an alert is about, or one of its site; None for anything larger."""
    if watched is not None:
        return watched.terminal
    group = fleet.groups.find(alert.subject) if alert.subject.startswith(_SITE_HEAD) else None
    member = group.example if group is not None else None
    return member.terminal if member is not None else None


def _zone_of(terminal: Terminal | None) -> tzinfo:
    """Return the zone of a terminal's clock, UTC where the inventory names none."""
    return ZoneInfo(terminal.timezone) if terminal is not None and terminal.timezone else UTC


def _larger_alerts(group: Outage, watched: WatchedTerminal | None, alert: Alert) -> Iterator[Alert]:
    """Yield the alerts about a group that may be all there is to one about a member or a smaller group."""
    if watched is not None:
        yield from group.explaining(watched)
    else:
        larger = group.wrong.alert if alert.alertname == WRONG_ANSWERS else group.alert
        if larger is not None:
            yield larger


def _is_all_there_is(group: Outage, alert: Alert, fleet: Fleet) -> bool:
    """Tell whether the fleet's outage is that of the parent which an alert is about, and of nothing else."""
    larger = group.alert
    if larger is None or group is not fleet.whole:
        return False
    parent = parent_of_all(larger, fleet)
    return parent is not None and alert.labels.get("parent") == parent.name


def _explains(outage: Alert, alert: Alert) -> bool:
    """Tell whether the latest larger outage, open or over, is all there is to `alert`.

    One that is over still explains an alert whose terminal was not polled since it was first seen to be over,
    and one that is over as well and fires on only because it keeps firing for a while.
    """
    if alert.fired_at and alert.fired_at.monotonic < outage.since.monotonic:
        return False
    if outage.resolved_at is None:
        return True
    over = outage.absent_since or outage.resolved_at
    if alert.absent_since is not None and alert.since.monotonic <= over.monotonic:
        return True
    return alert.last_present.monotonic <= over.monotonic
