"""How values become columns and JSON documents, and come back."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from monitor.adapters.sqlite_store.backlog import JournalRow
from monitor.domain.alerts.alert import AlertState, Severity, Transition
from monitor.domain.events.event import Event, EventType, OperatorLogin, Transaction, UnknownIdGiven
from monitor.domain.instant import Instant
from monitor.domain.notification.postable_alert import Identity

Value = TypeVar("Value")
StoredColumns = tuple[Any, ...]

_encoder = msgspec.json.Encoder()
_labels = msgspec.json.Decoder(dict[str, str])
_EVENT_TYPES: dict[type[Any], str] = {
    Transaction: EventType.TRANSACTION.value,
    OperatorLogin: EventType.OPERATOR_LOGIN.value,
    UnknownIdGiven: "unknown_id",
}
_EVENTS: dict[str, msgspec.json.Decoder[Event | UnknownIdGiven]] = {
    name: msgspec.json.Decoder(kind) for kind, name in _EVENT_TYPES.items()
}
_DECODERS: dict[type[Any], msgspec.json.Decoder[Any]] = {}
TRANSITION_COLUMNS = (
    "at_s, at_wall, alertname, subject, severity, previous, state, since_s, since_wall, labels, annotations"
)


def text(value: str) -> str:
    """Return text that SQLite can hold; a lone surrogate becomes a question mark."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def document(value: object) -> str:
    """Return a value as JSON."""
    try:
        return _encoder.encode(value).decode()
    except UnicodeEncodeError:
        return _encoder.encode(_mended(msgspec.to_builtins(value))).decode()


def read(written: str, kind: type[Value]) -> Value:
    """Return the value of a document; raises msgspec.MsgspecError when it is none of its kind."""
    decoder = _DECODERS.get(kind)
    if decoder is None:
        decoder = _DECODERS[kind] = msgspec.json.Decoder(kind)
    value: Value = decoder.decode(written)
    return value


def identity(labels: Identity) -> str:
    """Return the same text for the same labels."""
    return document(dict(sorted(labels)))


def event_type(event: Event | UnknownIdGiven) -> str:
    """Return the type under which an event is read again."""
    return _EVENT_TYPES[type(event)]


def read_event(kind: str, written: str) -> Event | UnknownIdGiven:
    """Return an event; raises ValueError when it is none of its kind."""
    decoder = _EVENTS.get(kind)
    if decoder is None:
        raise ValueError(f"no type of event: {kind}")
    return decoder.decode(written)


def journal_columns(row: JournalRow) -> StoredColumns:
    """Return the columns of a journal row in the order of its table."""
    step = row.transition
    return (
        row.seq,
        *step.at,
        text(step.alertname),
        text(step.subject),
        step.severity.value,
        step.previous.value,
        step.state.value,
        *step.since,
        int(row.told),
        document(step.labels),
        document(step.annotations),
    )


def transition(columns: StoredColumns) -> Transition:
    """Return the transition of TRANSITION_COLUMNS, in running time."""
    at_s, at_wall, alertname, subject, severity, previous, state, since_s, since_wall, *words = columns
    return Transition(
        alertname=alertname,
        subject=subject,
        severity=Severity(severity),
        previous=AlertState(previous),
        state=AlertState(state),
        at=Instant(at_s, at_wall),
        since=Instant(since_s, since_wall),
        labels=_labels.decode(words[0]),
        annotations=_labels.decode(words[1]),
    )


def _mended(value: object) -> object:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Mapping):
        return {_mended(key): _mended(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_mended(item) for item in value]
    return value
