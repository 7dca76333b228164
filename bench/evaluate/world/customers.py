"""The ordinary course of a day: who pays, who mistypes, who comes back.

Base rates: 200 transactions a terminal and day, 1.5 % of them with a wrong PIN. The rest is ours (unsourced).
"""

from dataclasses import dataclass
from random import Random

from bench.evaluate.world.device import Device
from bench.evaluate.world.shops import Shop
from bench.evaluate.world.story import DAY_S, HOUR_S, Story
from monitor.domain.events.response_codes import CodeCategory

PER_DAY = 200
WRONG_FIRST = 0.0125
"""So many customers get their PIN wrong at first; with retries it is 1.5 % of transactions."""

WRONG_AGAIN = (0.22, 0.3)
"""After one wrong PIN, and after two."""

LOCKED_AFTER = 3
"""So many wrong PINs in a row and the issuer locks the card, until the holder has called."""

LEAVES = 0.12
NEXT_TILL = 0.02
"""So many who failed try another till of the shop."""

_CURVE = (
    *(0, 0, 0, 0, 0, 0, 0.3, 0.6, 0.8, 0.8, 0.9, 1.2),
    *(1.6, 1.2, 0.8, 0.8, 1.0, 1.5, 2.2, 2.2, 1.8, 1.2, 0.8, 0.4),
)
"""How busy an hour is; evenings are the busiest."""

_ELSE = (
    (CodeCategory.INSUFFICIENT_FUNDS, 0.02),
    (CodeCategory.CHIP_FALLBACK, 0.003),
    (CodeCategory.INVALID_CARD, 0.003),
    (CodeCategory.EXPIRED_CARD, 0.002),
    (CodeCategory.PIN_TRIES_EXCEEDED, 0.001),
    (CodeCategory.ISSUER_TIMEOUT, 0.001),
    (CodeCategory.NETWORK, 0.0005),
    (CodeCategory.PIN_DATA_FAULT, 0.0002),
    (CodeCategory.OTHER, 0.001),
)
_PRICES = (
    *(500, 800, 1000, 1200, 1500, 1800, 2000, 2500, 2900),
    *(3000, 3500, 3900, 4500, 4900, 5000, 6800, 8800, 9900),
)


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who pays: the card, the amount, and whether a PIN is asked for."""

    card: str
    amount: int
    pin: bool


def plan_day(shop: Shop, day: int, story: Story) -> None:
    """Let the customers of one day come to every terminal of a shop."""
    weekend = 1.2 if day % 7 >= 5 else 1.0
    for device in shop.devices:
        mean = PER_DAY * shop.business * weekend
        for _ in range(max(0, round(story.random.gauss(mean, mean**0.5)))):
            at = day * DAY_S + _moment(shop, story.random)
            story.at(at, _Visit(shop, device, story).first)


def _moment(shop: Shop, random: Random) -> float:
    first, last = int(shop.opens // HOUR_S), int(shop.closes // HOUR_S)
    hour = random.choices(range(first, last), _CURVE[first:last])[0]
    return (hour + random.random()) * HOUR_S


def stranger_card(random: Random) -> str:
    """Return the token of a card never seen before."""
    return f"tok_{random.getrandbits(48):012x}"


class _Visit:
    """One customer from the first try to leaving."""

    __slots__ = ("_customer", "_device", "_shop", "_story", "_wrong")

    def __init__(self, shop: Shop, device: Device, story: Story) -> None:
        self._shop = shop
        self._device = device
        self._story = story
        self._wrong = 0
        self._customer: Customer | None = None

    def first(self) -> None:
        random = self._story.random
        is_regular = random.random() < 0.3
        card = random.choice(self._shop.regulars) if is_regular else stranger_card(random)
        price = random.choice(_PRICES) if random.random() < 0.15 else 100 + int(random.lognormvariate(8, 0.9))
        self._customer = Customer(card, price, pin=random.random() < 0.75)
        self._pay(self._outcome(random))

    def _outcome(self, random: Random) -> CodeCategory:
        assert self._customer is not None
        if self._shop.locked.get(self._customer.card, 0.0) > self._story.now:
            return CodeCategory.PIN_TRIES_EXCEEDED
        if self._customer.pin and random.random() < WRONG_FIRST / 0.75:
            return CodeCategory.WRONG_PIN
        draw = random.random()
        for category, share in _ELSE:
            draw -= share
            if draw < 0:
                return category
        return CodeCategory.APPROVED

    def _again(self) -> None:
        random = self._story.random
        wrong = random.random() < WRONG_AGAIN[min(self._wrong, len(WRONG_AGAIN)) - 1]
        self._pay(CodeCategory.WRONG_PIN if wrong else CodeCategory.APPROVED)

    def _pay(self, meaning: CodeCategory) -> None:
        customer, random = self._customer, self._story.random
        assert customer is not None
        said = self._device.trade(meaning, card=customer.card, amount=customer.amount, pin=customer.pin)
        if said is not CodeCategory.WRONG_PIN:
            return
        self._wrong += 1
        if self._wrong == LOCKED_AFTER:
            self._shop.locked[customer.card] = self._story.now + DAY_S
        if self._wrong > len(WRONG_AGAIN) or random.random() < LEAVES:
            return
        if len(self._shop.devices) > 1 and random.random() < NEXT_TILL:
            self._device = random.choice(self._shop.devices)
        self._story.at(self._story.now + random.uniform(12, 45), self._again)
