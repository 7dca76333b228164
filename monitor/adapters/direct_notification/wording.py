"""Messages for people, in plain text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.domain.instant import rfc3339
from monitor.domain.notification.group_notification import Notification
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.runbooks.runbook import Language

LONGEST_SUBJECT = 160
MOST_TOLD = 100
"""Of more alerts than this the rest are only counted."""

_LABELS = ("severity", "site", "region", "terminal_id", "merchant_id", "model")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What stands around an alert's own words; `annotations` are headings and where their words are."""

    firing: str
    over: str
    new: str
    resolved: str
    still: str
    held: str
    more: str
    since: str
    until: str
    labels: str
    colon: str
    comma: str
    summaries: Sequence[str]
    annotations: Sequence[tuple[str, str]]


_WORDS: Mapping[Language, _Words] = {
    Language.EN: _Words(
        firing="FIRING",
        over="RESOLVED",
        new="New",
        resolved="Resolved",
        still="Still firing",
        held="Held    ",
        more="and {} more",
        since="Since   ",
        until="Until   ",
        labels="Labels  ",
        colon=": ",
        comma=", ",
        summaries=("summary",),
        annotations=(
            ("Cause   ", "cause"),
            ("To do   ", "action"),
            # A reader of English may have to call a shop that reads Chinese.
            ("处理      ", "action_zh"),
            ("Contact ", "contact"),
            ("Plan    ", "plan"),
            ("Runbook ", "runbook_url"),
            ("Evidence", "evidence"),
        ),
    ),
    Language.ZH: _Words(
        firing="告警",
        over="已恢复",
        new="新告警",
        resolved="已恢复",
        still="仍在告警",
        held="暂缓",
        more="另有 {} 条",
        since="开始",
        until="结束",
        labels="标签",
        colon="：",  # noqa: RUF001
        comma="、",
        summaries=("summary_zh", "summary"),
        annotations=(
            ("原因", "cause_zh"),
            ("处理", "action_zh"),
            ("联系", "contact"),
            ("预案", "plan_zh"),
            ("手册", "runbook_url"),
            ("依据", "evidence"),
        ),
    ),
}


def subject(notification: Notification, language: Language = Language.EN) -> str:
    """Return one line: `[FIRING 2] Harbour Row: SiteOffline, PaperOut`."""
    words, firing = _WORDS[language], notification.firing
    state = f"{words.firing} {len(firing)}" if firing else f"{words.over} {len(notification.resolved)}"
    names = dict.fromkeys(
        notice.labels.get("alertname", "alert") for notice in (firing or notification.resolved)
    )
    group = " ".join(notification.group.values())
    told = words.comma.join(names)
    return in_one_line(f"[{state}] {group}{words.colon}{told}" if group else f"[{state}] {told}")[
        :LONGEST_SUBJECT
    ]


def text(notification: Notification, external_url: str, language: Language = Language.EN) -> str:
    """Return the body: new alerts, resolved ones, those that still fire; empty parts are left out."""
    return "\n".join(_lines(notification, external_url, _WORDS[language])) + "\n"


def _lines(notification: Notification, external_url: str, words: _Words) -> Iterator[str]:
    parts = (
        (words.new, notification.new),
        (words.resolved, notification.resolved),
        (words.still, notification.still),
    )
    for heading, notices in parts:
        if notices:
            yield f"{heading}{words.colon}{len(notices)}"
            yield ""
        for notice in notices[:MOST_TOLD]:
            yield from _alert(notice, words)
        if len(notices) > MOST_TOLD:
            yield from (f"  {words.more.format(len(notices) - MOST_TOLD)}", "")
    yield f"posmon {external_url}".rstrip()


def _alert(notice: PostableAlert, words: _Words) -> Iterator[str]:
    said = notice.annotations
    summary = next((said[key] for key in words.summaries if said.get(key)), "")
    yield in_one_line(f"* {notice.labels.get('alertname', 'alert')}{words.colon}{summary}")
    yield f"  {words.since} {rfc3339(notice.starts_at)}"
    if notice.resolved:
        yield f"  {words.until} {rfc3339(notice.ends_at)}"
    elif notice.held:
        yield in_one_line(f"  {words.held} {notice.held}")
    for heading, key in () if notice.resolved else words.annotations:
        if said.get(key):
            yield in_one_line(f"  {heading} {said[key]}")
    labels = (f"{key}={notice.labels[key]}" for key in _LABELS if key in notice.labels)
    yield in_one_line(f"  {words.labels} {' '.join(labels)}")
    yield ""


def in_one_line(words: str) -> str:
    """Return text that cannot begin a line, or a header, of its own."""
    return "".join(letter if letter.isprintable() else " " for letter in words)
