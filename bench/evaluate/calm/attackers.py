"""Attacks of a week, and a device that somebody swapped; the scripts are those of the other evaluation."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial

from bench.evaluate.calm.ledger import LabelledIncident, Ledger
from bench.evaluate.calm.town import TownShop
from bench.evaluate.calm.troubles import FOLLOWS, OUTAGE, Places, scope_of
from bench.evaluate.incidents.attacks import guess_fast, travel
from bench.evaluate.incidents.cast import Cast
from bench.evaluate.incidents.identities import enumerate_fast, replace_by_new
from bench.evaluate.world.journal import Fact, Incident, Journal
from bench.evaluate.world.story import HOUR_S, Story, Wire

SECURITY = frozenset({"category:security"})


class Attacked(list[Fact]):
    """The facts that an incident brought about; ordinary ones are not kept. `cards` are those it used.

    `label_of` makes the label of a card from its token.
    """

    def __init__(self, label_of: Callable[[str], str]) -> None:
        super().__init__()
        self.cards: defaultdict[str, set[str]] = defaultdict(set)
        self._label_of = label_of

    def append(self, fact: Fact) -> None:
        """Keep a fact if an incident is behind it."""
        if fact.by is not None:
            self.cards[fact.by.kind].add(self._label_of(fact.card))


class Attackers:
    """Sets the week's attacks on the agenda, and writes them down in `ledger` as they begin."""

    def __init__(self, *, places: Places, story: Story, wire: Wire, ledger: Ledger, facts: Attacked) -> None:
        self._places = places
        self._story = story
        self._wire = wire
        self._ledger = ledger
        self._facts = facts

    def plan(self) -> None:
        """Put all of them on the agenda."""
        for day, strike in (
            (1, self._probe),
            (4, self._swap),
            (5, self._guess_pins),
            (6, self._try_card),
        ):
            shop = self._places.pick(lambda shop: len(shop.days) == 7)
            self._story.at(self._places.moment(shop, day), partial(strike, shop))

    def _probe(self, shop: TownShop) -> None:
        self._strike("stranger", enumerate_fast, [shop], 2 * HOUR_S, {"source": {"prober-0"}})

    def _swap(self, shop: TownShop) -> None:
        scope = scope_of(shop.tills[:1])
        self._strike("swapped device", replace_by_new, [shop], 21 * HOUR_S, scope, finds=SECURITY | OUTAGE)

    def _guess_pins(self, shop: TownShop) -> None:
        scope = scope_of(shop.tills[:1], card=self._facts.cards["PIN attack"])
        self._strike("PIN attack", guess_fast, [shop], HOUR_S, scope)

    def _try_card(self, shop: TownShop) -> None:
        others = [one for one in self._places.shops if one is not shop and one.is_open(self._story.now)]
        shops = [shop, *self._places.random.sample(others, min(5, len(others)))]
        scope = scope_of((one.tills[0] for one in shops), card=self._facts.cards["stolen card"])
        self._strike("stolen card", travel, shops, 2 * HOUR_S, scope)

    def _strike(
        self,
        kind: str,
        play: Callable[[Cast, Incident], None],
        shops: Sequence[TownShop],
        lasts_s: float,
        scope: Mapping[str, AbstractSet[str]],
        *,
        finds: frozenset[str] = SECURITY,
    ) -> None:
        now = self._story.now
        self._ledger.incidents.append(
            LabelledIncident(
                kind=kind, begins=now, ends=now + lasts_s, finds=finds, follows=FOLLOWS, scope=scope
            )
        )
        stops = [shop.tills[0] for shop in shops]
        cast = Cast(
            story=self._story,
            wire=self._wire,
            journal=Journal(),
            everybody=[one.shop for one in self._places.shops],
            shop=shops[0].shop,
            device=stops[0],
            stops=stops,
            spares=iter(()),
        )
        play(cast, Incident(kind=kind, cause=None, begins=now))
