"""The table of speed in the README: the few figures that a newcomer wants, each beside its target."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.figures import sized
from bench.parts.capacity import ONE
from bench.parts.cost import PROMETHEUS
from bench.parts.daemon_of_10000 import STATUS
from bench.parts.exposition import PAGE, WAIT
from bench.parts.growth import MEMORY
from bench.parts.lateness import LATE
from bench.parts.simulated import named
from bench.parts.tls import HTTPS_KEPT, KEPT_HTTP
from bench.report.results import Results, Unmeasured
from bench.report.wording import TIMES, amount

LARGE, MILLION = 100_000, 1_000_000

Cell = Callable[[Results], str]


def _kept(results: Results) -> str:
    median = results["cost"].median
    ratio = amount(median("posmon / bare, kept"))
    return f"{amount(median('posmon, kept'))} µs, {ratio}{TIMES} a bare protocol loop"


def _fresh(results: Results) -> str:
    median = results["cost"].median
    ratio = amount(median("posmon / bare, fresh"))
    return f"{amount(median('posmon, fresh'))} µs, {ratio}{TIMES} a bare protocol loop"


def _prometheus(results: Results) -> str:
    median = results["cost"].median
    kept, fresh = (amount(median(f"({PROMETHEUS}) / posmon, {way}")) for way in ("kept", "fresh"))
    ratios = f"{kept}{TIMES} posmon's on kept connections, {fresh}{TIMES} on fresh ones"
    return f"{amount(median(PROMETHEUS))} µs, {ratios}"


def _capacity(results: Results) -> str:
    median = results["capacity"].median
    return (
        f"{amount(median(ONE('achieved')))}, with {amount(median(ONE('of one core')))} % of the core; "
        f"p99 lateness {amount(median(ONE('p99 lateness')))} ms"
    )


def _https(results: Results) -> str:
    median = results["tls"].median
    ratio = amount(median(f"{HTTPS_KEPT} / {KEPT_HTTP}"))
    return f"{amount(median(HTTPS_KEPT))} µs, {ratio}{TIMES} HTTP's"


def _start(results: Results) -> str:
    return f"{amount(results['start'].median(sized(LARGE, 'start to ready')))} s"


def _reload(results: Results) -> str:
    median = results["start"].median
    took_s, late_ms = median(sized(LARGE, "reload")), median(sized(LARGE, "reload, latest poll, at most"))
    return f"{amount(took_s)} s; no poll meanwhile later than {amount(late_ms)} ms"


def _memory(results: Results) -> str:
    return f"{amount(results['growth'].median(sized(LARGE, MEMORY)))} B"


def _million(results: Results) -> str:
    megabytes = results["simulated"].median(named(MILLION, "resident memory"))
    return f"{amount(megabytes / 1000)} GB"


def _page(results: Results) -> str:
    median = results["exposition"].median
    took_s = median(sized(LARGE, f"{PAGE}, plain"))
    wait_ms = median(sized(LARGE, f"{WAIT}, plain"))
    return f"{amount(took_s)} s; `/-/healthy` meanwhile within {amount(wait_ms)} ms"


def _lateness(results: Results) -> str:
    return f"{amount(results['lateness'].median(LATE))} ms"


def _status(results: Results) -> str:
    return f"{amount(results['daemon'].median(STATUS) / 1000)} s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table; `judged` are a part and those of its figures whose targets are aimed at."""

    words: str
    cell: Cell
    aimed: str
    judged: tuple[str, ...]

    def line(self, results: Results) -> str:
        """Return the line; raises Unmeasured when one of its figures is not there."""
        part, *figures = self.judged
        is_missed = any(results[part][figure].verdict() == "MISSED" for figure in figures)
        missed = ", missed" if is_missed else ""
        return f"| {self.words} | {self.cell(results)} | {self.aimed}{missed} |"


ROWS = (
    Row(
        words="CPU per poll, connections kept",
        cell=_kept,
        aimed=f"≤ 3{TIMES}",
        judged=("cost", "posmon / bare, kept"),
    ),
    Row(
        words="CPU per poll, fresh connections",
        cell=_fresh,
        aimed=f"≤ 1.5{TIMES}",
        judged=("cost", "posmon / bare, fresh"),
    ),
    Row(
        words="CPU per poll, HTTPS connections kept",
        cell=_https,
        aimed=f"≤ 2.5{TIMES}",
        judged=("tls", f"{HTTPS_KEPT} / {KEPT_HTTP}"),
    ),
    Row(
        words="Prometheus + blackbox_exporter, per probe",
        cell=_prometheus,
        aimed=f"≥ 20{TIMES}",
        judged=("cost", f"({PROMETHEUS}) / posmon, kept"),
    ),
    Row(
        words="polls a second, one process on one core",
        cell=_capacity,
        aimed="≥ 10 000",
        judged=("capacity", ONE("achieved")),
    ),
    Row(
        words="2 000 polls a second, 5 % hanging: 99 % begin within",
        cell=_lateness,
        aimed="≤ 200 ms",
        judged=("lateness", LATE),
    ),
    Row(
        words="100 000 terminals: start to ready",
        cell=_start,
        aimed="≤ 10 s",
        judged=("start", sized(LARGE, "start to ready")),
    ),
    Row(
        words="100 000 terminals: reload of a changed inventory",
        cell=_reload,
        aimed="≤ 250 ms late",
        judged=("start", sized(LARGE, "reload, latest poll, at most")),
    ),
    Row(
        words="100 000 terminals: memory per terminal",
        cell=_memory,
        aimed="≤ 2 500 B",
        judged=("growth", sized(LARGE, MEMORY)),
    ),
    Row(
        words="100 000 terminals: a page of metrics",
        cell=_page,
        aimed="≤ 2 s, ≤ 50 ms",
        judged=("exposition", sized(LARGE, f"{PAGE}, plain"), sized(LARGE, f"{WAIT}, plain")),
    ),
    Row(
        words="1 000 000 terminals, polling simulated: memory",
        cell=_million,
        aimed="≤ 3 GB",
        judged=("simulated", named(MILLION, "resident memory")),
    ),
    Row(
        words="`posmon status`, whole command",
        cell=_status,
        aimed="≤ 0.15 s",
        judged=("daemon", STATUS),
    ),
)


def speed_table(results: Results, present: str) -> tuple[str, list[str]]:
    """Return the table, and why some of its lines stay as they are in the `present` one, or are not there."""
    old = {line.split(" | ")[0].removeprefix("| "): line for line in present.splitlines()}
    lines, unmeasured = ["| | measured | aimed at |", "|---|---|---|"], []
    for row in ROWS:
        try:
            lines.append(row.line(results))
        except Unmeasured as lacking:
            unmeasured.append(f"{row.words} ({lacking})")
            lines += [old[row.words]] if row.words in old else []
    return "\n".join([*lines, ""]), unmeasured
