"""One seed from the first day to the last."""

from dataclasses import dataclass
from math import inf

from bench.evaluate.incidents.casting import SCRIPTS, Casting
from bench.evaluate.plan import Plan
from bench.evaluate.stage import Raised, Stage, card_subject
from bench.evaluate.truth import truths
from bench.evaluate.world.customers import plan_day
from bench.evaluate.world.journal import Journal, Truth
from bench.evaluate.world.routine import plan_roll_out, plan_routine
from bench.evaluate.world.shops import open_shops, spares
from bench.evaluate.world.story import DAY_S, Story

TICK_S, IDLE_TICK_S = 5.0, 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What really was, what posmon raised, and how much went through."""

    journal: Journal
    truths: list[Truth]
    raised: list[Raised]
    terminal_days: int
    events: int
    polls: int
    left_out: int


def play(seed: int, plan: Plan) -> Outcome:
    """Generate a fleet's days from `seed` and let posmon watch them."""
    story, journal = Story(seed), Journal()
    drawer = spares()
    stage = Stage(unpolled=drawer)
    shops = open_shops(plan.terminals, story=story, wire=stage, journal=journal)
    for device in (device for shop in shops for device in shop.devices):
        stage.watch(device.row)
    casting = Casting(story=story, wire=stage, journal=journal, shops=shops, spares=drawer, days=plan.days)
    casting.plan(SCRIPTS, density=plan.density)
    _tick(story, stage)
    for day in range(plan.days):
        plan_roll_out(shops, day, story)
        for shop in shops:
            plan_routine(shop, day, story)
            plan_day(shop, day, story)
        story.play((day + 1) * DAY_S)
    return Outcome(
        journal=journal,
        truths=truths(journal, shops, card_subject=card_subject),
        raised=stage.raised,
        terminal_days=plan.terminal_days,
        events=len(journal.facts),
        polls=stage.polls,
        left_out=casting.left_out,
    )


def _tick(story: Story, stage: Stage) -> None:
    """Let time be noticed: often while an alert waits for it, seldom otherwise."""
    noticed_at = -inf

    def tick() -> None:
        nonlocal noticed_at
        if stage.is_waiting or story.now >= noticed_at + IDLE_TICK_S:
            noticed_at = story.now
            stage.passes(story.now)
        story.at(story.now + TICK_S, tick)

    story.at(0.0, tick)
