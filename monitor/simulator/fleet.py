"""Terminals and sites made from a seed: the same seed gives the same fleet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from monitor.domain.inventory.terminal import Terminal
from monitor.simulator.catalogue import CITIES, MODELS, SHOP_NAMES, SITE_SIZES, TRADES, Model
from monitor.simulator.incident import Incident

FIRST_TERMINAL_ID = 10_000_001
IDS_APART = 10_000_000
"""Between the first ids of two fleets that one scenario sets beside each other."""

MOST_TERMINALS = 1_000_000
"""More would leave the eight digits of an ISO 8583 DE41 and the memory of a workstation."""

_SERIAL_STEP = 7919
"""Coprime with 10**8, so serial numbers look scattered and never repeat."""

_MODELS_FROM = tuple(MODELS[start:] + MODELS[:start] for start in range(len(MODELS)))
"""The catalogue beginning at each of its models, so that small shops do not all have the same ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One shop: `terminals` of them, their makes dealt in turn from `models`."""

    name: str
    region: str
    merchant_name: str
    merchant_id: str
    contact: str
    terminals: int
    models: tuple[Model, ...] = MODELS


class SimulatedTerminal:
    """One terminal that is not there. Small, because there may be 100 000.

    `traits` are 64 random bits from which its whole behaviour follows. `polls` counts requests.
    `incidents` are those that may befall it; usually none.
    """

    __slots__ = ("incidents", "model", "number", "polls", "site", "terminal_id", "traits")

    def __init__(self, *, number: int, site: Site, model: Model, traits: int) -> None:
        self.number = number
        self.terminal_id = str(FIRST_TERMINAL_ID + number)
        self.site = site
        self.model = model
        self.traits = traits
        self.polls = 0
        self.incidents: tuple[Incident, ...] = ()

    @property
    def serial_number(self) -> str:
        """The maker's number, unique in the fleet."""
        return f"{self.model.name}-{(self.number + 1) * _SERIAL_STEP % 10**8:08d}"

    def as_inventory(self, *, endpoint: str) -> Terminal:
        """Return the inventory row a careful operator would write for it."""
        site = self.site
        return Terminal(
            terminal_id=self.terminal_id,
            endpoint=endpoint,
            merchant_id=site.merchant_id,
            merchant_name=site.merchant_name,
            site=site.name,
            region=site.region,
            serial_number=self.serial_number,
            vendor=self.model.vendor,
            model=self.model.name,
            contact=site.contact,
        )


def make_sites(terminals: int, *, seed: int) -> Iterator[Site]:
    """Yield sites that hold `terminals` together; names alternate between Chinese and English."""
    random = Random(f"{seed}/sites")  # noqa: S311 -- a simulation repeats itself on purpose
    number, left = 0, terminals
    while left > 0:
        number += 1
        size = min(left, random.choice(SITE_SIZES))
        left -= size
        yield _make_site(number, size, random)


def _make_site(number: int, size: int, random: Random) -> Site:
    city = random.choice(CITIES)
    trade, category = random.choice(TRADES)
    return Site(
        name=f"{city.name} {number:03d}" if number % 2 else f"{city.chinese_name}{number:03d}店",
        region=city.region,
        merchant_name=f"{city.chinese_name}{random.choice(SHOP_NAMES)}{trade}",
        merchant_id=f"898{city.area_code}{category}{number % 10_000:04d}",
        contact=f"shop{number:03d}@example.com",
        terminals=size,
        models=_MODELS_FROM[number % len(MODELS)],
    )


def make_terminals(
    sites: Sequence[Site], *, seed: int, first_id: int = FIRST_TERMINAL_ID
) -> list[SimulatedTerminal]:
    """Return the terminals of `sites`, in order, with ids from `first_id` on."""
    random = Random(f"{seed}/terminals")  # noqa: S311 -- a simulation repeats itself on purpose
    terminals: list[SimulatedTerminal] = []
    for site in sites:
        for place in range(site.terminals):
            traits = random.getrandbits(64)
            model = site.models[place % len(site.models)]
            number = first_id - FIRST_TERMINAL_ID + len(terminals)
            terminals.append(SimulatedTerminal(number=number, site=site, model=model, traits=traits))
    return terminals
