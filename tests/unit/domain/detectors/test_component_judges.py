"""Detectors that go by what one part says of itself: printer, registration, PIN pad, reader, display."""

from typing import Any

import pytest

from monitor.domain.alerts.lifecycle import Verdict
from tests.unit.domain.detectors.judging import summary, verdict, watched

WORDS = {
    "printer": ("ok", "paper_low", "paper_out", "paper_jam", "cover_open", "fault"),
    "registration": ("registered", "pending", "unregistered", "suspended"),
    "pin_pad": ("ok", "fault", "tampered"),
    "card_reader": ("ok", "fault"),
    "display": ("ok", "fault"),
}
BAD = {
    ("PaperLow", "printer"): {"paper_low"},
    ("PaperOut", "printer"): {"paper_out"},
    ("PrinterFault", "printer"): {"paper_jam", "cover_open", "fault"},
    ("RegistrationLost", "registration"): {"unregistered", "suspended"},
    ("RegistrationPending", "registration"): {"pending"},
    ("PinPadFault", "pin_pad"): {"fault"},
    ("TerminalTampered", "pin_pad"): {"tampered"},
    ("CardReaderFault", "card_reader"): {"fault"},
    ("DisplayFault", "display"): {"fault"},
}


@pytest.mark.parametrize("is_open", [False, True])
@pytest.mark.parametrize(("alertname", "part"), BAD)
def test_each_word_of_each_part(alertname: str, part: str, *, is_open: bool) -> None:
    """The bad words are present, the others absent, whether the alert is open or not."""
    for word in WORDS[part]:
        expected = Verdict.PRESENT if word in BAD[alertname, part] else Verdict.ABSENT
        assert verdict(alertname, watched({part: {"status": word}}), is_open=is_open) is expected, word


@pytest.mark.parametrize("document", [{}, {"{part}": {}}, {"{part}": {"status": None}}, None])
@pytest.mark.parametrize(("alertname", "part"), BAD)
def test_a_part_that_says_nothing_is_unknown(
    alertname: str, part: str, document: dict[str, Any] | None
) -> None:
    """A missing part, a part without status and a terminal never heard are unknown, not faulty."""
    polls = [] if document is None else [{key.format(part=part): value for key, value in document.items()}]
    assert verdict(alertname, watched(*polls), is_open=True) is Verdict.UNKNOWN


def test_summaries() -> None:
    """A summary names the part and what it says, in words."""
    assert summary("PaperOut", watched({"printer": {"status": "paper_out"}})) == "receipt printer: paper out"
    assert summary("PaperOut", watched()) == "receipt printer: unknown"
    lost = watched({"registration": {"status": "suspended"}})
    assert summary("RegistrationLost", lost) == "registration with the host: suspended"
    assert summary("PinPadFault", watched({"pin_pad": {"status": "fault"}})) == "PIN pad: fault"
