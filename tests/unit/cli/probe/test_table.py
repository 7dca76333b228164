from io import StringIO
from typing import Any

from rich.console import Console

from monitor.cli.probe.table import probe_table
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.poll_result import Outcome, PollResult
from tests.unit.cli.probe.test_verdicts import FAILED, answer, examined, failed_log_ins


def drawn(*arguments: Any, **options: Any) -> list[str]:
    """Return the lines of the picture, without colours."""
    console = Console(file=StringIO(), width=100, color_system=None)
    with console.capture() as captured:
        console.print(probe_table(examined(*arguments, **options)))
    return [line.rstrip() for line in captured.get().splitlines()]


def test_what_was_found_stands_first() -> None:
    """The worst of it at the top, with the reason; what is absent comes last."""
    lines = drawn(answer(printer={"status": "paper_out"}, battery={"percent": 15, "charging": False}))
    first = next(number for number, line in enumerate(lines) if line.startswith("DETECTOR"))
    assert [line.split()[:3] for line in lines[first + 1 : first + 3]] == [
        ["PaperOut", "present", "critical"],
        ["BatteryLow", "present", "warning"],
    ]
    verdicts = [
        line.split()[1] for line in lines[first + 1 :] if line[:1].isalpha() and ":" not in line.split()[1]
    ]
    assert verdicts == sorted(verdicts, key=["present", "unknown", "absent"].index)


def test_a_failed_poll_says_how_it_ended() -> None:
    """Seconds from one on, milliseconds below; nothing of components."""
    assert drawn(FAILED)[1] == "timeout after 5.00 s: no answer within 5 s"
    assert drawn(PollResult(Outcome.REFUSED, 0.0004))[1] == "refused after 0.4 ms"


def test_events_are_counted_among_the_facts() -> None:
    """With the reasons of those that were refused."""
    lines = drawn(failed_log_ins(2))
    assert [line.split() for line in lines if line.startswith("events")] == [
        ["events", "2", "counted,", "0", "refused"]
    ]


def test_what_a_terminal_says_moves_nothing_on_the_screen() -> None:
    """Nor does what the inventory says of it."""
    terminal = Terminal(terminal_id="10000001", site="\x1b[31m", contact="\x1b]0;x")
    assert "\x1b" not in "".join(drawn(answer(), None, terminal))


def test_an_unknown_terminal_is_called_so() -> None:
    """A URL that nobody answers at has no id."""
    lines = drawn(FAILED, None, Terminal(terminal_id="", endpoint="http://192.0.2.1/"))
    assert lines[0] == "Unknown terminal at http://192.0.2.1/"
