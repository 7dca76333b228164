"""Measured figures in documents and plots."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench.__main__ import EVERY
from bench.figures import Figure, Target, read, save, sized
from bench.parts.cost import CHECK_HTTP, PROMETHEUS
from bench.report.__main__ import PLOTS, README, ROOT, TABLES, write
from bench.report.marks import NoSuchBlock, blocks, rewritten
from bench.report.plots import cost_plot, decades, growth_plot
from bench.report.readme import speed_table
from bench.report.results import Part, Results, Unmeasured, read_results
from bench.report.tables import performance_blocks
from bench.report.wording import TIMES, amount, bound, with_unit

ABOUT = {
    "measured_at": "2026-11-21",
    "version": "0.0.7",
    "processors": 2,
    "processor": "Z80",
    "kernel": "6.1",
    "python": "3.11.7",
    "load_before": 0.25,
}
SIDES = {
    "bare, kept": 10.0,
    "posmon, kept": 25.0,
    "posmon, fresh": 80.0,
    PROMETHEUS: 1402.0,
    CHECK_HTTP: 1675.0,
}


def figure(name: str, *rounds: float | None, unit: str = "us", target: float | None = None) -> Figure:
    """Return a figure with an upper bound, if any."""
    return Figure(
        name=name,
        unit=unit,
        rounds=list(rounds),
        target=None if target is None else Target(value=target),
        missing="" if rounds else "not here",
    )


def part(name: str, *figures: Figure) -> Part:
    """Return a part of a run."""
    return Part(name=name, figures=figures, about=ABOUT)


def cost() -> Part:
    """Return the cost of some sides and one ratio."""
    return part(
        "cost",
        *(figure(name, value) for name, value in SIDES.items()),
        figure("posmon / bare, kept", 2.4, 2.6, 2.5, unit="x", target=3),
    )


def growth() -> Part:
    """Return one figure of two fleets."""
    return part(
        "growth",
        figure(sized(1_000, "start to ready"), 0.5, unit="s"),
        figure(sized(100_000, "start to ready"), 12.25, unit="s", target=10),
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, "0"),
        (0.254, "0.25"),
        (3.44, "3.4"),
        (14.44, "14.4"),
        (107.2, "107"),
        (1402.3, "1 402"),
        (0.9998, "1.0"),
        (99.97, "100"),
    ],
)
def test_amounts_have_about_three_digits(value: float, expected: str) -> None:
    """Nobody is told more digits than were measured, and thousands stand apart."""
    assert amount(value) == expected


def test_units_stand_behind_names_and_bounds_are_words() -> None:
    """Microseconds are written as people write them; a ratio has no unit."""
    assert with_unit("CPU", "us") == "CPU, µs"
    assert with_unit("posmon / bare", "x") == "posmon / bare"
    assert bound(Target(value=1.5)) == "at most 1.5"
    assert bound(Target(value=10_000, at_least=True)) == "at least 10 000"


def test_only_the_blocks_given_are_rewritten() -> None:
    """What stands around the marks, and in other blocks, stays as it was."""
    text = "a\n<!-- bench: one -->\nold\n<!-- end -->\nb\n<!-- bench: two -->\nkept\n<!-- end -->\nc\n"
    new = rewritten(text, {"one": "1\n2\n"})
    assert new == text.replace("old\n", "1\n2\n")
    assert blocks(new) == {"one": "1\n2\n", "two": "kept\n"}


def test_a_block_that_the_document_lacks_is_named() -> None:
    """A table that would be lost is a mistake in the document."""
    with pytest.raises(NoSuchBlock, match="three"):
        rewritten("<!-- bench: one -->\n<!-- end -->\n", {"one": "", "three": ""})


def test_figures_survive_being_saved(tmp_path: Path) -> None:
    """What was saved is read back with targets, gaps and reasons."""
    figures = [figure("a", 1.0, None, 3.0, target=2), figure("b")]
    path = save({"cost": figures}, about=dict(ABOUT), directory=tmp_path)
    about, parts = read(path)
    assert about == ABOUT
    assert parts == {"cost": figures}


def test_the_last_run_that_measured_a_part_counts(tmp_path: Path) -> None:
    """One part can be measured anew without the others."""
    runs = []
    for number in (1.0, 2.0):
        parts = {"cost": [figure("a", number)], **({"growth": [figure("g", 7.0)]} if number < 2 else {})}
        runs.append(save(parts, about=dict(ABOUT), directory=tmp_path / str(number)))
    results = read_results(runs)
    assert results["cost"].median("a") == 2.0
    assert results["growth"].median("g") == 7.0


def test_table_of_sides_has_kept_beside_fresh() -> None:
    """A side that was not measured says so; blackbox_exporter has fresh connections only."""
    block = performance_blocks(Results([cost()]))["cost"]
    assert "| posmon | 25.0 | 80.0 |\n" in block
    assert "| aiohttp | not measured | not measured |\n" in block
    assert f"| {PROMETHEUS} |  | 1 402 |\n" in block
    assert "| posmon / bare, kept | 2.5 | 2.4 | 2.6 | at most 3 | met |\n" in block
    assert "version 0.0.7 on 2 processors (Z80), Linux 6.1, Python 3.11.7; load average 0.2" in block


def test_table_of_growth_has_a_column_for_each_size() -> None:
    """The target is that of the size that has one, and a missed one stands out."""
    block = performance_blocks(Results([growth()]))["growth"]
    assert "| terminals | 1 000 | 100 000 | target |  |\n" in block
    assert "| start to ready, s | 0.50 | 12.2 | at most 10 | **missed** |\n" in block


def test_table_of_pages_has_columns_for_each_state() -> None:
    """Of two states with a target the worse decides."""
    names = [f"ill: status{cpu}" for cpu in ("", ", CPU")] + ["silent: status"]
    figures = [
        figure(sized(10, name), value, unit="ms", target=300 if "CPU" not in name else None)
        for name, value in zip(names, (4.5, 2.5, 1000.0), strict=True)
    ]
    block = performance_blocks(Results([part("pages", *figures)]))["pages"]
    assert "| ms | ill | ill, CPU | silent | target |  |\n" in block
    assert "| status | 4.5 | 2.5 | 1 000 | at most 300 | **missed** |\n" in block


def test_a_figure_that_was_not_measured_has_no_number() -> None:
    """The table says so, rather than leaving the line out."""
    block = performance_blocks(Results([part("events", figure("e", target=4))]))["events"]
    assert "| e, µs | not measured |  |  | at most 4 |  |\n" in block


def test_axis_has_room_for_every_value() -> None:
    """Axes begin and end at powers of ten, and a single value has two of them as well."""
    assert decades([14, 1675]) == (1, 4)
    assert decades([0.01]) == (-2, -1)
    assert decades([10]) == (1, 2)


def test_same_figures_make_the_same_file() -> None:
    """A plot differs in a commit only when its figures do: it carries no date and no random name."""
    plot = cost_plot(cost())
    assert plot == cost_plot(cost())
    assert "<dc:date>" not in plot


@pytest.mark.parametrize("name", PLOTS)
def test_plots_are_well_formed(name: str) -> None:
    """A plot is SVG with a title, and every value that it shows can be read in it."""
    simulated = part("simulated", figure(sized(100_000, "simulated: start to ready"), 9.75, unit="s"))
    results = Results([cost(), growth(), simulated, part("exposition")])
    root = ET.fromstring(PLOTS[name](results))  # noqa: S314 - our own
    words = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    expected = ["1 402", "25.0"] if "cpu" in name else ["12.2", "9.8"]
    assert set(expected) <= set(words)
    assert root.find("{http://www.w3.org/2000/svg}title") is not None


def test_growth_is_drawn_as_far_as_it_was_measured() -> None:
    """Title and axis name the sizes there are, and neither panels nor legend what nobody measured."""
    plot = growth_plot(Results([growth(), part("simulated"), part("exposition")]))
    assert "<title>Growth with the fleet, 1 000 to 100 000 terminals</title>" in plot
    assert ">100k<" in plot
    for absent in (">1M<", "a page of metrics", "simulated at the port"):
        assert absent not in plot


def test_what_was_not_measured_leaves_documents_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run of one part rewrites its tables and plot; the rest stays, and is named."""
    for name in (TABLES, README):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((ROOT / name).read_text())
    (tmp_path / "docs/images").mkdir()
    write(Results([cost()]), tmp_path)
    before, after = (blocks((root / TABLES).read_text()) for root in (ROOT, tmp_path))
    assert "25.0" in after["cost"]
    assert {name for name in before if before[name] != after[name]} == {"cost"}
    assert [path.name for path in (tmp_path / "docs/images").iterdir()] == ["cpu-per-poll.svg"]
    told = capsys.readouterr().err
    assert "docs/performance.md: not measured, left as it was: capacity; lateness" in told
    assert "docs/images/growth.svg: not measured, left as it was: the part growth" in told
    assert "`posmon status`, whole command (the part daemon)" in told


def test_lines_of_the_readme_stay_until_they_are_measured_again() -> None:
    """A run of one part renews its lines; those of others stay, and what nobody ever measured has none."""
    heading = "| | measured | aimed at |\n|---|---|---|\n"
    status = "| `posmon status`, whole command | 0.17 s | ≤ 0.15 s, missed |\n"
    present = (
        f"{heading}| CPU per poll, connections kept | 9 µs | ≤ 3{TIMES} |\n| no such line | 1 | 2 |\n{status}"
    )
    table, unmeasured = speed_table(Results([cost()]), present)
    kept = f"| CPU per poll, connections kept | 25.0 µs, 2.5{TIMES} a bare protocol loop | ≤ 3{TIMES} |\n"
    assert table == f"{heading}{kept}{status}"
    assert any("100 000 terminals: start to ready" in line for line in unmeasured)


def test_a_missed_target_shows_in_the_readme() -> None:
    """Whoever reads only the README sees it too."""
    slow = part("daemon", figure("posmon status", 173.0, unit="ms", target=150))
    table, _ = speed_table(Results([slow]), "")
    assert "| `posmon status`, whole command | 0.17 s | ≤ 0.15 s, missed |\n" in table


def test_documents_have_a_place_for_every_part() -> None:
    """Whatever is measured is shown in docs/performance.md, and the README has its table."""
    assert set(EVERY) <= set(blocks((ROOT / "docs/performance.md").read_text()))
    assert set(blocks((ROOT / "README.md").read_text())) == {"speed"}


def test_a_part_that_was_not_measured_is_named() -> None:
    """Whoever asks for it hears which."""
    with pytest.raises(Unmeasured, match="growth"):
        Results([])["growth"]
