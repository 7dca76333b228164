"""People who may use a terminal, and do so in ways nobody expects."""

from functools import partial
from itertools import accumulate

from bench.evaluate.incidents.cast import Cast, Hours, Script
from bench.evaluate.world.customers import stranger_card
from bench.evaluate.world.journal import Incident
from monitor.domain.events.response_codes import CodeCategory


def _log_ins(cast: Cast, by: Incident, times: int, gaps_s: tuple[float, float]) -> None:
    random, device = cast.story.random, cast.device
    operators = [f"{random.randrange(100):02}" for _ in range(random.choice((1, 1, 4)))]
    for after_s in accumulate(random.uniform(*gaps_s) for _ in range(times)):
        operator = random.choice(operators)
        cast.later(after_s, partial(device.log_in, operator, success=False, by=by))


def guess_password(cast: Cast, by: Incident) -> None:
    """Try operator passwords."""
    _log_ins(cast, by, cast.story.random.randint(5, 25), (4, 90))


def guess_password_slowly(cast: Cast, by: Incident) -> None:
    """Try more slowly than the contract's condition."""
    _log_ins(cast, by, cast.story.random.randint(4, 10), (240, 600))


def sell_at_night(cast: Cast, by: Incident) -> None:
    """Sell while the shop is closed."""
    random = cast.story.random
    for after_s in accumulate(random.uniform(20, 900) for _ in range(random.randint(1, 8))):
        cast.later(after_s, partial(_sell, cast, by, stranger_card(random), random.randrange(1000, 90_000)))


def charge_again(cast: Cast, by: Incident) -> None:
    """Charge one card the same amount again and again."""
    random, card = cast.story.random, stranger_card(cast.story.random)
    amount = random.randrange(1000, 90_000)
    for after_s in accumulate(random.uniform(10, 200) for _ in range(random.randint(5, 10))):
        cast.later(after_s, partial(_sell, cast, by, card, amount))


def charge_cards_alike(cast: Cast, by: Incident) -> None:
    """Charge many cards one amount: cashing out, or checking a list of stolen cards."""
    random = cast.story.random
    amount = random.randrange(1000, 90_000)
    for after_s in accumulate(random.uniform(20, 240) for _ in range(random.randint(6, 14))):
        cast.later(after_s, partial(_sell, cast, by, stranger_card(random), amount))


def _sell(cast: Cast, by: Incident, card: str, amount: int) -> None:
    cast.device.trade(CodeCategory.APPROVED, card=card, amount=amount, by=by)


MISUSE = (
    Script(kind="log-ins guessed", cause=None, play=guess_password),
    Script(kind="log-ins guessed, slow", cause=None, play=guess_password_slowly),
    Script(kind="sales at night", cause=None, play=sell_at_night, hours=Hours.CLOSED),
    Script(kind="one card charged again", cause=None, play=charge_again),
    Script(kind="cards charged alike", cause=None, play=charge_cards_alike),
)
