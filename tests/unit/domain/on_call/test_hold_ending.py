"""What holds alerts back and is about to end."""

from dataclasses import replace

import pytest

from monitor.domain.on_call.hold_ending import EndingHold

HOUR = EndingHold(by="silence a", until=1_800_000_000.0, left_s=900.0, length_s=3600.0, held=1)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, True, id="a quarter of an hour before"),
        pytest.param({"left_s": 900.1}, False, id="earlier"),
        pytest.param({"left_s": 0.0}, False, id="over"),
        pytest.param({"held": 0}, False, id="nothing is held"),
        pytest.param({"length_s": 1200.0}, False, id="short: not yet"),
        pytest.param({"length_s": 1200.0, "left_s": 300.0}, True, id="short: a quarter is left"),
        pytest.param({"length_s": 1199.0, "left_s": 60.0}, False, id="too short"),
        pytest.param({"length_s": 86_400.0}, True, id="a day"),
        pytest.param({"length_s": 86_400.0, "left_s": 901.0}, False, id="a day, earlier"),
    ],
)
def test_an_end_is_near_in_its_last_quarter_of_an_hour(changes: dict[str, float], *, expected: bool) -> None:
    """Of short ones in their last quarter; the shortest are not announced."""
    assert replace(HOUR, **changes).is_near(900.0) is expected  # type: ignore[arg-type]


def test_what_ends_twice_is_two_things() -> None:
    """A window of every night."""
    assert HOUR.name == "silence a until 2027-01-15T08:00:00.000Z"
    assert replace(HOUR, until=HOUR.until + 86_400).name != HOUR.name
