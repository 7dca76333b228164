"""What a script of an incident works with, and what scripts have in common."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bench.evaluate.world.device import Answer, Device, Silence, Trouble
from bench.evaluate.world.journal import Incident, Journal
from bench.evaluate.world.shops import Shop
from bench.evaluate.world.story import DAY_S, Story, Wire
from monitor.domain.diagnosis.cause import Cause
from monitor.domain.inventory.terminal import Terminal

OFFLINE_AFTER_S = 90.0


class Reach(StrEnum):
    """Whom an incident concerns, and so whom no other incident touches meanwhile."""

    TERMINAL = "terminal"
    SITE = "site"
    TRIP = "trip"
    """One terminal in each of several sites."""
    FLEET = "fleet"
    """Everybody; other incidents go on."""
    NOBODY = "nobody"
    """Only strangers."""


class Hours(StrEnum):
    """When an incident begins."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Cast:
    """The story and those whom an incident concerns; `stops` are the terminals of a trip, `device` first."""

    story: Story
    wire: Wire
    journal: Journal
    everybody: Sequence[Shop]
    shop: Shop
    device: Device
    stops: Sequence[Device]
    spares: Iterator[Terminal]

    def later(self, after_s: float, act: Callable[[], None]) -> float:
        """Let something happen `after_s` from now; return when."""
        when = self.story.now + after_s
        self.story.at(when, act)
        return when

    def is_open(self, when: float) -> bool:
        """Tell whether the shop is open then."""
        return self.shop.opens <= when % DAY_S < self.shop.closes

    def trouble(self, device: Device, by: Incident, answer: Answer, lasts_s: float) -> None:
        """Change what the host answers at a terminal for a while."""
        trouble = Trouble(by=by, answer=answer)
        device.troubles.append(trouble)
        self.later(lasts_s, lambda: device.troubles.remove(trouble))

    def silence(
        self,
        device: Device,
        by: Incident,
        silence: Silence,
        lasts_s: float,
        *,
        is_due: bool = True,
        causes: tuple[Cause, ...] | None = None,
    ) -> None:
        """Let a terminal's polls fail for a while; `causes` where they are not the incident's."""
        device.fall_silent(silence)
        ends = self.later(lasts_s, lambda: device.fall_silent(None))
        # Between the last good poll and the end there may be less than the silence lasted.
        is_long = lasts_s >= OFFLINE_AFTER_S + 2 * device.interval_s
        self.journal.state(
            "TerminalOffline",
            device.terminal_id,
            self.story.now,
            ends,
            by=by,
            causes=causes,
            is_due=is_due and is_long,
            after_s=OFFLINE_AFTER_S,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One kind of incident: `play` sets it going, `per_1000` is how often in 1 000 terminal-days.

    `suits` tells which terminals it can happen to.
    """

    kind: str
    cause: Cause | None
    play: Callable[[Cast, Incident], None]
    reach: Reach = Reach.TERMINAL
    hours: Hours = Hours.OPEN
    per_1000: float = 2.5
    suits: Callable[[Shop, Device], bool] = lambda _shop, _device: True
