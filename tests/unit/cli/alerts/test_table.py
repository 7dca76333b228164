from io import StringIO
from typing import Any

from rich.console import Console

from monitor.cli.alerts.table import alerts_table, cut_note
from monitor.domain.alerts.alert import AlertState, Severity
from monitor.domain.runbooks.runbook import Language
from monitor.views.documents import AlertDocument, TerminalCounts
from tests.documents import alert, status_document, summary_of

STATUS = status_document(summary_of([]))


def drawn(
    *alerts: AlertDocument, language: Language = Language.EN, status: Any = STATUS, **options: Any
) -> str:
    """Return the table as text."""
    console = Console(file=StringIO(), width=100, color_system=None)
    with console.capture() as captured:
        console.print(alerts_table(alerts, status, language, **options))
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def test_an_alert_says_where_what_and_what_to_do() -> None:
    """Its severity and its age stand before it."""
    lines = drawn(alert("PaperOut")).splitlines()
    assert lines[1].split() == ["critical", "5m", "PaperOut", "10000001,", "Berlin", "007"]
    assert [line.strip() for line in lines[2:]] == ["printer: paper out", "To do: Insert a new roll."]


def test_an_alert_that_is_not_sent_says_why() -> None:
    """One that is not confirmed yet says so too."""
    text = drawn(alert("PaperOut", state=AlertState.PENDING, suppressed_by="SiteOffline"))
    assert "(not confirmed yet)" in text
    assert "Not sent: SiteOffline" in text


def test_evidence_is_shown_on_request() -> None:
    """It is for people who doubt the cause."""
    one = alert("PaperOut", annotations={"summary": "x", "cause": "empty roll", "evidence": "12 of 12 polls"})
    assert "Cause: empty roll" in drawn(one)
    assert "12 of 12" not in drawn(one)
    assert "Evidence: 12 of 12 polls" in drawn(one, with_evidence=True)


def test_plan_is_shown_where_there_is_one() -> None:
    """Whom to call, in the language of the table."""
    words = {"summary": "x", "plan": "carrier: Example 110", "plan_zh": "运营商：Example 110"}  # noqa: RUF001
    one = alert("PaperOut", annotations=words)
    assert "Plan: carrier: Example 110" in drawn(one)
    assert "预案：运营商：Example 110" in drawn(one, language=Language.ZH)  # noqa: RUF001


def test_chinese() -> None:
    """Headings, severity and texts; English where an alert has no Chinese."""
    annotations = {
        "summary": "10000001: out",
        "summary_zh": "10000001\N{FULLWIDTH COLON}缺纸",
        "action": "Go.",
    }
    text = drawn(alert("PaperOut", Severity.WARNING, annotations=annotations), language=Language.ZH)
    assert text.split()[:4] == ["级别", "已持续", "告警", "警告"]
    assert "缺纸" in text
    assert "Go." in text


def test_an_empty_table_says_why() -> None:
    """Starting, nothing watched, or nothing wrong."""
    counts = TerminalCounts(watched=0, online=0, offline=0, unknown=0, unpolled=3)
    assert "posmon is starting" in drawn(status=status_document(summary_of([]), ready=False))
    assert "No terminals are watched" in drawn(status=status_document(summary_of([]), terminals=counts))
    assert drawn() == "No alert to show."


def test_no_text_of_an_alert_moves_the_screen() -> None:
    """Names of places come from an inventory."""
    labels = {"terminal_id": "1", "site": "\x1b[31m"}
    assert "\x1b" not in drawn(alert("PaperOut", labels=labels, annotations={"summary": "\x1b]0;x"}))
    assert "200" in cut_note(200, Language.EN)
