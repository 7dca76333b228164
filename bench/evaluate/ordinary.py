"""How often ordinary customers alone raise PinFailuresOnTerminal: `python -m bench.evaluate.ordinary`.

Days of twelve open hours at single terminals, customers at random moments, and of each one the same chance to
mistype; every second of them tries once more. What the detector finds is false.
"""

import argparse
from collections.abc import Iterator
from itertools import product
from random import Random

from monitor.domain.alerts.lifecycle import PRESENT
from monitor.domain.detectors.pin_guessing import TerminalPinLimits, guessed_on_terminal
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.events.response_codes import CodeCategory
from monitor.domain.events.terminal_history import TerminalHistory
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import Terminal

DAY_S, OPEN_S, AGAIN_S = 24 * 3600.0, 12 * 3600.0, 20.0
RATES = (0.015, 0.03, 0.1, 0.2)
A_DAY = (200, 1000)
LIMITS = TerminalPinLimits()


def _customers(random: Random, day: int, count: int, rate: float) -> Iterator[tuple[float, int, bool]]:
    """Yield moment, card and whether the PIN was wrong of each transaction of a day, in order."""
    tries = []
    for card in range(1, count + 1):
        at, is_wrong = day * DAY_S + random.random() * OPEN_S, random.random() < rate
        tries.append((at, card, is_wrong))
        if is_wrong and random.random() < 0.5:
            tries.append((at + AGAIN_S, card, random.random() < rate))
    return iter(sorted(tries))


def false_alarms(*, rate: float, a_day: int, days: int, seed: int) -> int:
    """Return how many alerts so many days at one terminal raise."""
    random = Random(seed)
    terminal = Terminal(terminal_id="10000001")
    watched = WatchedTerminal(terminal, rules=RuleBook().for_terminal(terminal), now=Instant(0.0, 0.0))
    history = watched.events = TerminalHistory(clock_offset=0.0, now=Instant(0.0, 0.0))
    alarms, open_until = 0, 0.0
    for day in range(1, days + 1):
        history.forget_before(transactions=(day - 1) * DAY_S - LIMITS.window_s, marks=(day - 2) * DAY_S)
        for at, card, is_wrong in _customers(random, day, a_day, rate):
            history.begin_evaluation(Instant(at, at))
            category = CodeCategory.WRONG_PIN if is_wrong else CodeCategory.APPROVED
            history.add_transaction(at, category, 0, card, 0)
            if at < open_until:
                open_until = max(open_until, at + LIMITS.window_s) if is_wrong else open_until
            elif guessed_on_terminal(watched, LIMITS, False) is PRESENT:
                alarms, open_until = alarms + 1, at + LIMITS.window_s
    return alarms


def main() -> None:
    """Print how many there are in 10 000 terminal-days, for each rate and each number of customers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=9_001)
    given = parser.parse_args()
    print("mistype  customers a day  false in 10 000 terminal-days")
    for rate, a_day in product(RATES, A_DAY):
        days = max(1, given.days * A_DAY[0] // a_day)
        alarms = false_alarms(rate=rate, a_day=a_day, days=days, seed=given.seed)
        print(f"{rate:7.1%}  {a_day:15}  {alarms * 10_000 / days:29.1f}", flush=True)


if __name__ == "__main__":
    main()
