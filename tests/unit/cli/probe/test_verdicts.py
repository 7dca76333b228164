from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from monitor.cli.errors.exit_code import ExitCode
from monitor.cli.probe.verdicts import Examination, examine
from monitor.domain.alerts.lifecycle import Verdict
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.detectors.table import DETECTORS
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.instant import Instant, rfc3339
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.poll_result import Outcome, PollResult

NOW = Instant(1000.0, 1_795_222_800.0)
TERMINAL = Terminal(terminal_id="10000001", serial_number="A-1")


def examined(
    result: PollResult, changes: dict[str, dict[str, Any]] | None = None, terminal: Terminal = TERMINAL
) -> Examination:
    """Judge `result` by the default rules with `changes`."""
    return examine(terminal, RuleBook(changes).for_terminal(terminal), result, NOW)


def answer(**document: Any) -> PollResult:
    """Return a good poll with these fields."""
    reading = msgspec.convert({"terminal_id": "10000001"} | document, Reading)
    return PollResult(Outcome.OK, 0.01, reading)


def failed_log_ins(count: int) -> PollResult:
    """Return a good poll that tells of so many failed log-ins of one operator, the last just now."""
    events = [
        {
            "id": f"e-{number}",
            "at": rfc3339(NOW.wall - 10 * (count - number)),
            "type": "operator_login",
            "operator_id": "01",
            "success": False,
        }
        for number in range(count)
    ]
    return PollResult(Outcome.OK, 0.01, answer().reading, events=events)


def present(examination: Examination) -> set[str]:
    """Return the names of what was found."""
    return {one.rule.alertname for one in examination.findings if one.verdict is Verdict.PRESENT}


FAILED = PollResult(Outcome.TIMEOUT, 5.0, detail="no answer within 5 s")


def test_says_nothing_of_what_it_does_not_know() -> None:
    """A bare heartbeat leaves most verdicts unknown, and nothing wrong."""
    examination = examined(answer())
    assert present(examination) == set()
    assert examination.exit_code is ExitCode.OK
    says = {one.rule.alertname: one.says for one in examination.findings}
    assert says["PaperOut"] == "too little is known"


def test_one_failed_poll_is_enough_here() -> None:
    """A probe asks once, so its failure counts as if it went on, however many the alert wants."""
    examination = examined(FAILED, {"TerminalOffline": {"min_failures": 7}})
    assert present(examination) == {"TerminalOffline"}
    assert examination.exit_code is ExitCode.CRITICAL


def test_severity_is_the_configured_one() -> None:
    """The exit code follows the severity that the rule has."""
    assert examined(FAILED, {"TerminalOffline": {"severity": "warning"}}).exit_code is ExitCode.WARNING


def test_failed_poll_without_its_detector() -> None:
    """With nobody to judge a failed poll, nothing can be told."""
    examination = examined(FAILED, {"TerminalOffline": {"enabled": False}})
    assert examination.exit_code is ExitCode.UNKNOWN
    assert "TerminalOffline" in examination.disabled


def test_shed_poll_says_nothing() -> None:
    """That posmon itself lacked a socket is not held against the terminal."""
    examination = examined(PollResult(Outcome.SHED, 0.0))
    assert {one.verdict for one in examination.findings} == {Verdict.UNKNOWN}
    assert examination.exit_code is ExitCode.UNKNOWN


def test_a_worse_alert_replaces_a_milder_one() -> None:
    """An empty battery is not reported as a low one too."""
    examination = examined(answer(battery={"percent": 3.0, "charging": False}))
    assert present(examination) == {"BatteryCritical"}
    low = next(one for one in examination.findings if one.rule.alertname == "BatteryLow")
    assert low.says == "BatteryCritical says more"


def test_another_terminals_answer() -> None:
    """What another terminal says of its printer is not held against this one."""
    result = answer(terminal_id="666", printer={"status": "paper_out"})
    assert present(examined(result)) == {"TerminalIdMismatch"}


def test_clock() -> None:
    """The terminal's clock is compared with ours."""
    assert present(examined(answer(sent_at="2026-11-21T00:50:00Z"))) == {"ClockSkew"}


@pytest.mark.parametrize("name", [one.alertname for one in DETECTORS if one.needs_history])
def test_detectors_that_need_history(name: str) -> None:
    """They claim nothing from one poll."""
    finding = next(one for one in examined(answer()).findings if one.rule.alertname == name)
    assert (finding.verdict, finding.says) == (Verdict.UNKNOWN, "takes more than one poll")


def test_spares_are_examined_too() -> None:
    """Who asks for a terminal in a drawer gets an answer."""
    terminal = replace(TERMINAL, serial_number="")
    assert present(examined(answer(pin_pad={"status": "tampered"}), terminal=terminal)) == {
        "TerminalTampered"
    }


def test_events_are_judged_too() -> None:
    """What the answer tells of log-ins is counted, and said to be unknown where it tells of none."""
    examination = examined(failed_log_ins(5))
    assert present(examination) == {"OperatorLoginFailures"}
    assert (examination.ingested.accepted, examination.ingested.rejected) == (5, [])
    finding = next(one for one in examined(answer()).findings if one.rule.alertname == "PinDataFault")
    assert (finding.verdict, finding.says) == (Verdict.UNKNOWN, "it told of no events")


def test_events_that_are_refused_are_told() -> None:
    """Whoever tries a terminal out learns why its events would not count."""
    result = failed_log_ins(2)
    bad = PollResult(Outcome.OK, 0.01, result.reading, events=[*result.events, {"id": "x"}])
    heard = examined(bad).ingested
    assert heard.accepted == 2
    assert [(rejection.index, bool(rejection.reason)) for rejection in heard.rejected] == [(2, True)]


def test_events_of_another_terminal_count_for_nobody() -> None:
    """An answer under another id says nothing of this one's log-ins."""
    result = failed_log_ins(5)
    other = PollResult(Outcome.OK, 0.01, answer(terminal_id="666").reading, events=result.events)
    assert present(examined(other)) == {"TerminalIdMismatch"}
