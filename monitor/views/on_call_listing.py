"""What people on call have said, as documents."""

from collections.abc import Sequence

from monitor.domain.instant import rfc3339
from monitor.domain.on_call.acknowledgement import Acknowledgement
from monitor.domain.on_call.action import Action
from monitor.domain.on_call.silence import Silence
from monitor.domain.suppression.reach import alerts_matched
from monitor.views.cursor import encode_cursor
from monitor.views.documents import (
    AcknowledgementDocument,
    AcknowledgementPage,
    ActionDocument,
    ActionPage,
    SilenceDocument,
    SilencePage,
)
from monitor.views.read_model import ReadModel


def silence_page(read_model: ReadModel) -> SilencePage:
    """Return all silences, those that end first standing first."""
    board = read_model.suppression.on_call
    found = sorted(board.silences.values(), key=lambda one: (one.ends_at, one.id))
    now = rfc3339(read_model.clock.now().wall)
    return SilencePage(silences=[silence_document(one, read_model) for one in found], now=now)


def silence_document(silence: Silence, read_model: ReadModel) -> SilenceDocument:
    """Return one silence."""
    return SilenceDocument(
        id=silence.id,
        match={key: list(values) for key, values in silence.matcher.terms.items()},
        says=str(silence.matcher),
        starts_at=rfc3339(silence.starts_at),
        until=rfc3339(silence.ends_at),
        by=silence.by,
        comment=silence.comment,
        matched=alerts_matched(silence.matcher, book=read_model.book, fleet=read_model.fleet),
    )


def acknowledgement_page(read_model: ReadModel) -> AcknowledgementPage:
    """Return all acknowledgements, the latest first."""
    board = read_model.suppression.on_call
    found = sorted(board.acknowledgements.values(), key=lambda one: (-one.at, one.id))
    now = rfc3339(read_model.clock.now().wall)
    return AcknowledgementPage(acks=[acknowledgement_document(one) for one in found], now=now)


def acknowledgement_document(known: Acknowledgement) -> AcknowledgementDocument:
    """Return one acknowledgement."""
    return AcknowledgementDocument(
        id=known.id,
        alertname=known.alertname,
        subject=known.subject,
        starts_at=rfc3339(known.starts_at),
        at=rfc3339(known.at),
        until=None if known.ends_at is None else rfc3339(known.ends_at),
        by=known.by,
        comment=known.comment,
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
