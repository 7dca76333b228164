"""Messages for a shop: what is wrong with which terminal, and what to do now."""

from collections.abc import Iterator, Mapping

from monitor.adapters.direct_notification.wording import LONGEST_SUBJECT, MOST_TOLD, in_one_line
from monitor.domain.notification.group_notification import Notification
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.runbooks.runbook import Language

_WORDS: Mapping[Language, Mapping[str, str]] = {
    Language.EN: {
        "subject": "Card terminals at {place}: {count} to look at",
        "place": "your shop",
        "new": "Please look at:",
        "still": "Still to do:",
        "over": "Done, thank you:",
        "do": "What to do",
        "summary": "summary",
        "action": "action",
        "more": "and {} more",
        "colon": ": ",
    },
    Language.ZH: {
        "subject": "{place}的刷卡终端：{count} 台需要处理",
        "place": "本店",
        "new": "请查看：",
        "still": "尚未处理：",
        "over": "已处理，谢谢：",
        "do": "怎么做",
        "summary": "summary_zh",
        "action": "action_zh",
        "more": "另有 {} 条",
        "colon": "：",
    },
}


def shop_subject(notification: Notification, language: Language) -> str:
    """Return one line: where, and how many alerts there are."""
    words = _WORDS[language]
    place = notification.group.get("site", words["place"])
    said = words["subject"].format(place=place, count=len(notification.firing))
    return in_one_line(said)[:LONGEST_SUBJECT]


def shop_text(notification: Notification, _external_url: str, language: Language) -> str:
    """Return the body: no labels, no evidence, nothing that only on-call understands."""
    return "\n".join(_lines(notification, _WORDS[language])) + "\n"


def _lines(notification: Notification, words: Mapping[str, str]) -> Iterator[str]:
    parts = (("new", notification.new), ("still", notification.still), ("over", notification.resolved))
    for heading, notices in parts:
        if notices:
            yield words[heading]
        for notice in notices[:MOST_TOLD]:
            yield in_one_line(f"* {_said(notice, words['summary'], 'summary')}")
            action = _said(notice, words["action"], "action")
            if action and not notice.resolved:
                yield in_one_line(f"  {words['do']}{words['colon']}{action}")
        if len(notices) > MOST_TOLD:
            yield f"  {words['more'].format(len(notices) - MOST_TOLD)}"
        if notices:
            yield ""


def _said(notice: PostableAlert, key: str, otherwise: str) -> str:
    said = notice.annotations
    return said.get(key) or said.get(otherwise) or notice.labels.get("alertname", "")
