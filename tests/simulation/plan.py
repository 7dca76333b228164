"""What is going to happen in one simulated world: all of it drawn from one seed."""

from dataclasses import dataclass
from random import Random

from monitor.domain.inventory.terminal import Terminal

FAULTS_END_S = 60.0
"""From here on everything is well, so that everything must come to rest."""

END_S = 125.0
"""A receiver that was away for long is tried again within a minute."""

RECEIVERS = ("first", "second")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From when to when something is so."""

    start_s: float
    end_s: float

    def covers(self, moment_s: float) -> bool:
        """Tell whether a moment lies in it."""
        return self.start_s <= moment_s < self.end_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble(Span):
    """A span in which a receiver is in trouble: `refuse`, `hang` or `lose` its answers."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """The daemon ends at `at_s`, cleanly or killed, and is started again `pause_s` later.

    `is_durable` says what became of a commit under way; with `reboots` the monotonic clock begins anew.
    """

    at_s: float
    pause_s: float
    is_clean: bool
    is_durable: bool
    reboots: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reload:
    """The inventory as it is from `at_s` on."""

    at_s: float
    terminals: tuple[Terminal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A whole world. `silent` and `no_paper` are by terminal id, `troubles` by receiver."""

    terminals: tuple[Terminal, ...]
    silent: dict[str, tuple[Span, ...]]
    no_paper: dict[str, tuple[Span, ...]]
    troubles: dict[str, tuple[Trouble, ...]]
    stops: tuple[Stop, ...]
    reloads: tuple[Reload, ...]
    wall_jumps: tuple[tuple[float, float], ...]
    flicker: float
    slow_disk: tuple[Span, ...]


def make_plan(seed: int) -> Plan:
    """Return the world of a seed."""
    dice = Random(seed)
    terminals = _terminals(dice)
    return Plan(
        terminals=terminals,
        silent=_silences(dice, terminals),
        no_paper={row.terminal_id: _spans(dice, chance=0.3) for row in terminals},
        troubles={name: _troubles(dice) for name in RECEIVERS},
        stops=_stops(dice),
        reloads=_reloads(dice, terminals),
        wall_jumps=tuple(
            (dice.uniform(2, FAULTS_END_S), dice.choice([-3600.0, 3600.0]))
            for _ in range(dice.random() < 0.2)
        ),
        flicker=dice.choice([0.0, 0.0, 0.01, 0.03]),
        slow_disk=_spans(dice, chance=0.3, longest_s=5),
    )


def _terminals(dice: Random) -> tuple[Terminal, ...]:
    rows = []
    for site in range(dice.randint(1, 4)):
        for place in range(dice.randint(1, 5)):
            number = 10 * site + place
            rows.append(
                Terminal(
                    terminal_id=f"{10_000_000 + number}",
                    endpoint=f"http://192.0.2.{site + 1}:{8000 + place}/",
                    site=f"site {site}",
                    region=dice.choice(["", "north"]),
                )
            )
    return tuple(rows)


def _spans(dice: Random, *, chance: float, longest_s: float = 20.0) -> tuple[Span, ...]:
    spans = []
    while dice.random() < chance:
        start_s = dice.uniform(0, FAULTS_END_S - 1)
        spans.append(Span(start_s=start_s, end_s=min(FAULTS_END_S, start_s + dice.uniform(0.5, longest_s))))
    return tuple(spans)


def _silences(dice: Random, terminals: tuple[Terminal, ...]) -> dict[str, tuple[Span, ...]]:
    fleet = _spans(dice, chance=0.15)
    sites = {site: _spans(dice, chance=0.35) for site in sorted({row.site for row in terminals})}
    return {row.terminal_id: (*fleet, *sites[row.site], *_spans(dice, chance=0.3)) for row in terminals}


def _troubles(dice: Random) -> tuple[Trouble, ...]:
    return tuple(
        Trouble(start_s=span.start_s, end_s=span.end_s, kind=dice.choice(["refuse", "hang", "lose"]))
        for span in _spans(dice, chance=0.5, longest_s=30)
    )


def _stops(dice: Random) -> tuple[Stop, ...]:
    moments = sorted(dice.uniform(1, FAULTS_END_S) for _ in range(dice.choice([0, 1, 1, 2, 3])))
    return tuple(
        Stop(
            at_s=at_s,
            pause_s=dice.uniform(0.1, 8),
            is_clean=dice.random() < 0.3,
            is_durable=dice.random() < 0.5,
            reboots=dice.random() < 0.3,
        )
        for at_s in moments
    )


def _reloads(dice: Random, terminals: tuple[Terminal, ...]) -> tuple[Reload, ...]:
    if dice.random() < 0.6 or len(terminals) < 2:
        return ()
    changed = [row for row in terminals if dice.random() < 0.85] or [terminals[0]]
    at_s = dice.uniform(2, FAULTS_END_S - 2)
    again_s = dice.uniform(at_s, FAULTS_END_S)
    return (
        Reload(at_s=at_s, terminals=tuple(changed)),
        Reload(at_s=again_s, terminals=terminals),
    )
