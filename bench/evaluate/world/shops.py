"""Sites and their terminals as they are set up: inventory rows, hours, links, ways of telling."""

from dataclasses import dataclass, field
from random import Random

from msgspec.structs import replace

from bench.evaluate.world.codes import OTHER_DIALECTS
from bench.evaluate.world.device import Device, Said
from bench.evaluate.world.journal import Journal
from bench.evaluate.world.story import HOUR_S, ZONE, Story, Wire
from monitor.domain.inventory.terminal import InventoryStatus, Terminal

MODELS = {"N910": "3.2.1", "A920": "8.1.4", "V2": "2.0.9", "P300": "1.7.0"}
"""Models, and the firmware that all of a model start with."""

SIZES = (1, 1, 1, 2, 2, 3, 4, 5, 8, 12, 20)
SPARES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A site: open from `opens` to `closes` (seconds after midnight) on every day of the week.

    `locked` are cards of its customers that their issuers have locked, and until when.
    """

    name: str
    opens: float
    closes: float
    devices: tuple[Device, ...]
    regulars: tuple[str, ...]
    business: float
    locked: dict[str, float] = field(default_factory=dict)


def spares() -> list[Terminal]:
    """Return the terminals that lie in a drawer, by whose serial numbers a replacement is known."""
    return [
        Terminal(
            terminal_id=f"{90_000_000 + number}",
            serial_number=f"SP-{number:06}",
            model=list(MODELS)[number % len(MODELS)],
            status=InventoryStatus.SPARE,
        )
        for number in range(1, SPARES + 1)
    ]


def open_shops(terminals: int, *, story: Story, wire: Wire, journal: Journal) -> list[Shop]:
    """Set up sites of 1 to 20 terminals until there are `terminals` of them."""
    shops: list[Shop] = []
    first = 1
    while first <= terminals:
        size = min(story.random.choice(SIZES), terminals - first + 1)
        shops.append(_shop(len(shops), range(first, first + size), story, wire, journal))
        first += size
    return shops


def _shop(number: int, numbers: range, story: Story, wire: Wire, journal: Journal) -> Shop:
    random = story.random
    opens, closes = random.choice([(8, 22), (9, 21), (7, 20), (10, 23)])
    site = Terminal(
        terminal_id="0",
        merchant_id=f"8981{number:011}",
        site=f"shop-{number:03}",
        region=("north", "south", "west")[number % 3],
        vendor="newland",
        dialect=random.choice(OTHER_DIALECTS) if random.random() < 0.12 else "unionpay",
        opening_hours=f"Mo-Su {opens:02}:00-{closes:02}:00",
        timezone=ZONE,
    )
    rows = [_row(index, site, random) for index in numbers]
    return Shop(
        name=site.site,
        opens=opens * HOUR_S,
        closes=closes * HOUR_S,
        devices=tuple(_device(row, story, wire, journal) for row in rows),
        regulars=tuple(f"tok_r{number:03}x{card:03}" for card in range(60 * len(numbers))),
        business=random.uniform(0.7, 1.3),
    )


def _row(index: int, site: Terminal, random: Random) -> Terminal:
    model = random.choice(list(MODELS))
    return replace(
        site,
        terminal_id=f"{10_000_000 + index}",
        endpoint=f"http://192.0.2.{index % 250 + 1}:{8000 + index // 250}/heartbeat",
        serial_number=f"{model}-{index:08}",
        model=model,
    )


def _device(row: Terminal, story: Story, wire: Wire, journal: Journal) -> Device:
    random = story.random
    link = random.choices(["ethernet", "wifi", "cellular"], [5, 2, 3])[0]
    pushes = random.random() < 0.4
    interval_s = random.choice([30.0, 30.0, 60.0])
    said = Said(
        serial_number=row.serial_number,
        merchant_id=row.merchant_id,
        firmware_version=MODELS[row.model],
        terminal_id=row.terminal_id,
        started_at=-random.uniform(1, 30) * 24 * HOUR_S,
        link=link,
        signal_dbm={"ethernet": None, "wifi": -60.0, "cellular": -85.0}[link],
        battery=90.0 if random.random() < 0.4 else None,
    )
    return Device(
        row=row,
        said=said,
        story=story,
        wire=wire,
        journal=journal,
        interval_s=interval_s,
        phase_s=random.uniform(0, interval_s),
        pushes=pushes,
        skew_s=random.gauss(0, 3) if pushes else random.gauss(0, 25),
        locks=random.random() < 0.15,
    )
