from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from monitor.domain.backtest.alert_life import AlertLife
from monitor.domain.backtest.replay import BacktestRun
from monitor.domain.calendars.plans import NO_PLANS
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.recording.recorded_poll import RecordedPoll
from tests.scenes import INTERVAL_S, START, Scene, reading, site, terminal

GAP_S = 120.0
WELL = [terminal(number) for number in range(7, 21)]
MALL = site("mall", 4, first=3)
ROWS = [terminal(1), terminal(2), *MALL, *WELL]
OFF = range(10, 40)
"""Rounds in which one terminal and one site do not answer."""


def replay_of(rows: list[Terminal] = ROWS, **changes: Mapping[str, Any]) -> BacktestRun:
    """Return a blank replay under the default rules with `changes`."""
    return BacktestRun(terminals=rows, rule_book=RuleBook(changes), plans=NO_PLANS, gap_s=GAP_S)


def a_past(rounds: int = 60) -> Iterator[RecordedPoll]:
    """Yield polls of ROWS in which terminal 1 and the mall are off, and 2 is low on paper."""
    for number in range(rounds):
        for place, row in enumerate(ROWS):
            at = START.wall + number * INTERVAL_S + place
            is_off = number in OFF and row in (ROWS[0], *MALL)
            paper = {"status": "paper_low" if number in OFF and row is ROWS[1] else "ok"}
            heartbeat = reading(row.terminal_id, printer=paper)
            good = PollResult(Outcome.OK, 0.02, heartbeat)
            yield RecordedPoll(at, row.terminal_id, PollResult(Outcome.TIMEOUT, 5.0) if is_off else good)


def of(lives: list[AlertLife], name: str) -> dict[str, AlertLife]:
    """Return alerts of a name by their subjects."""
    return {life.subject: life for life in lives if life.alertname == name}


def test_the_recorded_past_raises_what_the_daemon_raised() -> None:
    """A scene that sees the same polls, ticked each second, fires the same at the same time."""
    replay = replay_of()
    replay.run(a_past())
    scene = Scene(ROWS)
    fired = {}
    for at, terminal_id, result in a_past():
        while scene.now.wall + 1 <= at:
            scene.pass_(1.0)
            scene.tick()
        scene.accept(result, terminal_id)
    for step in scene.journal:
        if step.state.value == "firing" and step.alertname != "Watchdog":
            fired[step.alertname, step.subject] = step.at.wall
    found = {(life.alertname, life.subject): life.fired_at for life in replay.lives}
    assert found.keys() == fired.keys()
    assert {key: round(at) for key, at in found.items()} == pytest.approx(fired, abs=1.5)
    assert {"TerminalOffline", "SiteOffline", "PaperLow"} <= {name for name, _ in found}
    assert not any(life.is_open for life in replay.lives)


def test_what_an_outage_explains_is_raised_but_not_told() -> None:
    """The mall's terminals are held back by the mall; the single terminal is told."""
    replay = replay_of()
    replay.run(a_past())
    offline = of(replay.lives, "TerminalOffline")
    assert offline["10000001"].is_told
    assert not any(offline[row.terminal_id].is_told for row in MALL)
    assert of(replay.lives, "SiteOffline")["/site/mall"].is_told


def test_other_thresholds_raise_other_alerts() -> None:
    """A longer hold than the outage lasts raises nothing."""
    replay = replay_of(TerminalOffline={"for_s": 3600.0})
    replay.run(a_past())
    assert not of(replay.lives, "TerminalOffline")
    assert of(replay.lives, "PaperLow")


def test_time_without_any_poll_counts_towards_no_hold() -> None:
    """Where posmon did not run, nothing grew older; what is seen after that does."""
    replay = replay_of(TerminalOffline={"for_s": 600.0})
    polls = [*a_past(12)]
    silent = [one._replace(at=one.at + 3600.0) for one in polls[-len(ROWS) :]]
    replay.run([*polls, *silent])
    assert not of(replay.lives, "TerminalOffline")


def test_an_alert_that_has_not_ended_lasts_to_the_end_of_the_recording() -> None:
    """It says that it is open."""
    replay = replay_of()
    replay.run(a_past(30))
    life = of(replay.lives, "TerminalOffline")["10000001"]
    assert life.is_open
    assert life.resolved_at == replay.span[1]


def test_terminals_that_the_inventory_lacks_are_counted() -> None:
    """Their polls are not evaluated."""
    replay = replay_of(ROWS[:1])
    replay.run(a_past(2))
    assert (replay.polls, replay.unwatched) == (2, 2 * (len(ROWS) - 1))


def test_a_clock_that_was_set_back_stands_still_until_it_catches_up() -> None:
    """Polls of the same hour twice are evaluated, and time never runs backwards."""
    polls = [*a_past(3)]
    replay = replay_of()
    replay.run([*polls, *polls])
    assert replay.polls == 2 * len(polls)
    assert replay.span == (polls[0].at, polls[-1].at)
