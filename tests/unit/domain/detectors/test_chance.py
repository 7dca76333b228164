from math import comb, prod

from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.detectors.chance import ALPHA, PRIOR_FAILURES, PRIOR_TRIALS, is_ordinary


def tail(failures: int, trials: int, known_failures: int, known_trials: int) -> float:
    """Return how likely so many failures or more are, term by term from the definition."""
    alpha, beta = (
        PRIOR_FAILURES + known_failures,
        PRIOR_TRIALS - PRIOR_FAILURES + known_trials - known_failures,
    )

    def chance(count: int) -> float:
        rising = [(alpha + place) / (alpha + beta + place) for place in range(count)]
        falling = [(beta + place) / (alpha + beta + count + place) for place in range(trials - count)]
        return comb(trials, count) * prod(rising) * prod(falling)

    return sum(chance(count) for count in range(failures, trials + 1))


@given(st.data())
def test_what_is_ordinary_follows_from_the_distribution(data: st.DataObject) -> None:
    """The shortened sum decides as the whole one does, whatever came before."""
    trials = data.draw(st.integers(1, 60))
    failures = data.draw(st.integers(0, trials))
    known_trials = data.draw(st.integers(0, 2000))
    known_failures = data.draw(st.integers(0, known_trials))
    probability = tail(failures, trials, known_failures, known_trials)
    if abs(probability / ALPHA - 1) > 1e-6:
        said = is_ordinary(failures, trials, known_failures=known_failures, known_trials=known_trials)
        assert said is (probability >= ALPHA)


@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 2000), st.integers(0, 2000))
def test_more_wrong_pins_are_never_more_ordinary(failures: int, others: int, known: int, good: int) -> None:
    """One customer more who mistypes makes a window less ordinary; one who did so before makes it more."""
    before = {"known_failures": known, "known_trials": known + good}
    after = {"known_failures": known + 1, "known_trials": known + good + 1}
    trials = failures + others + 1
    assert is_ordinary(failures, trials, **before) >= is_ordinary(failures + 1, trials, **before)
    assert is_ordinary(failures, trials, **before) <= is_ordinary(failures, trials, **after)
