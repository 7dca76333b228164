from dataclasses import dataclass, fields
from typing import ClassVar

import pytest

from monitor.domain.alerts.limits import bounded, bounds_of, rising_pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Temperature:
    """Thresholds as a detector has them."""

    above: float = bounded(60.0, least=-40, greatest=125)
    clear: float = bounded(least=-40, greatest=125)
    unbounded: int = 3

    RISING: ClassVar = (("clear", "above"),)


def test_a_threshold_states_its_default_and_its_bounds() -> None:
    """The default is that of an ordinary dataclass field; the bounds stand beside it."""
    above, clear, _ = fields(Temperature)
    assert (Temperature(clear=55).above, bounds_of(above)) == (60.0, (-40, 125))
    assert bounds_of(clear) == (-40, 125)


def test_a_threshold_without_a_default_must_be_given() -> None:
    """A row that forgets it does not import."""
    with pytest.raises(TypeError, match="clear"):
        Temperature()


def test_a_threshold_without_bounds_is_noticed() -> None:
    """Nobody adds a number to the configuration that nothing bounds."""
    with pytest.raises(KeyError):
        bounds_of(fields(Temperature)[2])


def test_pairs_that_must_rise_are_those_of_the_class() -> None:
    """Thresholds without such a pair have none."""
    assert rising_pairs(Temperature(clear=55)) == (("clear", "above"),)
    assert rising_pairs(object()) == ()
