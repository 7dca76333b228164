import msgspec
import pytest

from monitor.domain.detectors.table import DETECTORS
from monitor.domain.heartbeat.reading import Reading
from monitor.web.pages.formatting import age, moment, parts_of, percentage, since, spoken

AGES = [
    (-5.0, "0 s"),
    (59.9, "59 s"),
    (60.0, "1 min"),
    (3599.0, "59 min"),
    (3600.0, "1 h 00 min"),
    (11_100.0, "3 h 05 min"),
    (86_400.0, "1 d 0 h"),
    (1e7, "115 d 17 h"),
]


@pytest.mark.parametrize(("seconds", "text"), AGES)
def test_ages(seconds: float, text: str) -> None:
    """A duration is said in its two largest units."""
    assert age(seconds) == text


def test_timestamps() -> None:
    """A timestamp is a time of day, or how long ago it was."""
    assert moment("2026-11-21T01:00:00.000Z") == "2026-11-21 01:00:00 UTC"
    assert since("2026-11-21T01:00:00.000Z", 1_795_222_860.0) == "1 min"


SHARES = [(0, 0, "-"), (0, 10, "0 %"), (1, 1000, "< 1 %"), (999, 1000, "99 %"), (10, 10, "100 %")]


@pytest.mark.parametrize(("part", "whole", "text"), SHARES)
def test_shares(part: int, whole: int, text: str) -> None:
    """One terminal offline is never rounded away to 100 %."""
    assert percentage(part, whole) == text


def test_alert_names_are_words() -> None:
    """People read words; every alert has some."""
    assert spoken("PaperOut") == "Paper out"
    assert spoken("PinPadFault") == "PIN pad fault"
    assert spoken("TerminalIdMismatch") == "Terminal ID mismatch"
    for detector in DETECTORS:
        assert spoken(detector.alertname).replace(" ", "").lower() == detector.alertname.lower()


def test_nothing_heard_is_unknown_throughout() -> None:
    """No part is shown as well before it has been heard of."""
    assert {(part.state, part.tone) for part in parts_of(None)} == {("unknown", "unknown")}


def test_parts_in_words() -> None:
    """States are spelt out; a part has the tone that its rules give it, and none that is not known."""
    document = {
        "terminal_id": "1",
        "battery": {"percent": 8.5},
        "printer": {"status": "paper_low"},
        "registration": {"status": "suspended"},
        "network": {"type": "wifi", "signal_dbm": -71, "host_reachable": False},
        "pin_pad": {"status": "tampered"},
        "display": {"status": "ok"},
    }
    tones = {"battery": "critical", "printer": "warning", "link": "ok", "card reader": "ok"}
    reading = msgspec.convert(document, Reading)
    parts = {part.name: (part.state, part.tone) for part in parts_of(reading, tones)}
    assert parts == {
        "Battery": ("8.5 %", "critical"),
        "Printer": ("paper low", "warning"),
        "Registration": ("suspended", "unknown"),
        "Link": ("wifi, -71\N{NO-BREAK SPACE}dBm", "ok"),
        "Acquirer's host": ("unreachable", "unknown"),
        "PIN pad": ("tampered", "unknown"),
        "Card reader": ("unknown", "unknown"),
        "Display": ("ok", "unknown"),
    }
