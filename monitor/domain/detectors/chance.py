"""Do ordinary customers explain so many cards with a wrong PIN.

The customers of a terminal mistype independently of each other and with one probability, so the number of
those who do is binomial. The probability is unknown. Before a terminal has reported anything it has a beta
distribution with the mean of the prior, and every earlier customer narrows it. The number of cards with a
wrong PIN is then beta-binomial (Gelman et al., Bayesian Data Analysis, 3rd edition, section 2.4).
"""

from math import exp, lgamma

PRIOR_FAILURES, PRIOR_TRIALS = 6.0, 400.0
"""Without a history a terminal counts as one where 6 of 400 customers have mistyped (docs/evaluation.md)."""

ALPHA = 2e-5
"""A number of wrong PINs is ordinary when chance reaches it in at least this share of all windows."""


def is_ordinary(failures: int, trials: int, *, known_failures: int, known_trials: int) -> bool:
    """Tell whether `failures` or more of `trials` customers mistype with a probability of at least ALPHA.

    `known_failures` of `known_trials` earlier customers did. No number of failures may exceed its trials.
    """
    alpha = PRIOR_FAILURES + known_failures
    beta = PRIOR_TRIALS - PRIOR_FAILURES + known_trials - known_failures
    term = exp(
        _log_choose(trials, failures)
        + _log_beta(alpha + failures, beta + trials - failures)
        - _log_beta(alpha, beta)
    )
    total = 0.0
    for count in range(failures, trials + 1):
        total += term
        if total >= ALPHA:
            return True
        left = trials - count
        if not left:
            return False
        growth = left / (count + 1) * (alpha + count) / (beta + left - 1)
        if growth < 1 and term * growth / (1 - growth) + total < ALPHA:
            return False
        term *= growth
    return False


def _log_choose(of: int, count: int) -> float:
    return lgamma(of + 1) - lgamma(count + 1) - lgamma(of - count + 1)


def _log_beta(alpha: float, beta: float) -> float:
    return lgamma(alpha) + lgamma(beta) - lgamma(alpha + beta)
