"""What a ticket says: the values of the templates."""

from collections.abc import Mapping
from html import escape
from typing import Any

from monitor.adapters.direct_notification.wording import LONGEST_SUBJECT, in_one_line, text
from monitor.domain.instant import rfc3339
from monitor.domain.notification.group_notification import Notification, fingerprint, in_common
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.notification.template import Values
from monitor.domain.notification.ticket import Ticket, TicketStep
from monitor.domain.runbooks.runbook import Language

MOST_LISTED = 500

_LABELS = ("alertname", "severity", "category", "owner", "site", "region")
_OF_ONE = ("terminal_id", "merchant_id", "vendor", "model")
_SAID = ("summary", "description", "cause", "action", "plan")
_AS_IT_IS = ("evidence", "contact", "runbook_url")
_LOUDNESS = ("info", "warning", "critical")
_MORE: Mapping[Language, str] = {Language.EN: " (and {} more)", Language.ZH: "（另有 {} 条）"}  # noqa: RUF001


def ticket_values(
    step: TicketStep, *, language: Language, external_url: str, tables: Mapping[str, Mapping[str, Any]]
) -> Values:
    """Return what templates may name; `tables` are the words that the configuration adds."""
    notification, ticket = step.notification, step.ticket
    notices = notification.notices
    told = notification.firing or notification.resolved
    first = told[0] if told else None
    common = in_common([notice.labels for notice in told]) if told else dict(ticket.group)
    said = text(notification, external_url, language)
    values: dict[str, Any] = {
        **dict.fromkeys((*_LABELS, *_OF_ONE, *_SAID, *_AS_IT_IS), ""),
        **{name: common[name] for name in (*_LABELS, *_OF_ONE) if name in common},
        "ref": ticket.ref,
        "id": ticket.id,
        "number": ticket.number,
        "step": step.kind.value,
        "status": notification.status,
        "severity": _loudest(told),
        "title": _title(first, told, ticket, language),
        "text": said,
        "html": escape(said).replace("\n", "<br>\n"),
        "count": len(notification.firing),
        "started_at": rfc3339(min(notice.starts_at for notice in told)) if told else "",
        "ended_at": _ended(notification),
        "external_url": external_url,
        "alerts": [_alert(notice) for notice in notices[:MOST_LISTED]],
        "labels": common,
        "annotations": in_common([notice.annotations for notice in told]) if told else {},
    }
    if first is not None:
        values |= {name: _said(first, name, language) for name in _SAID}
        values |= {name: first.annotations.get(name, "") for name in _AS_IT_IS}
    return values | {name: _word(table, values) for name, table in tables.items()}


def _word(table: Mapping[str, Any], values: Values) -> Any:  # noqa: ANN401 - text or a number
    found = str(values.get(table["of"], ""))
    return table[found] if found in table and found not in {"of", "else"} else table.get("else", "")


def _title(first: PostableAlert | None, told: Any, ticket: Ticket, language: Language) -> str:  # noqa: ANN401
    if first is None:
        return in_one_line(" ".join(ticket.group.values()))
    more = _MORE[language].format(len(told) - 1) if len(told) > 1 else ""
    said = _said(first, "summary", language) or first.labels.get("alertname", "")
    return in_one_line(said)[: LONGEST_SUBJECT - len(more)] + more


def _said(notice: PostableAlert, name: str, language: Language) -> str:
    said = notice.annotations
    return (said.get(f"{name}_zh") if language is Language.ZH else "") or said.get(name, "")


def _loudest(told: Any) -> str:  # noqa: ANN401 - a sequence of notices
    found = {notice.labels.get("severity", "") for notice in told}
    return next((severity for severity in reversed(_LOUDNESS) if severity in found), "")


def _ended(notification: Notification) -> str:
    if notification.firing or not notification.resolved:
        return ""
    return rfc3339(max(notice.ends_at for notice in notification.resolved))


def _alert(notice: PostableAlert) -> dict[str, object]:
    return {
        "status": "resolved" if notice.resolved else "firing",
        "labels": notice.labels,
        "annotations": notice.annotations,
        "startsAt": rfc3339(notice.starts_at),
        "endsAt": rfc3339(notice.ends_at) if notice.resolved else None,
        "fingerprint": fingerprint(notice.labels),
    }
