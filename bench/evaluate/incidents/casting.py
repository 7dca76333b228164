"""Which incident strikes whom and when, so that no two meet at one terminal."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from itertools import cycle

from bench.evaluate.incidents.attacks import ATTACKS
from bench.evaluate.incidents.cast import Cast, Hours, Reach, Script
from bench.evaluate.incidents.condition import CONDITION
from bench.evaluate.incidents.faults import FAULTS
from bench.evaluate.incidents.identities import IDENTITIES
from bench.evaluate.incidents.misuse import MISUSE
from bench.evaluate.incidents.outages import OUTAGES
from bench.evaluate.world.device import Device
from bench.evaluate.world.journal import Incident, Journal
from bench.evaluate.world.shops import Shop
from bench.evaluate.world.story import DAY_S, HOUR_S, MINUTE_S, Story, Wire
from monitor.domain.inventory.terminal import Terminal

SCRIPTS: tuple[Script, ...] = (*ATTACKS, *CONDITION, *FAULTS, *IDENTITIES, *MISUSE, *OUTAGES)

APART_S = 26 * HOUR_S
LASTS_S = 22 * HOUR_S
_ATTEMPTS = 300
_OTHER_STOPS = 5


class Casting:
    """Spreads the incidents of a story over sites and days.

    From APART_S before an incident begins to LASTS_S + APART_S after it, none of those it concerns is struck
    by another, so that what posmon says of them has one cause. `left_out` counts those for which there was
    no room.
    """

    def __init__(
        self,
        *,
        story: Story,
        wire: Wire,
        journal: Journal,
        shops: Sequence[Shop],
        spares: Sequence[Terminal],
        days: int,
    ) -> None:
        self.left_out = 0
        self._story = story
        self._wire = wire
        self._journal = journal
        self._shops = shops
        self._spares = cycle(spares)
        self._days = days
        self._taken: defaultdict[str, list[float]] = defaultdict(list)

    def plan(self, scripts: Sequence[Script] = SCRIPTS, *, density: float = 1.0) -> None:
        """Set all incidents on the agenda, those that need many first."""
        terminal_days = self._days * sum(len(shop.devices) for shop in self._shops)
        for script in sorted(scripts, key=lambda script: script.reach not in {Reach.SITE, Reach.TRIP}):
            times = script.per_1000 * density * terminal_days / 1000
            for _ in range(int(times) + (self._story.random.random() < times % 1)):
                if not any(self._strike(script) for _ in range(_ATTEMPTS)):
                    self.left_out += 1

    def _strike(self, script: Script) -> bool:
        random = self._story.random
        shop = random.choice(self._shops)
        device = random.choice(shop.devices)
        begins = self._moment(script.hours, shop)
        stops = [device, *(random.choice(stop.devices) for stop in self._shops_on_the_way(shop))]
        concerned = _concerned(script.reach, shop, device, stops)
        if not script.suits(shop, device) or any(self._is_taken(one, begins) for one in concerned):
            return False
        for one in concerned:
            self._taken[one.terminal_id].append(begins)
        incident = Incident(kind=script.kind, cause=script.cause, begins=begins)
        self._journal.incidents.append(incident)
        cast = Cast(
            story=self._story,
            wire=self._wire,
            journal=self._journal,
            everybody=self._shops,
            shop=shop,
            device=device,
            stops=stops,
            spares=self._spares,
        )
        self._story.at(begins, partial(script.play, cast, incident))
        return True

    def _shops_on_the_way(self, shop: Shop) -> Sequence[Shop]:
        others = [other for other in self._shops if other is not shop]
        return self._story.random.sample(others, min(_OTHER_STOPS, len(others)))

    def _moment(self, hours: Hours, shop: Shop) -> float:
        random = self._story.random
        # The first day is for learning what is usual, the last for what is delivered late.
        day = random.randint(1, max(1, self._days - 2)) * DAY_S
        if hours is Hours.CLOSED:
            return day + random.uniform(HOUR_S, shop.opens - 3 * HOUR_S)
        return day + random.uniform(shop.opens + 30 * MINUTE_S, shop.closes - 3 * HOUR_S)

    def _is_taken(self, device: Device, begins: float) -> bool:
        return any(abs(begins - other) < APART_S + LASTS_S for other in self._taken[device.terminal_id])


def _concerned(reach: Reach, shop: Shop, device: Device, stops: Sequence[Device]) -> Sequence[Device]:
    if reach is Reach.TERMINAL:
        return (device,)
    if reach is Reach.SITE:
        return shop.devices
    return stops if reach is Reach.TRIP else ()
