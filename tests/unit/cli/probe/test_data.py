import json
from typing import Any

from monitor.cli.probe.data import probe_json
from monitor.domain.detectors.table import DETECTORS
from tests.unit.cli.probe.test_verdicts import FAILED, answer, examined, failed_log_ins


def document(*arguments: Any) -> dict[str, Any]:
    """Return what programs get for a poll."""
    found: dict[str, Any] = json.loads(probe_json(examined(*arguments)))
    return found


def test_a_poll_with_the_verdict_of_every_detector() -> None:
    """What is present says why; the reading is as the terminal gave it."""
    poll = document(answer(printer={"status": "paper_out"}))
    assert (poll["terminal_id"], poll["outcome"], poll["duration_seconds"]) == ("10000001", "ok", 0.01)
    assert poll["reading"]["printer"] == {"status": "paper_out"}
    verdicts = {one["alertname"]: one for one in poll["detectors"]}
    paper = verdicts["PaperOut"]
    assert (paper["verdict"], paper["severity"], paper["for_seconds"]) == ("present", "critical", 60.0)
    assert "paper" in paper["says"]
    assert not verdicts.keys() & set(poll["disabled"])
    assert {one.alertname for one in DETECTORS} >= verdicts.keys()


def test_a_failed_poll_has_no_reading() -> None:
    """The detail says what went wrong."""
    poll = document(FAILED)
    assert (poll["reading"], poll["outcome"], poll["detail"]) == (None, "timeout", "no answer within 5 s")


def test_events_are_counted() -> None:
    """Those that were refused with their reasons."""
    events = document(failed_log_ins(3))["events"]
    assert events == {"accepted": 3, "rejected": []}


def test_a_detector_that_is_switched_off_is_named() -> None:
    """It has no verdict."""
    poll = document(answer(), {"PaperOut": {"enabled": False}})
    assert "PaperOut" in poll["disabled"]
    assert "PaperOut" not in {one["alertname"] for one in poll["detectors"]}
