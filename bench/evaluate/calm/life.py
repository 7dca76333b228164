"""Ordinary life of a shop: closing, paper, batteries, cables, weak lines, restarts.

Nothing here needs on-call. Rates are ours (unsourced).
"""

from collections.abc import Callable
from functools import partial

from bench.evaluate.calm.ledger import Ledger
from bench.evaluate.calm.town import Till, TownShop
from bench.evaluate.world.customers import plan_day
from bench.evaluate.world.story import DAY_S, HOUR_S, MINUTE_S, Story

LEFT_ON = 0.15
"""So many tills stay on when a shop closes; each evening it is others."""

LATE, VERY_LATE = 0.03, 0.006
"""So many tills come back up to twelve minutes after opening, and so many up to an hour and a half."""

PAPER_A_DAY, BATTERIES_A_DAY = 0.03, 0.05
"""How often a till's paper runs out, and the battery of one that has a battery."""

RESTARTS_A_DAY, UNPLUGGED_A_DAY, BLINKS_A_DAY, WEAK_BLINKS_A_DAY = 0.05, 0.01, 0.02, 2.0
"""Of a till: restarts, pulled plugs and cables, short interruptions, and those where the line is weak."""

UPDATED_MODEL, UPDATED_ON = "A920", 1
"""Whose firmware is renewed, from which day on: each till when it is switched on in the next three days."""


class Life:
    """Plans the days of shops, and writes down in `ledger` what goes on."""

    def __init__(self, story: Story, ledger: Ledger) -> None:
        self._story = story
        self._ledger = ledger
        self._updates_on: dict[str, int] = {}

    def plan(self, shop: TownShop, day: int) -> None:
        """Let one day take place at a shop."""
        if day % 7 not in shop.days:
            return
        plan_day(shop.shop, day, self._story)
        for till in shop.tills:
            self._open(shop, till, day)
            self._close(shop, till, day)
            self._wear(shop, till, day)

    def _open(self, shop: TownShop, till: Till, day: int) -> None:
        random, opens = self._story.random, day * DAY_S + shop.opens_s
        draw = random.random()
        if draw < VERY_LATE:
            at = opens + random.uniform(15, 90) * MINUTE_S
        elif draw < LATE:
            at = opens + random.uniform(0, 12) * MINUTE_S
        else:
            at = opens - random.uniform(3, 25) * MINUTE_S
        self._story.at(at, partial(self._switch_on, till, opens))
        if till.row.model == UPDATED_MODEL and day == self._updates_on.setdefault(
            till.terminal_id, UPDATED_ON + random.randrange(3)
        ):
            self._story.at(max(at, opens) + random.uniform(1, 30) * MINUTE_S, partial(self._update, till))

    def _switch_on(self, till: Till, opens: float) -> None:
        if "closed" not in till.dark:
            return
        now = self._story.now
        self._end(till, "closed", min(now, opens))
        if now > opens:
            self._ledger.note(till.terminal_id, "late", opens, now)
        till.light_up("closed", restarted=True)

    def _close(self, shop: TownShop, till: Till, day: int) -> None:
        random = self._story.random
        if random.random() < LEFT_ON:
            return
        scatter = min(40.0, max(-8.0, random.gauss(10, 7)))
        self._story.at(day * DAY_S + shop.closes_s + scatter * MINUTE_S, partial(self._switch_off, till))

    def _switch_off(self, till: Till) -> None:
        if "closed" not in till.dark:
            self._ledger.note(till.terminal_id, "closed", self._story.now)
            till.go_dark("closed")

    def _end(self, till: Till, reason: str, at: float) -> None:
        for spell in reversed(self._ledger.spells[till.terminal_id]):
            if spell.reason == reason:
                spell.ends = at
                return

    def _wear(self, shop: TownShop, till: Till, day: int) -> None:
        random = self._story.random
        blinks = WEAK_BLINKS_A_DAY if till.lost_share else BLINKS_A_DAY
        for rate, happen in (
            (PAPER_A_DAY, self._use_up_paper),
            (BATTERIES_A_DAY if till.said.battery is not None else 0.0, self._drain_battery),
            (RESTARTS_A_DAY, partial(self._interrupt, reason="restart", least=0.7, most=2.0)),
            (UNPLUGGED_A_DAY, partial(self._interrupt, reason="unplugged", least=5.0, most=60.0)),
            (blinks, partial(self._interrupt, reason="short interruption", least=0.5, most=3.0)),
        ):
            for _ in range(int(rate) + (random.random() < rate % 1)):
                # No later than an hour before closing: what happens then is closing's affair.
                at = day * DAY_S + random.uniform(shop.opens_s + 20 * MINUTE_S, shop.closes_s - HOUR_S)
                self._story.at(at, partial(happen, till))

    def _use_up_paper(self, till: Till) -> None:
        random = self._story.random
        begins = self._story.now + random.uniform(20, 90) * MINUTE_S
        minutes = random.choices(
            [random.uniform(2, 15), random.uniform(15, 60), random.uniform(60, 240)], [70, 25, 5]
        )[0]
        ends = begins + minutes * MINUTE_S
        self._ledger.note(till.terminal_id, "paper", self._story.now, ends)
        till.printer = "paper_low"
        till.stir()
        for at, printer in ((begins, "paper_out"), (ends, "ok")):
            self._later(at, partial(_print, till, printer))

    def _drain_battery(self, till: Till) -> None:
        random, now = self._story.random, self._story.now
        found = now + random.uniform(25, 90) * MINUTE_S
        self._ledger.note(till.terminal_id, "battery", now, found + 20 * MINUTE_S)
        for minute, percent in ((0, 19.0), (12, 14.0), (22, 8.0), (40, 4.0)):
            if now + minute * MINUTE_S < found:
                self._later(now + minute * MINUTE_S, partial(_charge, till, percent, is_charging=False))
        if random.random() < 0.15:
            self._later(found - 5 * MINUTE_S, partial(till.go_dark, "battery"))
            self._later(found, partial(till.light_up, "battery", restarted=True))
        for minute, percent in ((0, 9.0), (20, 40.0), (80, 90.0)):
            self._later(found + minute * MINUTE_S, partial(_charge, till, percent, is_charging=True))

    def _interrupt(self, till: Till, *, reason: str, least: float, most: float) -> None:
        lasts_s = self._story.random.uniform(least, most) * MINUTE_S
        self._ledger.note(till.terminal_id, reason, self._story.now, self._story.now + lasts_s)
        till.go_dark(reason)
        has_restarted = reason != "short interruption"
        self._later(self._story.now + lasts_s, partial(till.light_up, reason, restarted=has_restarted))

    def _update(self, till: Till) -> None:
        """Renew the firmware: a restart, for some of them three."""
        random, version = self._story.random, f"{till.said.firmware_version}.1"
        after_s = 0.0
        for _ in range(3 if random.random() < 0.1 else 1):
            self._later(
                self._story.now + after_s,
                partial(self._interrupt, till, reason="roll-out", least=0.7, most=3.0),
            )
            after_s += random.uniform(6, 15) * MINUTE_S
        self._later(self._story.now + 60, partial(till.say, firmware_version=version))

    def _later(self, at: float, act: Callable[[], None]) -> None:
        self._story.at(at, act)


def _print(till: Till, status: str) -> None:
    till.printer = status
    till.stir()


def _charge(till: Till, percent: float, *, is_charging: bool) -> None:
    till.is_charging = is_charging
    till.say(battery=percent)
