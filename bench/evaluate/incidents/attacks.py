"""People who try PINs that are not theirs."""

from collections.abc import Iterable
from functools import partial
from itertools import accumulate

from bench.evaluate.incidents.cast import Cast, Reach, Script
from bench.evaluate.world.customers import stranger_card
from bench.evaluate.world.device import Device
from bench.evaluate.world.journal import Incident
from bench.evaluate.world.story import HOUR_S, MINUTE_S
from monitor.domain.diagnosis.cause import Cause
from monitor.domain.events.response_codes import CodeCategory

_LUCK = 0.03


def _try(cast: Cast, by: Incident, device: Device, card: str) -> None:
    lucky = cast.story.random.random() < _LUCK
    meaning = CodeCategory.APPROVED if lucky else CodeCategory.WRONG_PIN
    device.trade(meaning, card=card, amount=cast.story.random.randrange(1000, 90_000), by=by)


def _run(cast: Cast, by: Incident, tries: Iterable[tuple[Device, str]], gaps_s: tuple[float, float]) -> None:
    """Let tries follow one another, with gaps between `gaps_s`."""
    tries = [*tries]
    pauses = (cast.story.random.uniform(*gaps_s) for _ in tries)
    for after_s, (device, card) in zip(accumulate(pauses), tries, strict=True):
        cast.later(after_s, partial(_try, cast, by, device, card))


def _many_cards(cast: Cast, least: int, most: int, *, twice: float = 0.3) -> list[tuple[Device, str]]:
    random = cast.story.random
    tries = []
    for _ in range(random.randint(least, most)):
        card = stranger_card(random)
        tries += [(cast.device, card)] * (2 if random.random() < twice else 1)
    return tries


def guess_fast(cast: Cast, by: Incident) -> None:
    """Try a pile of cards at one terminal."""
    _run(cast, by, _many_cards(cast, 8, 25), (12, 40))


def guess_slowly(cast: Cast, by: Incident) -> None:
    """Take more time for it."""
    _run(cast, by, _many_cards(cast, 12, 40), (45, 110))


def guess_creeping(cast: Cast, by: Incident) -> None:
    """Take so much time that the contract's condition is mostly not met."""
    _run(cast, by, _many_cards(cast, 10, 30, twice=0.1), (150, 400))


def try_stolen_card(cast: Cast, by: Incident) -> None:
    """Try three times, now and then a fourth, and leave."""
    card, random = stranger_card(cast.story.random), cast.story.random
    _run(cast, by, [(cast.device, card)] * 3, (15, 60))
    if random.random() < 0.4:
        cast.later(240, partial(_try_locked, cast, by, card))


def _try_locked(cast: Cast, by: Incident, card: str) -> None:
    cast.device.trade(CodeCategory.PIN_TRIES_EXCEEDED, card=card, by=by)


def try_twice(cast: Cast, by: Incident) -> None:
    """Try twice and leave, before the card locks."""
    _run(cast, by, [(cast.device, stranger_card(cast.story.random))] * 2, (15, 60))


def try_stubbornly(cast: Cast, by: Incident) -> None:
    """Try one card again and again: its issuer does not lock it."""
    card = stranger_card(cast.story.random)
    _run(cast, by, [(cast.device, card)] * cast.story.random.randint(4, 8), (20, 240))


def try_patiently(cast: Cast, by: Incident) -> None:
    """Try one card every few hours, as long as the shop is open."""
    random, card = cast.story.random, stranger_card(cast.story.random)
    after_s = 0.0
    for _ in range(random.randint(3, 6)):
        if cast.is_open(cast.story.now + after_s):
            cast.later(after_s, partial(_try, cast, by, cast.device, card))
        after_s += random.uniform(0.6 * HOUR_S, 3 * HOUR_S)


def travel(cast: Cast, by: Incident) -> None:
    """Try one card from shop to shop, on foot."""
    _travel(cast, by, (4 * MINUTE_S, 14 * MINUTE_S))


def travel_slowly(cast: Cast, by: Incident) -> None:
    """Try one card from shop to shop, over the day."""
    _travel(cast, by, (35 * MINUTE_S, 120 * MINUTE_S))


def _travel(cast: Cast, by: Incident, gaps_s: tuple[float, float]) -> None:
    card = stranger_card(cast.story.random)
    stops = cast.stops[: cast.story.random.randint(2, len(cast.stops))]
    _run(cast, by, [(device, card) for device in stops], gaps_s)


def sweep_shop(cast: Cast, by: Incident) -> None:
    """Try many cards at all the tills of a shop, some again at the next till."""
    random = cast.story.random
    tries = []
    for _ in range(random.randint(15, 40)):
        card = stranger_card(random)
        tries += [(random.choice(cast.shop.devices), card) for _ in range(2 if random.random() < 0.3 else 1)]
    _run(cast, by, tries, (8, 30))


ATTACKS = (
    Script(kind="many cards, fast", cause=Cause.TERMINAL_ATTACK, play=guess_fast),
    Script(kind="many cards, slow", cause=Cause.TERMINAL_ATTACK, play=guess_slowly),
    Script(kind="many cards, creeping", cause=Cause.TERMINAL_ATTACK, play=guess_creeping),
    Script(
        kind="many cards over a shop",
        cause=Cause.TERMINAL_ATTACK,
        play=sweep_shop,
        reach=Reach.SITE,
        per_1000=1.5,
        suits=lambda shop, _device: 3 <= len(shop.devices) <= 8,
    ),
    Script(kind="stolen card, three tries", cause=Cause.CARD_ATTACK, play=try_stolen_card),
    Script(kind="stolen card, two tries", cause=Cause.CARD_ATTACK, play=try_twice),
    Script(kind="stolen card, stubborn", cause=Cause.CARD_ATTACK, play=try_stubbornly),
    Script(kind="stolen card, patient", cause=Cause.CARD_ATTACK, play=try_patiently),
    Script(kind="card over shops", cause=Cause.CARD_ATTACK, play=travel, reach=Reach.TRIP, per_1000=3),
    Script(kind="card over shops, slow", cause=Cause.CARD_ATTACK, play=travel_slowly, reach=Reach.TRIP),
)
