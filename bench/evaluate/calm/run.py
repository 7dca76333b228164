"""One week from its first minute to its last."""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bench.evaluate.calm.alertmanager_config import AlertmanagerConfig, read_alertmanager_config
from bench.evaluate.calm.alertmanager_model import AlertmanagerModel, PagerMessage
from bench.evaluate.calm.attackers import Attacked, Attackers
from bench.evaluate.calm.ledger import Ledger
from bench.evaluate.calm.life import Life
from bench.evaluate.calm.pager import Page, pages
from bench.evaluate.calm.stage import CalmStage, card_label, write_configuration
from bench.evaluate.calm.town import build_town
from bench.evaluate.calm.troubles import Places, PlannedVisit, Troubles, planned_visits
from bench.evaluate.world.journal import Journal
from bench.evaluate.world.story import DAY_S, START_WALL, ZONE, Story

EXAMPLE = Path(__file__).parents[3] / "config/alertmanager/alertmanager.yml"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalmPlan:
    """How much is simulated; everything that needs on-call happens within seven days."""

    terminals: int = 1000
    days: int = 7

    @property
    def thousand_weeks(self) -> float:
        """How many weeks of a thousand terminals it is."""
        return self.terminals * self.days / 7 / 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What a week came to: `ledger` is what really was; all times are of the story."""

    plan: CalmPlan
    ledger: Ledger
    messages: Sequence[PagerMessage]
    pages: Sequence[Page]
    polls: int


def live_a_week(seed: int, plan: CalmPlan, *, example: Path = EXAMPLE) -> Week:
    """Let posmon watch an ordinary week, and Alertmanager tell of it as an example configures it."""
    with _silent_logs(), tempfile.TemporaryDirectory(prefix="posmon-calm-") as folder:
        return asyncio.run(_live(seed, plan, read_alertmanager_config(example), Path(folder)))


async def _live(seed: int, plan: CalmPlan, config: AlertmanagerConfig, folder: Path) -> Week:
    story, ledger, facts = Story(seed), Ledger(), Attacked(card_label)
    model = AlertmanagerModel(config)
    stage = CalmStage(story, model)
    journal = Journal(facts=facts)
    shops = build_town(plan.terminals, story=story, wire=stage, journal=journal)
    ledger.sites |= {shop.name: tuple(till.terminal_id for till in shop.tills) for shop in shops}
    places = Places(shops, seed)
    visits = planned_visits(places)
    settings = write_configuration(folder, shops, _sections(visits))
    await stage.begin(settings, [till for shop in shops for till in shop.tills])
    Troubles(places=places, story=story, ledger=ledger).plan(visits)
    Attackers(places=places, story=story, wire=stage, ledger=ledger, facts=facts).plan()
    life = Life(story, ledger)
    for day in range(plan.days):
        for shop in shops:
            life.plan(shop, day)
        await stage.live((day + 1) * DAY_S)
    messages = [message for message in model.messages if _is_about_the_fleet(message)]
    return Week(
        plan=plan,
        ledger=ledger,
        messages=messages,
        pages=[_in_story_time(page) for page in pages(messages, config)],
        polls=stage.polls,
    )


def _sections(visits: Sequence[PlannedVisit]) -> dict[str, Any]:
    """Return what the operators configure beyond the defaults: the visits that they plan."""
    return {
        "windows": [
            {
                "name": f"visit-{visit.site}",
                "match": {"site": visit.site},
                "from": _local(visit.begins),
                "until": _local(visit.ends),
                "comment": "new counters",
            }
            for visit in visits
        ]
    }


def _local(at: float) -> str:
    moment = datetime.fromtimestamp(START_WALL + at, ZoneInfo(ZONE))
    return moment.isoformat(timespec="minutes")


def _is_about_the_fleet(message: PagerMessage) -> bool:
    alerts = (*message.firing, *message.resolved)
    return any(alert.labels["alertname"] != "Watchdog" for alert in alerts)


def _in_story_time(page: Page) -> Page:
    alerts = {
        key: replace(alert, starts_at=alert.starts_at - START_WALL, told_at=alert.told_at - START_WALL)
        for key, alert in page.alerts.items()
    }
    return replace(
        page, opened_at=page.opened_at - START_WALL, closed_at=page.closed_at - START_WALL, alerts=alerts
    )


@contextmanager
def _silent_logs() -> Iterator[None]:
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("critical"))
    try:
        yield
    finally:
        structlog.configure(**before)
