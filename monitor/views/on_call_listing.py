"""What people on call have said, as documents."""

from collections.abc import Sequence
from datetime import UTC

from monitor.domain.calendars.planned_window import SITE_ZONE
from monitor.domain.calendars.schedule import OnceOnly
from monitor.domain.instant import rfc3339
from monitor.domain.on_call.acknowledgement import Acknowledgement
from monitor.domain.on_call.action import Action
from monitor.domain.on_call.silence import Silence
from monitor.domain.on_call.window import OperatorWindow
from monitor.domain.suppression.foreign_silence import ForeignSilence
from monitor.domain.suppression.reach import OpenAlerts, alerts_matched
from monitor.domain.suppression.windows import PlacedWindow
from monitor.views.cursor import encode_cursor
from monitor.views.documents import (
    AcknowledgementDocument,
    AcknowledgementPage,
    ActionDocument,
    ActionPage,
    SilenceDocument,
    SilencePage,
    WindowDocument,
    WindowPage,
)
from monitor.views.read_model import ReadModel


def silence_page(read_model: ReadModel, *, most: int | None = None) -> SilencePage:
    """Return the silences: `most` of posmon's, the first to end standing first, then those made elsewhere."""
    board = read_model.suppression.on_call
    found = sorted(board.silences.values(), key=lambda one: (one.ends_at, one.id))
    now = rfc3339(read_model.clock.now().wall)
    alerts = OpenAlerts(read_model.book, read_model.fleet)
    shown = [_silence_document(one, alerts.matched(one.matcher)) for one in found[:most]]
    foreign = [_foreign_document(one, matched) for one, matched in read_model.foreign_silences()]
    return SilencePage(silences=[*shown, *foreign], now=now)


def _foreign_document(silence: ForeignSilence, matched: int) -> SilenceDocument:
    return SilenceDocument(
        id=silence.silence_id,
        match={},
        says=silence.text,
        starts_at=rfc3339(silence.starts_at),
        until=rfc3339(silence.ends_at),
        by=silence.created_by,
        comment=silence.comment,
        matched=matched,
        origin=", ".join(silence.alertmanagers),
    )


def silence_document(silence: Silence, read_model: ReadModel) -> SilenceDocument:
    """Return one silence."""
    matched = alerts_matched(silence.matcher, book=read_model.book, fleet=read_model.fleet)
    return _silence_document(silence, matched)


def _silence_document(silence: Silence, matched: int) -> SilenceDocument:
    return SilenceDocument(
        id=silence.id,
        match={key: list(values) for key, values in silence.matcher.terms.items()},
        says=str(silence.matcher),
        starts_at=rfc3339(silence.starts_at),
        until=rfc3339(silence.ends_at),
        by=silence.by,
        comment=silence.comment,
        matched=matched,
    )


def window_page(read_model: ReadModel) -> WindowPage:
    """Return all windows: those in force, then those that begin next."""
    now = rfc3339(read_model.clock.now().wall)
    found = [window_document(one, read_model) for one in read_model.suppression.windows]
    found.sort(key=lambda one: (one.active_until is None, one.active_until or one.next_start or "z", one.id))
    return WindowPage(windows=found, now=now)


def opened_window(window: OperatorWindow, read_model: ReadModel) -> WindowDocument:
    """Return a window that somebody opened or ended."""
    placed = PlacedWindow(id=window.id, matcher=window.matcher, planned=window.planned(), by=window.by)
    return window_document(placed, read_model)


def window_document(window: PlacedWindow, read_model: ReadModel) -> WindowDocument:
    """Return one window."""
    planned, wall = window.planned, read_model.clock.now().wall
    schedule, zone = planned.schedule, planned.zone or UTC
    is_once = isinstance(schedule, OnceOnly)
    return WindowDocument(
        id=window.id,
        name=planned.name,
        match={key: list(values) for key, values in window.matcher.terms.items()},
        says=str(window.matcher),
        every=planned.every,
        timezone="" if is_once else str(planned.zone or SITE_ZONE),
        starts_at=rfc3339(schedule.begin) if isinstance(schedule, OnceOnly) else None,
        until=rfc3339(schedule.end) if isinstance(schedule, OnceOnly) else None,
        active_until=_at(schedule.active_until(wall, zone)),
        next_start=_at(schedule.next_start(wall, zone)),
        excuses_sla=planned.excuses_sla,
        length_s=planned.length_s,
        by=window.by,
        comment=planned.comment,
        matched=alerts_matched(window.matcher, book=read_model.book, fleet=read_model.fleet),
        origin="posmon" if window.by else "configuration",
    )


def _at(wall: float | None) -> str | None:
    return None if wall is None else rfc3339(wall)


def acknowledgement_page(read_model: ReadModel, *, most: int | None = None) -> AcknowledgementPage:
    """Return the acknowledgements, at most so many, the latest first."""
    board = read_model.suppression.on_call
    found = sorted(board.acknowledgements.values(), key=lambda one: (-one.at, one.id))
    now = rfc3339(read_model.clock.now().wall)
    return AcknowledgementPage(acks=[acknowledgement_document(one) for one in found[:most]], now=now)


def acknowledgement_document(known: Acknowledgement, others: Sequence[str] = ()) -> AcknowledgementDocument:
    """Return one acknowledgement; `others` were made by the same request."""
    return AcknowledgementDocument(
        id=known.id,
        alertname=known.alertname,
        subject=known.subject,
        starts_at=rfc3339(known.starts_at),
        at=rfc3339(known.at),
        until=None if known.ends_at is None else rfc3339(known.ends_at),
        by=known.by,
        comment=known.comment,
        others=[*others],
    )


def action_page(found: Sequence[Action], limit: int) -> ActionPage:
    """Return up to `limit` of the actions found; one more than that says that there are more."""
    shown = found[:limit]
    following = encode_cursor(str(shown[-1].number)) if len(found) > limit else None
    return ActionPage(actions=[_action_document(one) for one in shown], next_cursor=following)


def _action_document(action: Action) -> ActionDocument:
    return ActionDocument(
        number=action.number,
        at=rfc3339(action.at),
        by=action.by,
        via=action.via.value,
        what=action.what,
        target=action.target,
        comment=action.comment,
        matched=action.matched,
        details=dict(action.details),
    )
