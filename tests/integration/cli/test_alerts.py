import csv
import json
import socket
from collections.abc import Iterator

import pytest

from monitor.domain.alerts.alert import AlertState, Severity
from monitor.views.documents import AlertDocument, TerminalCounts
from tests.documents import alert, site_outage
from tests.integration.cli.command import Ended, posmon
from tests.integration.cli.stub_daemon import StubDaemon

WATCHDOG = alert(
    "Watchdog",
    Severity.NONE,
    subject="/posmon",
    labels={"alertname": "Watchdog"},
    annotations={"summary": "posmon: posmon is polling"},
)
PENDING = alert("PinPadFault", state=AlertState.PENDING, fired_at=None, annotations={})


@pytest.fixture
def daemon() -> Iterator[StubDaemon]:
    """Return a daemon with nothing but its watchdog."""
    with StubDaemon(alerts=[WATCHDOG]) as started:
        yield started


def alerts(daemon: StubDaemon, *arguments: str, **env: str) -> Ended:
    """Run `posmon alerts` against `daemon`."""
    return posmon("alerts", *arguments, env={"POSMON_URL": daemon.url} | env)


def test_entry(daemon: StubDaemon) -> None:
    """An alert is shown with its age, severity, place, words, what to do, and why it is not sent."""
    daemon.alerts += [alert("TerminalOffline", suppressed_by="SiteOffline")]
    assert alerts(daemon).out.splitlines() == [
        "SEVERITY  AGE  ALERT",
        "critical   5m  TerminalOffline  10000001, Berlin 007",
        "               printer: paper out",
        "               To do: Insert a new roll.",
        "               Not sent: SiteOffline",
    ]


def test_entry_in_chinese(daemon: StubDaemon) -> None:
    """By --lang or the locale; what has no Chinese words is said in English, and CSV is as ever."""
    words = {
        "summary": "10000001: printer: paper out",
        "summary_zh": "10000001：打印机：缺纸",  # noqa: RUF001
        "cause_zh": "纸用完了",
        "action": "Insert a new roll.",
    }
    daemon.alerts += [alert("PaperOut", annotations=words, suppressed_by="SiteOffline")]
    expected = [
        "级别  已持续  告警",
        "紧急      5m  PaperOut  10000001, Berlin 007",
        "              打印机：缺纸",  # noqa: RUF001
        "              原因：纸用完了",  # noqa: RUF001
        "              处理：Insert a new roll.",  # noqa: RUF001
        "              未发送：SiteOffline",  # noqa: RUF001
    ]
    assert alerts(daemon, "--lang", "zh").out.splitlines() == expected
    assert alerts(daemon, LC_ALL="zh_CN.UTF-8").out.splitlines() == expected
    assert "To do: Insert" in alerts(daemon, "--lang", "en", LC_ALL="zh_CN.UTF-8").out
    assert "printer: paper out" in alerts(daemon, "-o", "csv", "--lang", "zh").out


def test_worst_first(daemon: StubDaemon) -> None:
    """Critical ones lead, confirmed before unconfirmed, the oldest first."""
    daemon.alerts += [
        alert("FirmwareOutdated", Severity.INFO),
        alert("BatteryLow", Severity.WARNING),
        PENDING,
        alert("PaperOut", starts_at="2026-11-21T00:50:00.000Z"),
        site_outage("Berlin 007"),
    ]
    listed = json.loads(alerts(daemon, "--state", "all", "-o", "json").out)["alerts"]
    names = [one["alertname"] for one in listed]
    assert names == ["PaperOut", "SiteOffline", "PinPadFault", "BatteryLow", "FirmwareOutdated"]


EXIT_CODES = [
    ("nothing fires", [], [], 0),
    ("a critical alert fires", [alert("PaperOut")], [], 2),
    ("a warning fires", [alert("PaperLow", Severity.WARNING)], [], 1),
    ("only information", [alert("FirmwareOutdated", Severity.INFO)], [], 0),
    ("not confirmed yet", [PENDING], ["--state", "all"], 0),
    ("critical, but not asked for", [alert("PaperOut")], ["--severity", "warning"], 0),
    ("the watchdog", [], ["--severity", "none"], 0),
]


@pytest.mark.parametrize(
    ("case", "found", "arguments", "code"), EXIT_CODES, ids=[row[0] for row in EXIT_CODES]
)
def test_exit_code(
    daemon: StubDaemon, case: str, found: list[AlertDocument], arguments: list[str], code: int
) -> None:
    """The exit code is the worst that fires among those asked for, whatever the output."""
    daemon.alerts += found
    codes = [alerts(daemon, *arguments, "-o", output).code for output in ("table", "json", "csv")]
    assert codes == [code] * 3, case


def test_filters(daemon: StubDaemon) -> None:
    """Site, severity, owner and state choose; the watchdog comes only when asked for."""
    paper = alert("PaperLow", Severity.WARNING)
    daemon.alerts += [PENDING, site_outage("Hamburg 001"), paper]
    paper.labels["owner"] = "shop"

    def chosen(*arguments: str) -> list[str]:
        listed = json.loads(alerts(daemon, "-o", "json", *arguments).out)["alerts"]
        return [one["alertname"] for one in listed]

    assert chosen() == ["SiteOffline", "PaperLow"]
    assert chosen("--site", "Berlin 007") == ["PaperLow"]
    assert chosen("--state", "pending") == ["PinPadFault"]
    assert chosen("--owner", "shop", "--owner", "field") == ["PaperLow"]
    assert chosen("--severity", "warning", "--severity", "info") == ["PaperLow"]
    assert chosen("--severity", "none") == ["Watchdog"]


def test_a_cause_stands_below_its_alert(daemon: StubDaemon) -> None:
    """The likeliest cause is always shown, what it rests on when it is asked for."""
    words = {"summary": "10000001: x", "cause": "likely a (60 %), next b (30 %)", "evidence": "codes: 55 x7"}
    daemon.alerts = [alert("PinFailuresOnTerminal", annotations=words)]
    plain, told = alerts(daemon).out, alerts(daemon, "--evidence").out
    assert "Cause: likely a (60 %), next b (30 %)" in plain
    assert "codes" not in plain
    assert "Evidence: codes: 55 x7" in told


def test_csv(daemon: StubDaemon) -> None:
    """One line per alert, its text inert."""
    daemon.alerts += [alert("PaperOut", annotations={"summary": "10000001: \x1b[2J", "action": "a,\nb"})]
    header, line = csv.reader(alerts(daemon, "-o", "csv").out.splitlines())
    assert dict(zip(header, line, strict=True)) == {
        "alertname": "PaperOut",
        "severity": "critical",
        "state": "firing",
        "starts_at": "2026-11-21T00:55:12.000Z",
        "fired_at": "2026-11-21T00:56:12.000Z",
        "terminal_id": "10000001",
        "site": "Berlin 007",
        "summary": "\\x1b[2J",
        "action": "a,\\nb",
        "suppressed_by": "",
        "cause": "",
        "evidence": "",
        "held_reason": "",
        "held_until": "",
        "held_words": "",
    }


def test_hostile_text_is_inert(daemon: StubDaemon) -> None:
    """Labels and annotations cannot act on the terminal."""
    hostile = "\x1b[31mA\r\nB[bold]C[/bold]\x9b2J\u202e"
    labels = {"terminal_id": hostile, "site": hostile}
    daemon.alerts = [
        alert(
            hostile,
            subject=hostile,
            labels=labels,
            suppressed_by=hostile,
            annotations={"summary": hostile, "action": hostile},
        )
    ]
    for output in ("table", "csv", "json"):
        said = alerts(daemon, "-o", output, FORCE_COLOR="1", TERM="xterm-256color", COLUMNS="300").out
        assert "\x1b[31mA" not in said
        assert not set(said) & set("\r\x9b\u202e")
        assert "[bold]C[/bold]" in said


def test_nothing(daemon: StubDaemon) -> None:
    """That nothing fires is said, and told apart from that nothing is watched."""
    assert alerts(daemon).out == "No alert to show.\n"
    daemon.status = {"terminals": TerminalCounts(watched=0, online=0, offline=0, unknown=0, unpolled=3)}
    ended = alerts(daemon)
    assert (ended.out, ended.code) == ("No terminals are watched, so nothing can be said of them.\n", 3)
    daemon.status = {"ready": False}
    ended = alerts(daemon)
    assert (ended.out, ended.code) == ("posmon is starting and has not read its inventory yet.\n", 3)


def test_nothing_listens() -> None:
    """Without a daemon nothing can be told."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        ended = posmon("alerts", "--url", f"http://127.0.0.1:{closed.getsockname()[1]}")
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (3, "", 1)


def test_wrong_usage() -> None:
    """Wrong usage is not a critical alert."""
    assert posmon("alerts", "--severity", "bad").code == 3


def test_many_alerts_are_cut_short(daemon: StubDaemon) -> None:
    """In a large outage the table has the loudest two hundred and says so; CSV has all."""
    daemon.alerts = [alert("PaperLow", Severity.WARNING, subject=f"1{number:07}") for number in range(300)]
    daemon.alerts += [alert("PaperOut", subject="90000000")]
    ended = alerts(daemon)
    assert ended.out.count("PaperLow") == 199
    assert ended.out.count("PaperOut") == 1
    assert "Only 200 are shown; --site and --severity choose, -o csv lists every alert." in ended.out
    assert len(alerts(daemon, "-o", "csv").out.splitlines()) == 302
