from collections.abc import Callable

import pytest

from monitor.simulator.parameters import (
    duration,
    number_between,
    positive_duration,
    signed_duration,
    text,
    whole_number_between,
)

TAKEN = [
    ("a duration", duration, "250ms", 0.25),
    ("no time at all", duration, "0s", 0.0),
    ("a duration longer than nothing", positive_duration, "5m", 300.0),
    ("a duration ahead", signed_duration, "10m", 600.0),
    ("a duration ahead with its sign", signed_duration, "+10m", 600.0),
    ("a duration behind", signed_duration, "-1h", -3600.0),
    ("a number at the lower end", number_between(-200, 50), "-200", -200.0),
    ("a number with a fraction", number_between(0, 1), "0.05", 0.05),
    ("a whole number", whole_number_between(1, 9), "9", 9),
    ("a text", text, "上海001店", "上海001店"),
]


@pytest.mark.parametrize(("read", "written", "value"), [c[1:] for c in TAKEN], ids=[c[0] for c in TAKEN])
def test_reader_takes(read: Callable[[str], object], written: str, value: object) -> None:
    """A value in its range is read."""
    assert read(written) == value


REFUSED = [
    ("a duration without unit", duration, "5"),
    ("a duration of no time where some is needed", positive_duration, "0ms"),
    ("two signs", signed_duration, "--5s"),
    ("a number out of range", number_between(0, 1), "1.01"),
    ("not a number", number_between(0, 1), "nan"),
    ("infinity", number_between(0, 1e9), "inf"),
    ("a number with underscores", number_between(0, 1e9), "1_000"),
    ("a fraction where whole numbers go", whole_number_between(0, 9), "1.0"),
    ("digits of another script", whole_number_between(0, 9), "٣"),
    ("a number of endless length", whole_number_between(0, 9), "0" * 100_000),
    ("an empty text", text, ""),
    ("a long text", text, "x" * 65),
    ("a text with a line break", text, "a\nb"),
]


@pytest.mark.parametrize(("read", "written"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED])
def test_reader_refuses(read: Callable[[str], object], written: str) -> None:
    """Anything else is refused with a reason."""
    with pytest.raises(ValueError, match=r"."):
        read(written)
