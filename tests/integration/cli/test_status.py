import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from monitor.domain.alerts.alert import AlertState
from monitor.domain.fleet.health import Connectivity, Health
from monitor.domain.heartbeat.reading import PrinterStatus, RegistrationStatus
from monitor.domain.inventory.terminal import InventoryStatus
from monitor.views.documents import ReloadState, TerminalRow
from tests.documents import alert, row, site_outage
from tests.integration.cli.command import Ended, posmon
from tests.integration.cli.stub_daemon import PAGE, StubDaemon

OK, WARNING, CRITICAL, UNKNOWN = Health
LONG_ID = "V400m-324689776-" + "x" * 48


@pytest.fixture
def daemon() -> Iterator[StubDaemon]:
    """Return a daemon that watches nothing yet."""
    with StubDaemon() as started:
        yield started


def status(daemon: StubDaemon, *arguments: str, **env: str) -> Ended:
    """Run `posmon status` against `daemon`."""
    return posmon("status", *arguments, env={"POSMON_URL": daemon.url} | env)


def silent(terminal_id: str, **changes: Any) -> TerminalRow:
    """Return a terminal that never answered."""
    nothing = dict.fromkeys(["battery_percent", "printer", "registration", "last_heartbeat_at"])
    return row(terminal_id, UNKNOWN, connectivity=Connectivity.UNKNOWN, **nothing | changes)


EXIT_CODES = [
    ("every terminal is ok", [OK, OK], 0),
    ("one needs attention", [OK, WARNING], 1),
    ("one is out of service", [OK, CRITICAL], 2),
    ("of one nothing is known", [OK, UNKNOWN], 3),
    ("a warning outranks what is unknown", [UNKNOWN, WARNING], 1),
    ("critical outranks everything", [UNKNOWN, WARNING, OK, CRITICAL], 2),
    ("nothing is known of any", [UNKNOWN, UNKNOWN], 3),
    ("there is no terminal", [], 3),
]


@pytest.mark.parametrize("output", ["table", "json", "csv"])
@pytest.mark.parametrize(("case", "healths", "code"), EXIT_CODES, ids=[case for case, *_ in EXIT_CODES])
def test_exit_code(daemon: StubDaemon, case: str, healths: list[Health], code: int, output: str) -> None:
    """The exit code is the worst health, whatever the output."""
    daemon.rows = [row(f"1000000{number}", health) for number, health in enumerate(healths)]
    assert status(daemon, "-o", output).code == code, case


def test_site_outage_is_critical_before_its_terminals_are(daemon: StubDaemon) -> None:
    """A confirmed outage of a site counts, a suspected one does not yet."""
    daemon.rows = [row("10000001")]
    daemon.alerts = [site_outage("Berlin 007")]
    assert status(daemon).code == 2
    assert status(daemon, "--site", "Hamburg 001").code == 3
    daemon.alerts = [site_outage("Berlin 007", AlertState.PENDING)]
    ended = status(daemon)
    assert ended.code == 0
    assert "! Site offline (suspected): Berlin 007: 4 of 4" in ended.out


def test_fleet_outage_stands_above_everything(daemon: StubDaemon) -> None:
    """That posmon itself may be cut off is said before what this makes of the terminals."""
    summary = "posmon: 40 of 40 terminals do not answer"
    fleet = alert("FleetUnreachable", subject="/fleet", labels={}, annotations={"summary": summary})
    daemon.rows = [row("10000001")]
    daemon.status = {"fleet_outage": fleet}
    ended = status(daemon)
    assert ended.code == 2
    assert ended.out.splitlines()[1] == f"✗ Fleet unreachable: {summary}"


def test_names_with_bars_begin_no_performance_data(daemon: StubDaemon) -> None:
    """A monitoring system that runs posmon as a plugin takes what follows a bar for numbers."""
    daemon.rows = [row("10000001", CRITICAL, site="a|b=1;2", alerts=["PaperOut"])]
    daemon.alerts = [site_outage("x|y=2")]
    for arguments in ((), ("--all",), ("10000001",), ("--site", "a|b=1;2")):
        ended = status(daemon, *arguments)
        assert "|" not in ended.out
        assert "a¦b=1;2" in ended.out
    assert "a|b=1;2" in status(daemon, "-o", "json").out


def test_arguments_that_are_no_text(daemon: StubDaemon) -> None:
    """A command line may hold any bytes; they match nothing and break nothing."""
    daemon.rows = [row("10000001")]
    ended = status(daemon, "\udcff", "--site", "\udcfe")
    assert ended.err == "Error: posmon watches no terminal \\udcff\n"
    assert status(daemon, "--site", "\udcfe").code == 3


def test_table_lists_what_needs_attention_worst_first(daemon: StubDaemon) -> None:
    """The summary counts all; the table has those that are not ok, in 80 columns."""
    daemon.rows = [
        row("10000001", alerts=[]),
        silent("10000002"),
        row("10000003", WARNING, alerts=["BatteryLow"], battery_percent=17.0),
        row(
            "10000004",
            CRITICAL,
            site="上海001店",
            printer=PrinterStatus.PAPER_OUT,
            registration=RegistrationStatus.UNREGISTERED,
            alerts=["PaperOut", "RegistrationLost"],
        ),
    ]
    lines = [line.rstrip() for line in status(daemon).out.splitlines()]
    assert lines == [
        "✓ 1 ok   ! 1 warning   ✗ 1 critical   ? 1 unknown   of 4 terminals",
        "",
        "TERMINAL SITE       HEALTH   BATT PRINTER   REG. HEARD ALERTS",
        "10000004 上海001店  critical  87% paper out no     12s PaperOut,",
        " " * 55 + "RegistrationLost",
        "10000003 Berlin 007 warning   17% ok        yes    12s BatteryLow",
        "10000002 Berlin 007 unknown     - -         -    never no heartbeat yet",
        "",
        "1 more are ok; --all shows them.",
    ]


def test_wide_table_says_why(daemon: StubDaemon) -> None:
    """Where there is room, the worst alert's own words follow its name."""
    daemon.rows = [row("10000001", CRITICAL, alerts=["TerminalOffline"], why="does not answer (timeout)")]
    assert "TerminalOffline: does not answer (timeout)" in status(daemon, COLUMNS="120").out
    assert "does not answer" not in status(daemon).out


def test_pending_and_maintenance_are_told(daemon: StubDaemon) -> None:
    """What is not confirmed is marked so, and why a terminal is not paged for."""
    daemon.rows = [row("10000001", pending=["PaperOut"], status=InventoryStatus.MAINTENANCE)]
    assert "perhaps PaperOut, maintenance" in status(daemon, "--all", COLUMNS="120").out


@pytest.mark.parametrize("columns", [80, 120])
def test_no_line_is_wider_than_the_terminal(daemon: StubDaemon, columns: int) -> None:
    """Long ids and Chinese names are folded by the cells they take, and nothing of them is lost."""
    cell_len = pytest.importorskip("rich.cells").cell_len
    daemon.rows = [
        row(LONG_ID, CRITICAL, site="内蒙古呼和浩特市新城区旗舰店", alerts=["PinFailuresAcrossTerminals"]),
        row(
            "10000002", WARNING, registration=RegistrationStatus.SUSPENDED, alerts=["PaperLow", "WeakSignal"]
        ),
    ]
    lines = status(daemon, COLUMNS=str(columns)).out.splitlines()
    assert max(map(cell_len, lines)) <= columns
    heading = next(line for line in lines if line.startswith("TERMINAL"))
    ids = "".join(line[: heading.index(" SITE")].strip() for line in lines[lines.index(heading) + 1 :])
    assert LONG_ID in ids


def test_hundreds_of_terminals_come_over_several_pages(daemon: StubDaemon) -> None:
    """All pages are fetched, whatever the daemon's page size is."""
    daemon.rows = [row(f"1{number:07d}") for number in range(3 * PAGE + 1)]
    document = json.loads(status(daemon, "-o", "json").out)
    assert [terminal["terminal_id"] for terminal in document["terminals"]] == [
        terminal.terminal_id for terminal in daemon.rows
    ]
    assert document["summary"] == {"ok": 301, "warning": 0, "critical": 0, "unknown": 0}
    assert len(status(daemon, "--all").out.splitlines()) == 301 + 3


def test_large_outage_is_cut_short(daemon: StubDaemon) -> None:
    """When a large fleet is down, the worst two hundred do, and the rest is one line."""
    daemon.rows = [row(f"1{number:07d}", CRITICAL) for number in range(300)]
    lines = status(daemon).out.splitlines()
    assert len(lines) == 205
    assert lines[-1] == "100 more like these; --all or -o csv lists every terminal."
    assert len(status(daemon, "--all").out.splitlines()) == 303
    assert len(status(daemon, "-o", "csv").out.splitlines()) == 301


def test_worst_are_shown_though_others_come_first(daemon: StubDaemon) -> None:
    """Of many that need attention not all are fetched, but those shown are the worst, and all are counted."""
    daemon.rows = [row(f"1{number:07d}", UNKNOWN) for number in range(900)]
    daemon.rows += [row("20000001", WARNING), row("20000002", CRITICAL), row("20000003")]
    ended = status(daemon)
    lines = ended.out.splitlines()
    assert [lines[3].split()[0], lines[4].split()[0]] == ["20000002", "20000001"]
    assert lines[0] == "✓ 1 ok   ! 1 warning   ✗ 1 critical   ? 900 unknown   of 903 terminals"
    assert lines[-1] == "702 more like these; --all or -o csv lists every terminal."
    assert len([target for target in daemon.asked if "/terminals" in target]) == 4
    assert ended.code == 2


def test_names_of_alerts_stay_whole(daemon: StubDaemon) -> None:
    """In 80 columns a long site gives way before the name of an alert is broken."""
    names = ["PinFailuresOnTerminal", "TerminalOffline"]
    daemon.rows = [row("10000001", CRITICAL, site="Harbour Row and Quayside West", alerts=names)]
    words = status(daemon).out.replace(",", " ").split()
    assert set(names) <= set(words)
    assert {"Harbour", "Row", "and", "Quayside", "West"} <= set(words)


def test_json_has_exactly_the_promised_shape(daemon: StubDaemon) -> None:
    """Scripts find the fields of the contract, and stdout holds nothing else."""
    daemon.rows = [row("10000001", WARNING, alerts=["PaperLow"], why="paper low"), silent("10000002")]
    ended = status(daemon, "-o", "json")
    assert ended.err == ""
    assert json.loads(ended.out) == {
        "summary": {"ok": 0, "warning": 1, "critical": 0, "unknown": 1},
        "terminals": [
            {
                "terminal_id": "10000001",
                "site": "Berlin 007",
                "health": "warning",
                "connectivity": "online",
                "battery_percent": 87.0,
                "printer": "ok",
                "registration": "registered",
                "last_heartbeat_at": "2026-11-21T01:00:00.000Z",
                "alerts": ["PaperLow"],
            },
            {
                "terminal_id": "10000002",
                "site": "Berlin 007",
                "health": "unknown",
                "connectivity": "unknown",
                "battery_percent": None,
                "printer": None,
                "registration": None,
                "last_heartbeat_at": None,
                "alerts": [],
            },
        ],
    }


def test_csv(daemon: StubDaemon) -> None:
    """CSV has the same fields; what is not known is empty, alerts are separated by spaces."""
    daemon.rows = [
        row("0001", CRITICAL, site='Shop "A", 1', alerts=["PaperOut", "PinPadFault"]),
        silent("0002"),
    ]
    assert status(daemon, "-o", "csv").out.splitlines() == [
        "terminal_id,site,health,connectivity,battery_percent,printer,registration,last_heartbeat_at,alerts",
        '0001,"Shop ""A"", 1",critical,online,87,ok,registered,2026-11-21T01:00:00.000Z,PaperOut PinPadFault',
        "0002,Berlin 007,unknown,unknown,,,,,",
    ]


def test_filters(daemon: StubDaemon) -> None:
    """Site, region and health choose the terminals, and the exit code is theirs alone."""
    daemon.rows = [
        row("1", CRITICAL, site="A", region="north"),
        row("2", WARNING, site="B", region="south"),
        row("3", site="B", region="south"),
        row("4", site="C", region="north"),
    ]

    def chosen(*arguments: str) -> tuple[str, int]:
        ended = status(daemon, "-o", "json", *arguments)
        return "".join(one["terminal_id"] for one in json.loads(ended.out)["terminals"]), ended.code

    assert chosen("--site", "B") == ("23", 1)
    assert chosen("--site", "B", "--site", "C") == ("234", 1)
    assert chosen("--region", "north") == ("14", 2)
    assert chosen("--region", "south", "--health", "ok") == ("3", 0)
    assert chosen("--health", "warning", "--health", "critical") == ("12", 2)
    assert chosen("--health", "unknown") == ("", 0)
    assert chosen("--site", "no such shop") == ("", 3)
    assert chosen("1", "2", "--site", "B") == ("2", 1)


def test_named_terminals(daemon: StubDaemon) -> None:
    """A terminal that is asked for is shown however it is, and judged alone."""
    daemon.rows = [row("10000001"), row("10000002", CRITICAL, alerts=["PaperOut"])]
    ended = status(daemon, "10000001")
    assert ended.code == 0
    assert "10000001 Berlin 007 ok" in ended.out
    assert status(daemon, "10000001", "10000002", "10000001").code == 2


def test_unknown_terminal(daemon: StubDaemon) -> None:
    """An id that the daemon does not know is named on stderr; what is known is still told."""
    daemon.rows = [row("10000001"), row("10000002", CRITICAL)]
    ended = status(daemon, "10000001", "nobody", "../x y", "-o", "json")
    assert ended.code == 3
    assert ended.err == "Error: posmon watches no terminal nobody, ../x y\n"
    assert len(json.loads(ended.out)["terminals"]) == 1
    assert daemon.asked[-1].endswith("/terminals/..%2Fx%20y")
    assert status(daemon, "10000002", "nobody").code == 2


EMPTY = [
    ("the inventory is empty", {}, [], "No terminals are watched"),
    ("posmon has just started", {"ready": False}, [], "posmon is starting"),
    ("nothing matches", {}, ["--site", "nowhere"], "No terminal matches."),
]


@pytest.mark.parametrize(("case", "said", "arguments", "words"), EMPTY, ids=[case for case, *_ in EMPTY])
def test_empty(daemon: StubDaemon, case: str, said: dict[str, Any], arguments: list[str], words: str) -> None:
    """When there is nothing to show, the table says why."""
    daemon.status = said
    ended = status(daemon, *arguments)
    assert (words in ended.out, ended.code) == (True, 3), case


def test_all_well(daemon: StubDaemon) -> None:
    """When nothing needs attention, that is said instead of an empty table."""
    daemon.rows = [row("10000001")]
    assert status(daemon).out.splitlines()[1] == "No terminal needs attention."


def test_failed_reload_is_told(daemon: StubDaemon) -> None:
    """Whoever looks learns that the inventory in use is an old one."""
    daemon.rows = [row("10000001")]
    daemon.status = {
        "last_reload": ReloadState(
            successful=False, attempted_at="2026-11-21T00:59:00.000Z", succeeded_at=None
        )
    }
    assert "The last reload failed" in status(daemon).out


def test_hostile_text_is_inert(daemon: StubDaemon) -> None:
    """Nothing that the daemon says can move the cursor, colour the screen or pass for markup."""
    hostile = "\x1b[31mA\r\nB[bold]C[/bold]:smile:\x9b2J\u202e\u2028"
    daemon.rows = [row("10000001", CRITICAL, site=hostile, alerts=[hostile], why=hostile)]
    daemon.alerts = [site_outage(hostile)]
    daemon.status = {"fleet_outage": alert("FleetUnreachable", annotations={"summary": hostile})}
    for arguments in ([], ["-o", "csv"], ["-o", "json"]):
        ended = status(daemon, *arguments, FORCE_COLOR="1", TERM="xterm-256color", COLUMNS="300")
        said = ended.out + ended.err
        assert "\x1b[31mA" not in said
        assert not set(said) & set("\r\x9b\u202e\u2028")
        assert "smile" in said
    assert json.loads(ended.out)["terminals"][0]["site"] == hostile


def test_no_colour_when_piped_or_asked(daemon: StubDaemon) -> None:
    """Escape sequences stand neither in a pipe nor where NO_COLOR is set."""
    daemon.rows = [row("10000001", CRITICAL)]
    assert "\x1b" not in status(daemon).out
    assert "\x1b[1;31m" in status(daemon, FORCE_COLOR="1", TERM="xterm-256color").out
    plain = status(daemon, FORCE_COLOR="1", TERM="xterm-256color", NO_COLOR="1").out
    assert "31m" not in plain


def test_ascii_output(daemon: StubDaemon) -> None:
    """Where the output takes no Unicode, other signs and escapes stand for it."""
    daemon.rows = [row("10000001", CRITICAL, site="上海")]
    ended = status(daemon, LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert ended.out.startswith("+ 0 ok   ! 0 warning   x 1 critical")
    assert "\\u4e0a" in ended.out
    assert ended.code == 2


@pytest.mark.parametrize("output", ["table", "json", "csv"])
def test_c_locale(daemon: StubDaemon, output: str) -> None:
    """The C locale, as cron and init have it, is no obstacle."""
    daemon.rows = [row("10000001", CRITICAL, site="上海")]
    ended = status(daemon, "-o", output, LC_ALL="C", LANG="C")
    assert ended.code == 2
    assert "上海" in ended.out


def test_nothing_listens() -> None:
    """Without a daemon one line says so and what to try."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        ended = posmon("status", "--url", url)
    assert ended.code == 3
    assert ended.out == ""
    assert ended.err == (
        f"Error: cannot reach posmon at {url} (connection refused). Is it running? Start it with "
        "'posmon run --config FILE' or 'posmon demo', or name another with --url or $POSMON_URL.\n"
    )


def test_unresolvable_host() -> None:
    """A name that does not exist is told so."""
    ended = posmon("status", "--url", "posmon.invalid")
    assert ended.code == 3
    assert "(no address for posmon.invalid)" in ended.err


STRANGE = [
    ("no JSON", 200, b"<html>", "does not answer like posmon"),
    ("other JSON", 200, b'{"status": "up"}', "does not answer like posmon"),
    ("not UTF-8", 200, b'{"version": "\xff"}', "does not answer like posmon"),
    ("no such path", 404, b"<h1>nginx</h1>", "knows no /api/v1/status; is it posmon?"),
    ("a problem", 503, b'{"title": "Busy", "detail": "over\\nloaded"}', "answers 503: over\\nloaded"),
    ("an error page", 500, b"[" * 100_000, "answers 500: Internal Server Error"),
    ("a redirect", 302, b"", "answers 302"),
]


@pytest.mark.parametrize(("case", "code", "body", "words"), STRANGE, ids=[case for case, *_ in STRANGE])
def test_strange_answers(daemon: StubDaemon, case: str, code: int, body: bytes, words: str) -> None:
    """Whatever answers in posmon's place, one line says what is wrong."""
    daemon.raw["/api/v1/status"] = (code, body)
    ended = status(daemon)
    assert ended.code == 3, case
    assert words in ended.err
    assert len(ended.err.splitlines()) == 1


def test_no_http_at_all() -> None:
    """A server of another kind is told apart from none."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.listen()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"220 mail.example ESMTP\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        ended = posmon("status", "--url", url)
        thread.join()
    assert ended.code == 3
    assert "(the answer is not HTTP)" in ended.err


WRONG_USAGE = [
    ["--bogus"],
    ["-o", "xml"],
    ["--health", "sick"],
    ["--url", "ftp://x"],
    ["--url", "http://user:secret@127.0.0.1"],
    ["--url", "http://127.0.0.1:99999"],
    ["--watch=0"],
    ["--watch=never"],
    ["--watch", "10000001"],
    ["--watch", "-o", "json"],
]


@pytest.mark.parametrize("arguments", WRONG_USAGE, ids=" ".join)
def test_wrong_usage_is_no_critical_state(arguments: list[str]) -> None:
    """A mistyped plugin command must not page anybody: 3, never 2."""
    ended = posmon("status", *arguments)
    assert ended.code == 3
    assert ended.out == ""
    assert "Traceback" not in ended.err
    assert "Error: " in ended.err


def test_help() -> None:
    """Help succeeds and explains the exit codes."""
    ended = posmon("status", "--help")
    assert ended.code == 0
    assert "3 cannot tell" in ended.out
    assert max(map(len, ended.out.splitlines())) <= 80


NEVER_NEEDED = {
    *("asyncio", "aiohttp", "uvloop", "httptools", "sqlite3", "concurrent.futures", "multiprocessing"),
    *("pydantic", "yaml", "structlog", "logging", "jinja2", "prometheus_client", "markdown_it", "zoneinfo"),
    *("rich.live", "rich.table", "rich.progress", "rich.markdown", "rich.panel", "shutil", "json"),
    *(
        "monitor.app",
        "monitor.assembly",
        "monitor.web",
        "monitor.services",
        "monitor.adapters",
        "monitor.logs",
    ),
    *(
        "monitor.simulator",
        "monitor.config.settings",
        "monitor.domain.fleet.fleet",
        "monitor.domain.detectors",
    ),
    *("monitor.domain.evaluation", "monitor.domain.runbooks", "monitor.domain.diagnosis"),
}
"""What no form of `posmon status` needs, by the costly parts of posmon and of what it rests on."""
TABLES_ONLY = {"rich", "monitor.cli.output.screen", "monitor.cli.status.table"}
CSV_ONLY = {"csv"}


@pytest.mark.parametrize(
    ("output", "unneeded"),
    [
        ("table", NEVER_NEEDED | CSV_ONLY),
        ("json", NEVER_NEEDED | CSV_ONLY | TABLES_ONLY),
        ("csv", NEVER_NEEDED | TABLES_ONLY),
    ],
)
def test_it_imports_what_its_output_needs(daemon: StubDaemon, output: str, unneeded: set[str]) -> None:
    """A monitoring plugin is started anew for every question: each import costs every one of them."""
    daemon.rows = [row("10000001", OK), row("10000002", WARNING)]
    ended = status(daemon, "-o", output, PYTHONPROFILEIMPORTTIME="1")
    assert ended.code == 1
    imported = {line.rpartition("|")[2].strip() for line in ended.err.splitlines()}
    assert imported >= {"monitor.cli.root", "monitor.views.documents"}
    assert sorted(imported & unneeded) == []
