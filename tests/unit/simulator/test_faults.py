import re
from pathlib import Path

import pytest

from monitor.simulator.catalogue import MODEL_BY_NAME
from monitor.simulator.faults import FAULTS, fault_named, rank

ASKED_FOR = """
offline refused hang drip reset slow battery_drain paper_low paper_out paper_jam cover_open printer_fault
unregistered suspended pending pin_pad_fault tampered card_reader_fault display_fault host_unreachable
weak_signal backlog clock_skew restarts wrong_identity wrong_serial old_firmware self_test_failed overheating
settlement_missed old_password factory_reset locked not_json bad_utf8
nan huge_number duplicate_keys deep lone_surrogate nul huge_body endless_headers gzip_bomb redirect
status_500 status_404 truncated wrong_type chunked markup
"""
INCIDENT_KEYS = {"fault", "ids", "site", "model", "fraction", "count", "at", "for", "every"}


def test_every_fault_asked_for_is_there() -> None:
    """The table holds all kinds that scenarios rely on."""
    assert set(ASKED_FOR.split()) <= set(FAULTS)


@pytest.mark.parametrize("name", FAULTS)
def test_parameters_have_names_of_their_own_and_defaults_that_can_be_read(name: str) -> None:
    """No parameter hides a key of every incident, and each default is a value it takes."""
    kind = FAULTS[name]
    assert not INCIDENT_KEYS & {parameter.name for parameter in kind.parameters}
    given = {parameter.name for parameter in kind.parameters if parameter.default is not None}
    assert set(kind.settings({})) == given
    assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", kind.name)
    assert kind.summary


def test_an_unknown_fault_is_refused_with_the_nearest() -> None:
    """A slip of the pen is answered with what was meant."""
    with pytest.raises(ValueError, match="did you mean 'paper_out'"):
        fault_named("paper_uot")


REFUSED = [
    ("a parameter it does not have", {"dealy": "1s"}, "slow has no parameter 'dealy'"),
    ("a value it cannot have", {"delay": "soon"}, "delay: write a duration"),
    ("a number without its unit", {"delay": 2}, "delay: a duration needs a unit|delay: write a duration"),
]


@pytest.mark.parametrize(("written", "reason"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED])
def test_settings_refuse(written: dict[str, object], reason: str) -> None:
    """What a fault cannot be given is refused by name."""
    with pytest.raises(ValueError, match=reason):
        FAULTS["slow"].settings(written)


def test_what_stops_an_answer_is_worked_in_after_what_changes_it() -> None:
    """Of several faults at once, the device's come first and the lost connection last."""
    written = ["offline", "nan", "slow", "paper_out"]
    assert sorted(written, key=lambda name: rank(FAULTS[name])) == ["paper_out", "nan", "slow", "offline"]


def test_every_fault_is_documented() -> None:
    """The documentation has a row for each fault, with its outcome and every parameter."""
    text = (Path(__file__).parents[3] / "docs/simulator.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([a-z0-9_]+)` \|(.*\|.*\|.*)\|$", text, re.MULTILINE))
    for kind in FAULTS.values():
        assert rows[kind.name].endswith(f" {kind.outcome} ")
        for parameter in kind.parameters:
            assert f"`{parameter.name}` {parameter.meaning}" in rows[kind.name]


def test_every_model_is_documented() -> None:
    """Whoever writes a scenario finds the names there."""
    text = (Path(__file__).parents[3] / "docs/simulator.md").read_text("utf-8")
    assert [name for name in MODEL_BY_NAME if name not in text] == []
