from pathlib import Path

import pytest

from monitor.config.loading import load_settings
from monitor.config.parent_settings import parent_names, parent_rows
from monitor.config.settings import Settings
from monitor.domain.errors import InvalidConfiguration
from monitor.domain.inventory.parent_row import Needs, ParentRow
from monitor.domain.inventory.terminal import Terminal

SOURCES = 'sources: [{name: hub, kind: json, url: "https://hub.example.com/", id: id}]\n'
CARRIER = '{name: carrier-east, endpoint: "tcp://10.9.0.1:443"}'


def load(folder: Path, *parents: str, more: str = "") -> Settings:
    """Load a configuration with these parents."""
    text = "parents:\n" + "".join(f"  - {one}\n" for one in parents) + more
    (folder / "posmon.yaml").write_text(text, encoding="utf-8")
    return load_settings(folder / "posmon.yaml", {})


def faults(folder: Path, *parents: str, more: str = "") -> list[str]:
    """Return what is wrong with these parents: line, place and reason."""
    with pytest.raises(InvalidConfiguration) as caught:
        load(folder, *parents, more=more)
    return [f"{fault.line}: {fault.field}: {fault.reason}" for fault in caught.value.faults]


def test_parents_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    """One needs all of its own parents unless it says any."""
    settings = load(
        tmp_path,
        '{name: line-7, endpoint: "tcp://10.1.0.1:443", parents: [carrier-east], interval: 1m, timeout: 2s}',
        CARRIER,
        "{name: both, parents: [line-7, hub], needs: any}",
        more=SOURCES,
    )
    assert parent_rows(settings.parents) == (
        ParentRow(
            name="line-7",
            endpoint="tcp://10.1.0.1:443",
            parents=("carrier-east",),
            needs=Needs.ALL,
            interval_s=60.0,
            timeout_s=2.0,
        ),
        ParentRow(name="carrier-east", endpoint="tcp://10.9.0.1:443"),
        ParentRow(name="both", parents=("line-7", "hub"), needs=Needs.ANY),
    )
    assert parent_names(settings.parents, settings.sources) == ("line-7", "carrier-east", "both", "hub")


def test_a_parent_has_its_own_pace(tmp_path: Path) -> None:
    """What it does not say, polling does."""
    timetable = load(tmp_path, '{name: a, endpoint: "tcp://10.1.0.1:443", interval: 1m}', CARRIER).timetable()
    own = timetable.cadence_of(Terminal(terminal_id="/parent/a"))
    other = timetable.cadence_of(Terminal(terminal_id="/parent/carrier-east"))
    assert (own.interval_s, own.timeout_s) == (60.0, 5.0)
    assert (other.interval_s, other.timeout_s) == (30.0, 5.0)


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    """Each with its line, its place and the reason."""
    assert faults(
        tmp_path,
        "{name: nothing}",
        "{name: hub, parents: [nothing]}",
        '{name: nothing, endpoint: "tcp://127.0.0.1:1"}',
        '{name: portless, endpoint: "tcp://10.1.0.1"}',
        '{name: printer, endpoint: "escpos://10.1.0.1"}',
        '{name: pusher, endpoint: "push:"}',
        '{name: slow, endpoint: "hub:7", timeout: 1m, needs: any}',
        "{name: group, parents: [portles, slow, slow], interval: 1m}",
        more=SOURCES,
    ) == [
        "2: parents[0]: has neither an endpoint nor parents: nothing says whether it is down",
        "3: parents[1].name: is the name of a source, which is a parent by itself",
        "4: parents[2].name: is the name of another parent",
        "4: parents[2].endpoint: this address may not be polled: loopback, not in polling.allowed_networks",
        "5: parents[3].endpoint: names no port",
        "6: parents[4].endpoint: is no address of a parent: escpos: is for terminals",
        "7: parents[5].endpoint: is no address of a parent: push: is for terminals",
        (
            "8: parents[6].timeout: 1m is longer than the interval of 30s; "
            "a poll must be over before the next is due"
        ),
        "8: parents[6].needs: needs parents: it says how many of them",
        "9: parents[7].interval: needs an endpoint",
        "9: parents[7].parents[0]: not a parent of the configuration; did you mean 'portless'?",
        "9: parents[7].parents[2]: names a parent twice",
    ]


def test_parents_that_hang_on_each_other_are_refused(tmp_path: Path) -> None:
    """Each circle once, itself included."""
    assert faults(
        tmp_path,
        "{name: a, parents: [b]}",
        "{name: b, parents: [c]}",
        "{name: c, parents: [a, d]}",
        "{name: d, parents: [d]}",
    ) == [
        "2: parents[0].parents: hang on each other: a > b > c > a",
        "5: parents[3].parents: hang on each other: d > d",
    ]


def test_needs_is_one_of_two_words(tmp_path: Path) -> None:
    """Others are refused, and so is a bad name."""
    assert faults(tmp_path, "{name: a b, parents: [x], needs: some}") == [
        "2: parents[0].name: a name is at most 63 letters, digits, '.', '-' and '_'",
        "2: parents[0].needs: must be one of any, all",
    ]
