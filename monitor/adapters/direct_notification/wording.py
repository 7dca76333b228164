"""Messages for people, in plain text."""

from collections.abc import Iterator

from monitor.domain.instant import rfc3339
from monitor.domain.notice import Notice
from monitor.domain.notification import Notification

LONGEST_SUBJECT = 160
MOST_TOLD = 100
"""Of more alerts than this the rest are only counted."""

_LABELS = ("severity", "site", "region", "terminal_id", "merchant_id", "model")
_ANNOTATIONS = (
    ("Cause", "cause"),
    ("To do", "action"),
    ("处理", "action_zh"),
    ("Contact", "contact"),
    ("Runbook", "runbook_url"),
    ("Evidence", "evidence"),
)


def subject(notification: Notification) -> str:
    """Return one line: `[FIRING 2] Harbour Row: SiteOffline, PaperOut`."""
    firing = notification.firing
    state = f"FIRING {len(firing)}" if firing else f"RESOLVED {len(notification.resolved)}"
    names = dict.fromkeys(
        notice.labels.get("alertname", "alert") for notice in (firing or notification.resolved)
    )
    group = " ".join(notification.group.values())
    told = f"{group}: {', '.join(names)}" if group else ", ".join(names)
    return _in_one_line(f"[{state}] {told}")[:LONGEST_SUBJECT]


def text(notification: Notification, external_url: str) -> str:
    """Return the body: what is new, what is over, what fires on; each part only where there is any."""
    return "\n".join(_lines(notification, external_url)) + "\n"


def _lines(notification: Notification, external_url: str) -> Iterator[str]:
    parts = (
        ("New", notification.new),
        ("Resolved", notification.resolved),
        ("Still firing", notification.still),
    )
    for heading, notices in parts:
        if notices:
            yield f"{heading}: {len(notices)}"
            yield ""
        for notice in notices[:MOST_TOLD]:
            yield from _alert(notice)
        if len(notices) > MOST_TOLD:
            yield from (f"  and {len(notices) - MOST_TOLD} more", "")
    yield f"posmon {external_url}".rstrip()


def _alert(notice: Notice) -> Iterator[str]:
    name = notice.labels.get("alertname", "alert")
    yield _in_one_line(f"* {name}: {notice.annotations.get('summary', '')}")
    yield f"  Since    {rfc3339(notice.starts_at)}"
    if notice.resolved:
        yield f"  Until    {rfc3339(notice.ends_at)}"
    for heading, key in () if notice.resolved else _ANNOTATIONS:
        if words := notice.annotations.get(key):
            yield _in_one_line(f"  {heading:<8} {words}")
    labels = (f"{key}={notice.labels[key]}" for key in _LABELS if key in notice.labels)
    yield _in_one_line("  Labels   " + " ".join(labels))
    yield ""


def _in_one_line(words: str) -> str:
    """Return text that cannot begin a line, or a header, of its own."""
    return "".join(letter if letter.isprintable() else " " for letter in words)
