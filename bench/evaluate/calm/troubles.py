"""Outages and faults of a week that need on-call, each labelled; and planned visits, which do not."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import partial
from random import Random

from bench.evaluate.calm.ledger import LabelledIncident, Ledger
from bench.evaluate.calm.town import LEAD_S, Till, TownShop
from bench.evaluate.world.story import DAY_S, HOUR_S, MINUTE_S, Story

OUTAGE = frozenset({"category:connectivity", "category:posmon"})
FOLLOWS = frozenset({"UnexpectedRestart", "TransactionBacklog", "CohortFaults", "SalesStopped"})
CARRIER_SHARE = 0.7
"""So many shops of the region are on the lines that the carrier loses."""

BROKEN_MODEL = "P300"
VISITS = 3
_LEAST_TILLS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedVisit:
    """Work at a site, announced in the configuration; times are of the story."""

    site: str
    begins: float
    ends: float


class Places:
    """Hands out shops that nothing else befalls, and moments at which they are open.

    It has dice of its own: what befalls whom does not depend on how many customers came before.
    """

    def __init__(self, shops: Sequence[TownShop], seed: int) -> None:
        self.shops = shops
        self.random = Random(f"troubles of {seed}")
        self._taken: set[str] = set()

    def pick(self, suits: Callable[[TownShop], bool]) -> TownShop:
        """Return a free shop that suits, or one that does not if there is no other."""
        free = [shop for shop in self.shops if shop.name not in self._taken]
        shop = self.random.choice([shop for shop in free if suits(shop)] or free or self.shops)
        self._taken.add(shop.name)
        return shop

    def is_taken(self, shop: TownShop) -> bool:
        """Tell whether something else befalls a shop."""
        return shop.name in self._taken

    def moment(self, shop: TownShop, day: int) -> float:
        """Return a moment in the middle of a shop's day, with hours to come."""
        latest_s = min(shop.closes_s, 22 * HOUR_S) - 4 * HOUR_S
        earliest_s = shop.opens_s + HOUR_S
        return day * DAY_S + self.random.uniform(earliest_s, max(latest_s, earliest_s))


def planned_visits(places: Places) -> list[PlannedVisit]:
    """Return the visits of a week."""
    visits = []
    for day in range(1, 1 + VISITS):
        shop = places.pick(lambda shop: len(shop.tills) >= _LEAST_TILLS and len(shop.days) == 7)
        begins = places.moment(shop, day)
        visits.append(PlannedVisit(site=shop.name, begins=begins, ends=begins + 2 * HOUR_S))
    return visits


def scope_of(tills: Iterable[Till], **more: AbstractSet[str]) -> Mapping[str, AbstractSet[str]]:
    """Return the labels by which alerts speak of tills and their sites, and `more` of them."""
    tills = [*tills]
    return {
        "terminal_id": {till.terminal_id for till in tills},
        "site": {till.row.site for till in tills},
    } | more


class Troubles:
    """Sets the week's outages and faults going, and writes them down in `ledger`."""

    def __init__(self, *, places: Places, story: Story, ledger: Ledger) -> None:
        self._places = places
        self._story = story
        self._ledger = ledger

    def plan(self, visits: Sequence[PlannedVisit]) -> None:
        """Put all of them on the agenda, and carry out the visits."""
        for visit in visits:
            self._story.at(visit.begins, partial(self._visit, visit))
        for day, kind in ((1, "router"), (2, "power cut"), (3, "router"), (4, "power cut")):
            shop = self._places.pick(lambda shop: len(shop.tills) >= _LEAST_TILLS)
            self._story.at(self._places.moment(shop, day), partial(self._lose_site, shop, kind))
        self._story.at(3 * DAY_S + 14 * HOUR_S, self._lose_carrier)
        self._story.at(5 * DAY_S + 15 * HOUR_S, self._lose_own_line)
        self._story.at(2 * DAY_S + 10.5 * HOUR_S, self._break_pin_pads)

    def _visit(self, visit: PlannedVisit) -> None:
        shop = next(shop for shop in self._places.shops if shop.name == visit.site)
        begins, ends = self._story.now + 5 * MINUTE_S, visit.ends - 15 * MINUTE_S
        for till in shop.tills:
            self._ledger.note(till.terminal_id, "planned visit", self._story.now, visit.ends)
        self._story.at(begins, partial(self._darken, shop.tills, "visit", ends - begins, restarted=True))

    def _label(
        self,
        kind: str,
        lasts_s: float,
        scope: Mapping[str, AbstractSet[str]],
        *,
        finds: frozenset[str] = OUTAGE,
        is_general: bool = False,
    ) -> None:
        now = self._story.now + LEAD_S
        self._ledger.incidents.append(
            LabelledIncident(
                kind=kind,
                begins=now,
                ends=now + lasts_s,
                finds=finds,
                follows=FOLLOWS,
                scope=scope,
                is_general=is_general,
            )
        )

    def _darken(self, tills: Iterable[Till], reason: str, lasts_s: float, *, restarted: bool) -> None:
        for till in tills:
            till.go_dark(reason)
            back_s = lasts_s + self._places.random.uniform(0, 60)
            self._story.at(self._story.now + back_s, partial(till.light_up, reason, restarted=restarted))

    def _lose_site(self, shop: TownShop, kind: str) -> None:
        lasts_s = self._places.random.uniform(20, 90) * MINUTE_S
        self._label(kind, lasts_s, scope_of(shop.tills))
        self._darken(shop.tills, kind, lasts_s, restarted=kind == "power cut")

    def _lose_carrier(self) -> None:
        random = self._places.random
        region = random.choice(sorted({shop.region for shop in self._places.shops}))
        near = [shop for shop in self._places.shops if shop.region == region]
        hit = [shop for shop in near if not self._places.is_taken(shop) and random.random() < CARRIER_SHARE]
        lasts_s = random.uniform(30, 60) * MINUTE_S
        tills = [till for shop in hit for till in shop.tills]
        self._label("carrier outage", lasts_s, scope_of(tills, region={region}), is_general=True)
        self._darken(tills, "carrier", lasts_s, restarted=False)

    def _lose_own_line(self) -> None:
        lasts_s = self._places.random.uniform(5, 15) * MINUTE_S
        tills = [till for shop in self._places.shops for till in shop.tills]
        self._label("own line", lasts_s, scope_of(tills), is_general=True)
        self._darken(tills, "own line", lasts_s, restarted=False)

    def _break_pin_pads(self) -> None:
        tills = [till for shop in self._places.shops for till in shop.tills if till.row.model == BROKEN_MODEL]
        lasts_s, now = 6 * HOUR_S, self._story.now
        names = frozenset({"PinPadFault", "CohortFaults", "PinDataFault"})
        label = partial(self._label, finds=names)
        scope = scope_of(tills, model={BROKEN_MODEL})
        begins = [now + self._places.random.uniform(0, 40) * MINUTE_S for _ in tills]
        self._story.at(min(begins, default=now), partial(label, "PIN pads of a model", lasts_s, scope))
        for at, till in zip(begins, tills, strict=True):
            self._story.at(at, partial(till.say, pin_pad="fault", firmware_version="1.8.0"))
            self._story.at(now + lasts_s, partial(till.say, pin_pad="ok", firmware_version="1.8.1"))
