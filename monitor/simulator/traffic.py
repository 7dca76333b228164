"""What shops sell and who signs on: the events a terminal in good order remembers.

Base rates are ours (unsourced), about those of a busy shop: 1.5 % of transactions have a wrong PIN, and
the customer's next try is right.
"""

from functools import lru_cache

from monitor.domain.instant import rfc3339
from monitor.simulator.chance import mixed
from monitor.simulator.document import LoginEvent, TransactionEvent

DAY_S = 86_400
REMEMBERED = 4
"""So many customers back a terminal remembers; polls come far more often."""

_RETRY_S = 15
_LOG_IN_EVERY = 50
_STEP = 0x9E3779B97F4A7C15
_OF_1000 = 1000
_WRONG_PIN, _NO_FUNDS, _TIMED_OUT = 15, 35, 37

Events = tuple[TransactionEvent | LoginEvent, ...]


def events_at(traits: int, *, wall: int, per_day: int) -> Events:
    """Return the last events before `wall` (unix seconds), oldest first; the same at any later moment.

    Customers come one in each `DAY_S / per_day` seconds, each at a moment of its own.
    """
    pace_s = max(2 * _RETRY_S, DAY_S // per_day)
    newest = wall // pace_s
    remembered = (
        event
        for slot in range(newest - REMEMBERED, newest + 1)
        for at, event in _customer(traits, slot, pace_s)
        if at <= wall
    )
    return tuple(remembered)


@lru_cache(maxsize=65_536)
def _customer(traits: int, slot: int, pace_s: int) -> tuple[tuple[int, TransactionEvent | LoginEvent], ...]:
    """Return what one customer, or an operator who signs on, brings about, each with its unix second."""
    chance = mixed(traits + slot * _STEP)
    at = slot * pace_s + chance % (pace_s - _RETRY_S)
    operator = f"{1 + chance % 3:02}"
    if chance % _LOG_IN_EVERY == 0:
        login = LoginEvent(id=f"L{at}", at=rfc3339(at), operator_id=operator, success=True)
        return ((at, login),)
    draw = (chance >> 16) % _OF_1000
    if draw >= _WRONG_PIN:
        code = "51" if draw < _NO_FUNDS else "68" if draw < _TIMED_OUT else "00"
        return ((at, _transaction(chance, at, code, operator)),)
    return (
        (at, _transaction(chance, at, "55", operator)),
        (at + _RETRY_S, _transaction(chance, at + _RETRY_S, "00", operator)),
    )


def _transaction(chance: int, at: int, code: str, operator: str) -> TransactionEvent:
    return TransactionEvent(
        id=f"T{at}",
        at=rfc3339(at),
        response_code=code,
        card_token=f"tok_{chance >> 20:011x}",
        operator_id=operator,
        amount_minor=100 * (1 + (chance >> 8) % 300),
    )
