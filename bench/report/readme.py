"""The table of speed in the README: the few figures that a newcomer wants, each beside its target."""

from collections.abc import Callable, Sequence

from bench.figures import sized
from bench.parts.capacity import ONE
from bench.parts.cost import PROMETHEUS
from bench.parts.daemon_of_10000 import STATUS
from bench.parts.growth import MEMORY
from bench.parts.lateness import LATE
from bench.parts.simulated import named
from bench.parts.tls import KEPT_HTTP
from bench.report.results import Results
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
    name = "https, TLS 1.3, kept"
    return f"{amount(median(name))} µs, {amount(median(f'{name} / {KEPT_HTTP}'))}{TIMES} HTTP's"


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
    took_s = median(sized(LARGE, "a page of metrics, plain"))
    wait_ms = median(sized(LARGE, "longest wait for /-/healthy, plain"))
    return f"{amount(took_s)} s; `/-/healthy` meanwhile within {amount(wait_ms)} ms"


def _lateness(results: Results) -> str:
    return f"{amount(results['lateness'].median(LATE))} ms"


def _status(results: Results) -> str:
    return f"{amount(results['daemon'].median(STATUS) / 1000)} s"


ROWS: Sequence[tuple[str, Cell, str]] = (
    ("CPU per poll, connections kept", _kept, f"≤ 3{TIMES}"),
    ("CPU per poll, fresh connections", _fresh, f"≤ 1.5{TIMES}"),
    ("CPU per poll, HTTPS connections kept", _https, f"≤ 2.5{TIMES}"),
    ("Prometheus + blackbox_exporter, per probe", _prometheus, f"≥ 20{TIMES}"),
    ("polls a second, one process on one core", _capacity, "≥ 10 000"),
    ("polls begin late, 99th percentile, 2 000 polls/s, 5 % hanging", _lateness, "< 200 ms"),
    ("100 000 terminals: start to ready", _start, "≤ 10 s"),
    ("100 000 terminals: reload of a changed inventory", _reload, "≤ 250 ms"),
    ("100 000 terminals: memory per terminal", _memory, "≤ 2 500 B"),
    ("100 000 terminals: a page of metrics", _page, "≤ 2 s, ≤ 50 ms"),
    ("1 000 000 terminals, polling simulated: memory", _million, "≤ 3 GB"),
    ("`posmon status`, whole command", _status, "≤ 0.15 s"),
)


def readme_blocks(results: Results) -> dict[str, str]:
    """Return the text of the block; raises Unmeasured when one of its figures is not there."""
    lines = ["| | measured | aimed at |", "|---|---|---|"]
    lines += [f"| {words} | {cell(results)} | {aimed} |" for words, cell, aimed in ROWS]
    return {"speed": "\n".join(lines) + "\n"}
