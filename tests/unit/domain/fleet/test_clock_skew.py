import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.fleet.clock_skew import ClockReference, zone_offset
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
            "a small fleet does not outvote us, however well it agrees",
            {"a": 500.0, "b": 500.0, "c": 500.0, "d": 0.0},
            {"a": 500.0, "b": 500.0, "c": 500.0, "d": 0.0},
        ),
        (
            "many that agree are right, and it is us who are off",
            dict.fromkeys("abcdefghijkl", 500.0) | {"m": 0.0},
            {"a": 0.0, "l": 0.0, "m": -500.0},
        ),
        (
            "many that send local time as UTC are wrong",
            dict.fromkeys("abcdefghijklmnop", 28_800.0),
            {"a": 28_800.0, "p": 28_800.0},
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
    clocks = Clocks(**dict.fromkeys("abcdefghijklmn", 0.0))
    for _ in range(200):
        clocks.true_time += 1.0
        clocks.pass_(3600)
        assert max(map(abs, clocks.hear_all().values())) <= 1.1


@given(
    size=st.integers(min_value=2, max_value=10),
    wrong=st.lists(st.floats(min_value=-2e9, max_value=2e9), min_size=1, max_size=9),
)
def test_in_a_small_fleet_every_vote_is_ours(size: int, wrong: list[float]) -> None:
    """Of every size up to ten, with whichever clocks: right ones are right and wrong ones are wrong."""
    skews = {f"t{number}": wrong[number % len(wrong)] if number else 0.0 for number in range(size)}
    clocks = Clocks(**skews)
    clocks.hear_all()
    found = clocks.hear_all()
    assert all(found[name] == pytest.approx(skew, abs=0.01) for name, skew in skews.items())
    assert clocks.reference.ahead_s(clocks.now) == 0.0
    assert clocks.reference.wall(clocks.now) == clocks.now.wall


def test_one_shop_is_not_a_fleet() -> None:
    """Twenty terminals that one person has set up stand in one place."""
    reference = ClockReference()
    for number in range(20):
        skew = reference.correct(f"t{number}", START.wall + 500.0, START, place="mall")
    assert skew == pytest.approx(500.0)
    assert reference.ahead_s(START) == 0.0


def test_posmon_says_how_far_its_own_clock_is_off() -> None:
    """Most of a large fleet agree with each other."""
    reference = ClockReference()
    for number in range(20):
        reference.correct(f"t{number}", START.wall - 700.0, START)
    assert reference.ahead_s(START) == pytest.approx(700.0)
    assert reference.wall(START) == pytest.approx(START.wall - 700.0)


@pytest.mark.parametrize(
    ("seconds", "hours"),
    [
        (28_800.0, 8.0),
        (-18_000.0 + 40, -5.0),
        (19_800.0, 5.5),
        (20_700.0 - 20, 5.75),
        (900.0, None),
        (1800.0, None),
        (4500.0, None),
        (3600.0 + 120, None),
        (16 * 3600.0, None),
        (0.0, None),
        (-1.7e9, None),
    ],
)
def test_differences_that_amount_to_a_time_zone(seconds: float, hours: float | None) -> None:
    """Whole and half hours, a few quarters, and a minute of error at most."""
    assert zone_offset(seconds) == hours
