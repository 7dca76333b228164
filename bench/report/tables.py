"""The tables of docs/performance.md."""

import re
import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from bench.figures import Figure
from bench.parts.cost import CHECK_HTTP, PROMETHEUS
from bench.report.results import Part, Results, Unmeasured
from bench.report.wording import amount, bound, with_unit

Column = TypeVar("Column")

SIDES = ("bare", "posmon", "aiohttp")
OTHERS = (PROMETHEUS, CHECK_HTTP)
VERDICTS = {"MISSED": "**missed**", "": "", "met": "met"}
"""Worst first."""

PLAIN_PARTS = ("lateness", "daemon", "events", "sources", "zvt", "tls")
"""Parts that are one list of figures."""

_OF_A_PAGE = re.compile(r"[\d ]+ terminals: (?P<state>[^:]+): (?P<page>.+?)(?P<cpu>, CPU)?")
_SIZED = re.compile(r"(?P<column>[\d ]+) terminals: (?:simulated: )?(?P<what>.+)")

COLUMNS = {
    "capacity": ("", re.compile(r"10 000 polls/s, (?P<column>[^:]+): (?P<what>.+)")),
    "growth": ("terminals", _SIZED),
    "exposition": ("terminals", _SIZED),
    "start": ("terminals", _SIZED),
    "simulated": ("terminals", _SIZED),
}
"""Parts that have the same figures of several sides or sizes: a heading, and how names tell which."""


def performance_blocks(results: Results) -> dict[str, str]:
    """Return the text of every block for which there are results."""
    written = {name: _plain(results[name]) for name in PLAIN_PARTS if name in results}
    written |= {name: _columns(results[name], *how) for name, how in COLUMNS.items() if name in results}
    if "pages" in results:
        written["pages"] = _pages(results["pages"])
    if "cost" in results:
        cost = results["cost"]
        ratios = [figure for figure in cost.figures if figure.unit == "x"]
        written["cost"] = f"{_sides(cost)}\n{_list(ratios)}{_run(cost)}"
    return written


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]], *, aligned: str) -> str:
    rule = [{"l": "---", "r": "---:"}[side] for side in aligned]
    return "".join(f"| {' | '.join(row)} |\n" for row in (heading, rule, *rows))


def _sides(cost: Part) -> str:
    rows = [(side, _cell(cost, f"{side}, kept"), _cell(cost, f"{side}, fresh")) for side in SIDES]
    rows += [(side, "", _cell(cost, side)) for side in OTHERS]
    return _table(("CPU time for one poll, µs", "kept", "fresh"), rows, aligned="lrr")


def _cell(part: Part, name: str) -> str:
    try:
        return amount(part.median(name))
    except Unmeasured:
        return "not measured"


def _plain(part: Part) -> str:
    return f"{_list(part.figures)}{_run(part)}"


def _list(figures: Iterable[Figure]) -> str:
    heading = ("figure", "median", "from", "to", "target", "")
    return _table(heading, map(_row, figures), aligned="lrrrll")


def _row(figure: Figure) -> Sequence[str]:
    words = with_unit(figure.name, figure.unit)
    if not figure.samples:
        return (words, "not measured", "", "", bound(figure.target), "")
    middle, low, high = (amount(of(figure.samples)) for of in (statistics.median, min, max))
    spread = (low, high) if len(figure.samples) > 1 else ("", "")
    return (words, middle, *spread, bound(figure.target), VERDICTS[figure.verdict()])


def _columns(part: Part, heading: str, pattern: re.Pattern[str]) -> str:
    """Return a table with a column for each side or size of fleet."""
    rows: dict[str, dict[str, Figure]] = {}
    for figure in part.figures:
        found = pattern.fullmatch(figure.name)
        if found:
            rows.setdefault(with_unit(found["what"], figure.unit), {})[found["column"]] = figure
    columns = list(dict.fromkeys(column for cells in rows.values() for column in cells))
    return _table(
        (heading, *columns, "target", ""),
        [(words, *_cells(cells, columns)) for words, cells in rows.items()],
        aligned="l" + "r" * len(columns) + "ll",
    ) + _run(part)


def _cells(figures: Mapping[Column, Figure], columns: Iterable[Column]) -> Sequence[str]:
    """Return the medians in the order of `columns`, the target, and the worst verdict of all."""
    found = [figures.get(column) for column in columns]
    cells = [amount(statistics.median(one.samples)) if one and one.samples else "" for one in found]
    aimed = [figure for figure in figures.values() if figure.target]
    if not aimed:
        return (*cells, "", "")
    verdicts = {figure.verdict() for figure in aimed}
    worst = next(verdict for verdict in VERDICTS if verdict in verdicts)
    return (*cells, bound(aimed[0].target), VERDICTS[worst])


def _pages(part: Part) -> str:
    """Return a table with a row for each page, and two columns for each state of the fleet."""
    rows: dict[str, dict[tuple[str, str], Figure]] = {}
    for figure in part.figures:
        found = _OF_A_PAGE.fullmatch(figure.name)
        if found:
            rows.setdefault(found["page"], {})[found["state"], found["cpu"] or ""] = figure
    columns = list(dict.fromkeys(column for cells in rows.values() for column in cells))
    heading = ("ms", *(f"{state}{cpu}" for state, cpu in columns), "target", "")
    body = [(page, *_cells(cells, columns)) for page, cells in rows.items()]
    return _table(heading, body, aligned="l" + "r" * len(columns) + "ll") + _run(part)


def _run(part: Part) -> str:
    """Say when and where the part was measured."""
    about = part.about
    quick = " at a glance (--quick)" if about.get("quick") else ""
    return (
        f"\nMeasured {about['measured_at']}{quick} with version {about['version']} on {about['processors']} "
        f"processors ({about['processor']}), Linux {about['kernel']}, Python {about['python']}; load average "
        f"{about['load_before']:.1f} before the run.\n"
    )
