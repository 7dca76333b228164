"""The shops of a town and their tills, as the inventory has them and as they really are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Protocol

from msgspec.structs import replace

from bench.evaluate.world.device import Device, Said, Silence
from bench.evaluate.world.journal import Journal
from bench.evaluate.world.shops import Shop
from bench.evaluate.world.story import DAY_S, HOUR_S, ZONE, Story, Wire
from monitor.domain.inventory.terminal import Terminal

REGIONS = ("north", "south", "west", "east", "centre")
MODELS = (("N910", "3.2.1", 50), ("A920", "8.1.4", 30), ("V2", "2.0.9", 14), ("P300", "1.7.0", 6))
"""Models, the firmware that all of a model start with, and how many of a hundred tills are of it."""

SIZES = (1, 1, 2, 2, 3, 4, 5, 6, 8, 10, 13)
BUSINESS = (0.35, 0.65)
"""Of the customers that a till has in the other evaluation: half of them take half the time."""

LEAD_S = 20.0
"""So long before a till falls silent or comes back it is known that it will."""

PORTABLE, WEAK = 0.3, 0.03
"""So many tills have a battery, and so many a weak line."""

_DAY_NAMES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_RHYTHMS = (
    (range(7), 10, 22, 55),
    (range(7), 8, 21, 20),
    (range(6), 9, 20, 15),
    (range(7), 17, 26, 10),
)
"""Days, opening and closing hour (26 is two in the morning), and how many of a hundred shops have them."""


@dataclass(slots=True, kw_only=True)
class Till(Device):
    """A terminal; `dark` are the reasons why it does not answer.

    It calls `foretold` when it is about to fall silent, and `reported` when something has changed.

    `lost_share` (0-1) of its polls are lost. `same_polls` counts polls in a row that found it as before.
    """

    foretold: Callable[["Till"], None]
    reported: Callable[["Till"], None]
    dark: list[str] = field(default_factory=list)
    lost_share: float = 0.0
    same_polls: int = 0
    printer: str = "ok"
    is_charging: bool = False

    def stir(self, lively_s: float = 0.0) -> None:  # noqa: ARG002 - the stage decides when it is polled
        """Note that something about it has changed."""
        self.same_polls = 0
        self.reported(self)

    def fall_silent(self, silence: Silence | None) -> None:
        """Let polls fail from now on, or answer again."""
        self.light_up("script") if silence is None else self.go_dark("script")

    def go_dark(self, reason: str) -> None:
        """Stop to answer LEAD_S from now, for one reason more.

        It is polled before that: posmon counts an outage from the last good poll, and those in between were
        left out.
        """
        self.foretold(self)
        self.story.at(self.story.now + LEAD_S, partial(self._darken, reason))

    def light_up(self, reason: str, *, restarted: bool = False) -> None:
        """Answer again LEAD_S from now, unless there is another reason not to."""
        self.story.at(self.story.now + LEAD_S, partial(self._lighten, reason, restarted=restarted))

    def _darken(self, reason: str) -> None:
        if reason not in self.dark:
            self.dark.append(reason)
            self._follow()

    def _lighten(self, reason: str, *, restarted: bool) -> None:
        if reason in self.dark:
            self.dark.remove(reason)
            if restarted:
                self.said.started_at = self.story.now
            self._follow()

    def answer(self) -> bytes | None:
        """Return what it answers to a poll now, None for nothing."""
        if self.dark or (self.lost_share and self.story.random.random() < self.lost_share):
            return None
        network: dict[str, object] = {"type": self.said.link, "host_reachable": True}
        if self.said.signal_dbm is not None:
            network["signal_dbm"] = self.said.signal_dbm
        changes: dict[str, object] = {"network": network}
        if self.printer != "ok":
            changes["printer"] = {"status": self.printer}
        if self.said.battery is not None:
            changes["battery"] = {"percent": self.said.battery, "charging": self.is_charging}
        return self.heartbeat(**changes)

    def _follow(self) -> None:
        was_off, self.is_off = self.is_off, bool(self.dark)
        self.silence = Silence() if self.dark else None
        if was_off is not self.is_off:
            self.stir()


class TownWire(Wire, Protocol):
    """What reaches posmon, and what the stage must know to poll tills when it matters."""

    def foretold(self, till: Till) -> None:
        """Poll a till at once."""

    def reported(self, till: Till) -> None:
        """Poll a till at its next turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TownShop:
    """A site; `closes_s` after midnight may lie beyond 24 hours. `shop` is what customers see of it."""

    shop: Shop
    days: frozenset[int]
    opens_s: float
    closes_s: float
    tills: tuple[Till, ...]

    @property
    def name(self) -> str:
        """The site's name in the inventory."""
        return self.shop.name

    @property
    def region(self) -> str:
        """The region that it lies in."""
        return self.tills[0].row.region

    def is_open(self, at: float) -> bool:
        """Tell whether it is open at a moment of the story, by its hours."""
        return any(
            int(day) % 7 in self.days and self.opens_s <= at - day * DAY_S < self.closes_s
            for day in (at // DAY_S - 1, at // DAY_S)
        )


def build_town(terminals: int, *, story: Story, wire: TownWire, journal: Journal) -> list[TownShop]:
    """Set up shops until there are `terminals` of them; some are large."""
    shops: list[TownShop] = []
    first = 1
    while first <= terminals:
        size = min(story.random.choice(SIZES), terminals - first + 1)
        shops.append(_shop(len(shops), range(first, first + size), story, wire, journal))
        first += size
    return shops


def _shop(
    number: int,
    numbers: Sequence[int],
    story: Story,
    wire: TownWire,
    journal: Journal,
) -> TownShop:
    random = story.random
    days, opens, closes, _ = random.choices(_RHYTHMS, [rhythm[3] for rhythm in _RHYTHMS])[0]
    row = Terminal(
        terminal_id="0",
        merchant_id=f"8981{number:011}",
        site=f"shop-{number:03}",
        region=REGIONS[number % len(REGIONS)],
        vendor="newland",
        opening_hours=f"Mo-{_DAY_NAMES[days[-1]]} {opens:02}:00-{closes % 24:02}:00",
        timezone=ZONE,
    )
    tills = tuple(_till(replace(row, **_own(index, random)), story, wire, journal) for index in numbers)
    shop = Shop(
        name=row.site,
        opens=opens * HOUR_S,
        closes=min(closes, 24) * HOUR_S,
        devices=tills,
        regulars=tuple(f"tok_r{number:03}x{card:03}" for card in range(60 * len(numbers))),
        business=random.uniform(*BUSINESS),
    )
    return TownShop(
        shop=shop, days=frozenset(days), opens_s=opens * HOUR_S, closes_s=closes * HOUR_S, tills=tills
    )


def _own(index: int, random: Random) -> dict[str, str]:
    """Return what the inventory says of one till alone."""
    model = random.choices(MODELS, [share for _, _, share in MODELS])[0][0]
    return {
        "terminal_id": f"{10_000_000 + index}",
        "endpoint": f"http://192.0.2.{index % 250 + 1}:{8000 + index // 250}/heartbeat",
        "serial_number": f"{model}-{index:08}",
        "model": model,
    }


def _till(row: Terminal, story: Story, wire: TownWire, journal: Journal) -> Till:
    random = story.random
    is_weak = random.random() < WEAK
    link = "cellular" if is_weak else random.choices(["ethernet", "wifi", "cellular"], [6, 2, 2])[0]
    said = Said(
        serial_number=row.serial_number,
        merchant_id=row.merchant_id,
        firmware_version=next(version for model, version, _ in MODELS if model == row.model),
        terminal_id=row.terminal_id,
        started_at=-random.uniform(1, 30) * DAY_S,
        link=link,
        signal_dbm={"ethernet": None, "wifi": -60.0, "cellular": -107.0 if is_weak else -85.0}[link],
        battery=90.0 if random.random() < PORTABLE else None,
    )
    return Till(
        row=row,
        said=said,
        story=story,
        wire=wire,
        journal=journal,
        interval_s=30.0,
        phase_s=0.0,
        pushes=True,
        skew_s=random.gauss(0, 3),
        locks=random.random() < 0.15,
        lost_share=random.uniform(0.02, 0.06) if is_weak else 0.0,
        foretold=wire.foretold,
        reported=wire.reported,
    )
