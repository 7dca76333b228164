"""A store with the facts of a large fleet, as posmon would have written them."""

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from monitor.adapters.sqlite_store.availability import write_availability
from monitor.adapters.sqlite_store.database import connect, open_for_writing
from monitor.domain.availability.facts import (
    AvailabilityChanges,
    Episode,
    EpisodeKind,
    Profile,
    ProfileFrom,
    RuleInForce,
    Watch,
    WindowRule,
)

DAY_S = 86_400
TERMINALS_A_SITE = 8
PORTION = 5_000
HOURS = ("", "Mo-Sa 08:00-20:00", "Mo-Fr 09:00-18:00; Sa 09:00-14:00", "Mo-Su 10:00-02:00")
ZONES = ("Europe/Berlin", "Asia/Shanghai")
FIRMWARE = ("4.0.1", "4.0.2", "4.1.0")
MODELS = ("N910", "N950", "A920", "V400m")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """How many terminals, for how many days before `until` (unix time), and what befell each a month."""

    terminals: int
    days: int
    until: int
    outages_a_month: float = 4.0
    lapses_a_month: float = 4.0

    @property
    def since(self) -> int:
        """When the history begins."""
        return self.until - self.days * DAY_S


def fill(path: Path, contents: Contents, *, seed: int = 1) -> None:
    """Write the store."""
    chance = random.Random(seed)
    with closing(open_for_writing(path, connect)) as connection:
        for portion in _portions(contents, chance):
            connection.execute("BEGIN IMMEDIATE")
            write_availability(connection, portion)
            connection.execute("COMMIT")
        connection.executescript("PRAGMA wal_checkpoint(TRUNCATE);")


def _portions(contents: Contents, chance: random.Random) -> Iterator[AvailabilityChanges]:
    window = WindowRule(name="nightly", match={"region": ("r1",)}, every="Mo-Su 02:00-04:00")
    yield AvailabilityChanges(
        watches=[Watch(began=contents.since, ended=contents.until)],
        rules=[RuleInForce(id="config:nightly", since=contents.since, rule=window)],
    )
    profiles = (_profile(number, contents) for number in range(contents.terminals))
    while portion := list(islice(profiles, PORTION)):
        yield AvailabilityChanges(profiles=portion)
    # What is over is written in the order in which it ended, as posmon does.
    episodes = iter(sorted(_episodes(contents, chance), key=lambda one: one.ended or 0))
    while some := list(islice(episodes, PORTION)):
        yield AvailabilityChanges(episodes=some)


def _profile(number: int, contents: Contents) -> ProfileFrom:
    site = number // TERMINALS_A_SITE
    profile = Profile(
        site=f"site-{site:06}",
        merchant_id=f"M{site // 5:08}",
        region=f"r{site % 20}",
        model=MODELS[site % len(MODELS)],
        firmware=FIRMWARE[site % len(FIRMWARE)],
        opening_hours=HOURS[site % len(HOURS)],
        timezone=ZONES[site % len(ZONES)],
    )
    return ProfileFrom(terminal_id=f"{10_000_000 + number}", since=contents.since, profile=profile)


def _episodes(contents: Contents, chance: random.Random) -> Iterator[Episode]:
    share = contents.days / 30
    for number in range(contents.terminals):
        subject = f"{10_000_000 + number}"
        for kind, rate in (
            (EpisodeKind.DOWN, contents.outages_a_month),
            (EpisodeKind.UNKNOWN, contents.lapses_a_month),
        ):
            for _ in range(round(rate * share)):
                began = chance.randrange(contents.since, contents.until - DAY_S)
                lasted = min(int(chance.expovariate(1 / 900)) + 60, DAY_S)
                is_down = kind is EpisodeKind.DOWN
                yield Episode(
                    subject=subject,
                    kind=kind,
                    began=began,
                    ended=began + lasted,
                    cause="the site's line or router" if is_down else "",
                    fired=began + 90 if is_down and lasted > 90 else None,
                )
