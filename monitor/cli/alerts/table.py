"""`posmon alerts` for people."""

from collections.abc import Mapping, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from monitor.cli.output.alert_text import in_language, without_subject
from monitor.cli.output.local_time import local_time
from monitor.cli.output.styles import STYLES
from monitor.cli.output.text import age, inert
from monitor.domain.alerts.alert import AlertState, Severity
from monitor.domain.instant import parse_rfc3339
from monitor.domain.runbooks.runbook import Language
from monitor.views.documents import AlertDocument, StatusDocument
from monitor.views.hold_words import hold_words

_WORDS: Mapping[Language, Mapping[str, str]] = {
    Language.EN: {
        "severity": "SEVERITY",
        "age": "AGE",
        "alert": "ALERT",
        "unconfirmed": " (not confirmed yet)",
        "cause": "Cause: ",
        "action": "To do: ",
        "plan": "Plan: ",
        "evidence": "Evidence: ",
        "unsent": "Not sent: ",
        "until": ", until {}",
        "starting": "posmon is starting and has not read its inventory yet.",
        "unwatched": "No terminals are watched, so nothing can be said of them.",
        "none": "No alert to show.",
        "cut": "Only {} are shown; --site and --severity choose, -o csv lists every alert.",
    },
    Language.ZH: {
        "severity": "级别",
        "age": "已持续",
        "alert": "告警",
        "unconfirmed": "（尚未确认）",  # noqa: RUF001
        "cause": "原因：",  # noqa: RUF001
        "action": "处理：",  # noqa: RUF001
        "plan": "预案：",  # noqa: RUF001
        "evidence": "依据：",  # noqa: RUF001
        "unsent": "未发送：",  # noqa: RUF001
        "until": "，至 {}",  # noqa: RUF001
        "starting": "posmon 正在启动，尚未读取设备档案。",  # noqa: RUF001
        "unwatched": "没有受监控的终端，无从判断。",  # noqa: RUF001
        "none": "没有告警。",
        "cut": "只显示 {} 条；用 --site 和 --severity 筛选，用 -o csv 列出全部。",  # noqa: RUF001
    },
}
_SEVERITIES_ZH = {
    Severity.CRITICAL: "紧急",
    Severity.WARNING: "警告",
    Severity.INFO: "提示",
    Severity.NONE: "无",
}


def alerts_table(
    alerts: Sequence[AlertDocument],
    status: StatusDocument,
    language: Language = Language.EN,
    *,
    with_evidence: bool = False,
) -> RenderableType:
    """Return one entry per alert: where, what and why in the first lines, what to do in the last."""
    words = _WORDS[language]
    if not alerts:
        return Text(words[_nothing(status)])
    now = parse_rfc3339(status.now)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column(words["severity"], no_wrap=True)
    table.add_column(words["age"], no_wrap=True, justify="right")
    table.add_column(words["alert"], overflow="fold")
    for alert in alerts:
        since = parse_rfc3339(alert.starts_at)
        severity = _SEVERITIES_ZH[alert.severity] if language is Language.ZH else alert.severity.value
        table.add_row(
            Text(severity, style=STYLES[alert.severity]),
            Text("?" if now is None or since is None else age(now - since)),
            _entry(alert, language, with_evidence=with_evidence),
        )
    return table


def cut_note(most: int, language: Language) -> str:
    """Return the note below a table that shows only `most` of more alerts."""
    return _WORDS[language]["cut"].format(most)


def _nothing(status: StatusDocument) -> str:
    if not status.ready:
        return "starting"
    return "none" if status.terminals.watched else "unwatched"


def _entry(alert: AlertDocument, language: Language, *, with_evidence: bool) -> Text:
    words, said = _WORDS[language], alert.annotations
    entry = Text(f"{inert(alert.alertname)}  ", style="bold")
    entry.append(_where(alert), style="not bold")
    if alert.state is AlertState.PENDING:
        entry.append(words["unconfirmed"], style="not bold dim")
    told = {key: in_language(said, key, language) for key in ("cause", "action", "plan")}
    lines = [
        Text(without_subject(alert, language), style="not bold"),
        *(Text(f"{words[key]}{inert(text)}", style="not bold") for key, text in told.items() if text),
    ]
    if with_evidence and (evidence := said.get("evidence")):
        lines.append(Text(f"{words['evidence']}{inert(evidence)}", style="not bold dim"))
    lines += [
        Text(f"{words['unsent']}{inert(said)}", style="not bold dim") for said in _holds(alert, language)
    ]
    return Text("\n").join([entry, *(line for line in lines if line)])


def _holds(alert: AlertDocument, language: Language) -> list[str]:
    """Return what holds an alert back, each with its end where it has one."""
    if not alert.held:
        return [alert.suppressed_by] if alert.suppressed_by else []
    until = _WORDS[language]["until"]
    return [
        hold_words(hold, language) + (until.format(local_time(hold.until)) if hold.until else "")
        for hold in alert.held
    ]


def _where(alert: AlertDocument) -> str:
    places = (alert.labels.get("terminal_id"), alert.labels.get("site"))
    return inert(", ".join(place for place in places if place) or alert.subject.lstrip("/"))
