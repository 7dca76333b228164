"""Alerts with what a person may do about each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from monitor.domain.alerts.alert import AlertState
from monitor.domain.alerts.subjects import FLEET, MONITOR, SITE, SOURCE, TERMINAL_SOURCE, name_in
from monitor.domain.on_call.action import OnCallRule
from monitor.domain.on_call.board import OnCallBoard
from monitor.domain.on_call.silence import Silence
from monitor.views.cursor import BadCursor, decode_cursor, encode_cursor
from monitor.views.documents import AlertDocument

_KEY_PARTS = 3
_MATCH_KEYS = {SITE: "site", SOURCE: "source", TERMINAL_SOURCE: "source", FLEET: "", MONITOR: ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLine:
    """One alert; `key` names it in a form.

    It `may_be_silenced` when a match can name it alone, and `may_end` when it has an acknowledgement, or a
    silence that is about nothing else.
    """

    alert: AlertDocument
    key: str
    may_be_acknowledged: bool
    may_be_silenced: bool
    may_end: bool


def alert_lines(alerts: Iterable[AlertDocument], board: OnCallBoard, wall: float) -> list[AlertLine]:
    """Return the alerts with what may be done about each."""
    return [
        AlertLine(
            alert=alert,
            key=key_of(alert),
            may_be_acknowledged=alert.state is AlertState.FIRING,
            may_be_silenced=narrow_match(alert.alertname, alert.subject) is not None,
            may_end=bool(own_rules(alert.alertname, alert.subject, board, wall)),
        )
        for alert in alerts
    ]


def key_of(alert: AlertDocument) -> str:
    """Return what names an alert in a form: name, subject and beginning."""
    return encode_cursor(alert.alertname, alert.subject, alert.starts_at)


def read_key(text: str) -> tuple[str, str, str]:
    """Return name, subject and beginning of an alert; raises ValueError for what is no key."""
    try:
        alertname, subject, starts_at = decode_cursor(text, parts=_KEY_PARTS)
    except BadCursor:
        raise ValueError("names no alert of posmon's pages") from None
    return alertname, subject, starts_at


def narrow_match(alertname: str, subject: str) -> dict[str, str] | None:
    """Return the match of a silence of that alert alone, None where none is so narrow."""
    if not subject.startswith("/"):
        return {"alertname": alertname, "terminal_id": subject}
    for kind, key in _MATCH_KEYS.items():
        name = name_in(kind, subject)
        if name is not None and bool(name) is bool(key):
            return {"alertname": alertname} | ({key: name} if key else {})
    return None


def own_rules(alertname: str, subject: str, board: OnCallBoard, wall: float) -> list[OnCallRule]:
    """Return the acknowledgement of an alert, and the silences in force that are about it alone."""
    acknowledgement = board.acknowledgements.get((alertname, subject))
    rules: list[OnCallRule] = [] if acknowledgement is None else [acknowledgement]
    match = narrow_match(alertname, subject)
    if match is not None:
        rules += [one for one in board.silences_of(match, wall) if _is_about(one, match)]
    return rules


def _is_about(silence: Silence, match: Mapping[str, str]) -> bool:
    return silence.matcher.terms == {key: (value,) for key, value in match.items()}
