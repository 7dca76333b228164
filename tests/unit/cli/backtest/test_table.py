from io import StringIO

import pytest
from rich.console import Console, Group

from monitor.cli.backtest.document import BacktestAlert, BacktestDifference, BacktestDocument
from monitor.cli.backtest.table import SHOWN, backtest_lines

WIDTH = 80


def document(*alerts: BacktestAlert, first: str | None = "2026-12-01T00:00:00.000Z") -> BacktestDocument:
    """Return a result of a day."""
    return BacktestDocument(
        recording="recording",
        baseline="old.yaml",
        config="new.yaml",
        first_poll=first,
        last_poll=first and "2026-12-01T23:59:59.000Z",
        polls=288_000_000,
        unwatched=12,
        damaged_blocks=1,
        lost_polls=345,
        alerts=[*alerts],
        not_backtested=["CardAttack", "Watchdog"],
    )


def alert(new: int) -> BacktestAlert:
    """Return an alert of the longest name that is new on so many terminals."""
    differences = [
        BacktestDifference(f"{10_000_001 + number}", "2026-12-01T14:02:11.000Z", 0, 2460)
        for number in range(new)
    ]
    return BacktestAlert(
        "SerialNumberSpelling", 100_000, 100_000 + new, 99_999, 99_999, [], [], [], differences
    )


def text_of(shown: BacktestDocument, lang: str = "en") -> str:
    """Return what a terminal shows."""
    console = Console(file=StringIO(), width=WIDTH, color_system=None)
    with console.capture() as capture:
        console.print(Group(*backtest_lines(shown, lang)))
    return capture.get()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_table_has_room_for_large_fleets(lang: str) -> None:
    """Counts before and after stand in one line of 80 columns, in both languages."""
    text = text_of(document(alert(3)), lang)
    [row] = [line for line in text.splitlines() if line.startswith("SerialNumberSpelling  ")]
    assert row.split() == ["SerialNumberSpelling", "100000→100003", "99999→99999", "0", "0", "0", "3"]
    assert "CardAttack, Watchdog" in " ".join(text.split())
    assert "345" in text


def test_a_few_terminals_of_each_change_are_named() -> None:
    """The rest is counted; when and how long is told."""
    text = text_of(document(alert(SHOWN + 2)))
    assert "10000001  2026-12-01T14:02:11  0s → 41m" in text
    assert f"{10_000_001 + SHOWN}" not in text
    assert "and 2 more" in text


def test_without_polls_nothing_is_claimed() -> None:
    """An empty recording is not a past without alerts."""
    assert text_of(document(first=None)) == "The recording has no polls of this time.\n"
    assert "Neither settings raise an alert." in text_of(document())
