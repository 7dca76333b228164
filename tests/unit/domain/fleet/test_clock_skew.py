import pytest

from monitor.domain.fleet.clock_skew import ClockReference
from monitor.domain.instant import Instant
from tests.scenes import START


class Clocks:
    """Posmon's two clocks, the true time, and terminals that are off by fixed amounts."""

    def __init__(self, **skews: float) -> None:
        self.reference = ClockReference()
        self.skews = skews
        self.now = START
        self.true_time = START.wall

    def pass_(self, seconds: float) -> None:
        """Let time pass everywhere."""
        self.now = self.now.ago(-seconds)
        self.true_time += seconds

    def set_wall(self, seconds: float) -> None:
        """Set posmon's wall clock forward or back."""
        self.now = Instant(self.now.monotonic, self.now.wall + seconds)

    def hear(self, name: str) -> float:
        """Return how far a terminal is found ahead."""
        return self.reference.correct(name, self.true_time + self.skews[name], self.now)

    def hear_all(self) -> dict[str, float]:
        """Hear every terminal once, a second apart, and round what is found."""
        found = {}
        for name in self.skews:
            self.pass_(1)
            found[name] = round(self.hear(name), 3)
        return found


@pytest.mark.parametrize(
    ("sentence", "skews", "expected"),
    [
        ("a right clock is right", {"a": 0.0}, {"a": 0.0}),
        ("one terminal alone is compared with us", {"a": 500.0}, {"a": 500.0}),
        ("so are two that agree", {"a": 500.0, "b": 500.0}, {"a": 500.0, "b": 500.0}),
        ("one of four is off", {"a": 0.0, "b": 0.0, "c": 0.0, "d": -500.0}, {"d": -500.0}),
        (
            "three of seven that agree are not most of them",
            {"a": 0.0, "b": 500.0, "c": 500.0, "d": 500.0, "e": 900.0, "f": 1500.0, "g": 2000.0},
            {"a": 0.0, "b": 500.0, "g": 2000.0},
        ),
        (
            "three that do not agree with each other are compared with us",
            {"a": 0.0, "b": 500.0, "c": 2000.0},
            {"a": 0.0, "b": 500.0, "c": 2000.0},
        ),
        (
            "three that agree are right, and it is us who are off",
            {"a": 500.0, "b": 500.0, "c": 500.0, "d": 0.0},
            {"a": 0.0, "b": 0.0, "c": 0.0, "d": -500.0},
        ),
    ],
)
def test_whose_clock_is_wrong(sentence: str, skews: dict[str, float], expected: dict[str, float]) -> None:
    """A terminal's clock is compared with what most terminals show, or with ours."""
    clocks = Clocks(**skews)
    clocks.hear_all()
    found = clocks.hear_all()
    assert {name: found[name] for name in expected} == expected, sentence


def test_the_drift_of_two_is_followed_by_our_own_clock() -> None:
    """Slewed little by little, our wall clock is the one to go by for a fleet too small to agree."""
    clocks = Clocks(a=0.0)
    for _ in range(100):
        clocks.set_wall(0.5)
        clocks.skews["a"] += 0.5
        assert clocks.hear_all() == {"a": 0.0}


@pytest.mark.parametrize("size", [1, 2, 3, 4, 40])
@pytest.mark.parametrize("jump_s", [-3600.0, -5.0, 5.0, 3600.0])
def test_our_own_jump_blames_nobody(size: int, jump_s: float) -> None:
    """However many terminals there are, setting our clock leaves theirs right, there and back again."""
    clocks = Clocks(**{f"t{number}": 0.0 for number in range(size)})
    clocks.hear_all()
    for jump in (jump_s, -jump_s, jump_s, jump_s):
        clocks.set_wall(jump)
        for _ in range(3):
            assert set(clocks.hear_all().values()) == {0.0}


def test_a_correction_of_our_clock_clears_the_terminals() -> None:
    """Started with a wrong clock, two terminals look off; once the clock is corrected they do not."""
    clocks = Clocks(a=0.0, b=0.0)
    clocks.set_wall(-5000)
    assert clocks.hear_all() == {"a": 5000.0, "b": 5000.0}
    clocks.set_wall(5000)
    assert clocks.hear_all() == {"a": 0.0, "b": 0.0}


def test_a_terminal_that_is_off_stays_off_through_our_jump() -> None:
    """Our own jump is no excuse for a clock that agrees with nobody."""
    clocks = Clocks(a=0.0, b=0.0, c=0.0, d=900.0)
    clocks.hear_all()
    clocks.set_wall(3600)
    clocks.hear_all()
    assert clocks.hear_all() == {"a": 0.0, "b": 0.0, "c": 0.0, "d": 900.0}


def test_a_clock_set_right_is_seen_at_once() -> None:
    """The first answer after the terminal's clock was corrected shows no difference."""
    clocks = Clocks(a=0.0, b=0.0, c=0.0, d=900.0)
    clocks.hear_all()
    clocks.skews["d"] = 0.0
    assert clocks.hear("d") == pytest.approx(0.0)


def test_drift_is_followed() -> None:
    """Our clock may lose a second an hour against the terminals without anybody being blamed."""
    clocks = Clocks(a=0.0, b=0.0, c=0.0, d=0.0)
    for _ in range(200):
        clocks.true_time += 1.0
        clocks.pass_(3600)
        assert max(map(abs, clocks.hear_all().values())) <= 1.1
