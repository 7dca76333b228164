from typing import Any

from monitor.domain.alerts.detector import Basis
from monitor.domain.alerts.rules import Rule
from monitor.domain.evaluation.rule_selection import ageing_rules, askable_rules, heard_rules, rules_moved
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from tests.scenes import Scene, reading, result, terminal

PAPER: dict[str, Any] = {"printer": {"status": "ok"}, "battery": {"percent": 80}}


def names(rules: tuple[Rule, ...]) -> set[str]:
    """Return the alerts of rules."""
    return {rule.alertname for rule in rules}


def polled(*documents: dict[str, Any]) -> tuple[Scene, WatchedTerminal]:
    """Return a scene whose terminal answered with these documents, a minute apart."""
    scene = Scene([terminal()])
    for document in documents:
        scene.pass_(60)
        scene.poll(heartbeat=reading(**document))
    return scene, scene.watched()


def test_a_terminal_of_which_nothing_is_known_is_asked_nothing() -> None:
    """Neither a poll nor a push has come yet."""
    _, watched = polled()
    assert askable_rules(watched) == ()


def test_a_terminal_that_only_pushed_is_asked_about_what_it_said() -> None:
    """How polls go is not known of it."""
    scene, watched = polled()
    watched.ingest(reading(), scene.now, clock_skew_s=None)
    assert askable_rules(watched) == heard_rules(watched)
    assert "PaperOut" in names(heard_rules(watched))
    assert all(rule.detector.basis is not Basis.POLL for rule in heard_rules(watched))


def test_a_silent_terminal_is_asked_only_how_its_polls_go() -> None:
    """What it said before is neither confirmed nor withdrawn."""
    scene, watched = polled({})
    scene.fail()
    assert askable_rules(watched) is watched.rules.on_poll
    assert "PaperOut" not in names(askable_rules(watched))
    assert "TerminalOffline" in names(askable_rules(watched))


def test_an_endpoint_that_answers_as_another_is_not_asked_about_readings() -> None:
    """They are not the terminal's own."""
    scene, watched = polled({})
    scene.poll(heartbeat=reading("10000077"))
    assert askable_rules(watched) is watched.rules.on_answer
    assert "PaperOut" not in names(askable_rules(watched))


def test_a_terminal_that_answers_is_asked_everything() -> None:
    """A good heartbeat of its own says something to every rule of polls."""
    _, watched = polled({})
    assert askable_rules(watched) is watched.rules.on_reading


def test_an_unchanged_heartbeat_moves_only_what_moves_by_time() -> None:
    """The hot path: nearly all heartbeats say what the one before said."""
    _, watched = polled(*[PAPER] * 3)
    assert rules_moved(watched, watched.reading, is_quiet=True) == watched.rules.moving
    assert "PaperLow" not in names(watched.rules.moving)


def test_a_changed_part_moves_the_rules_that_look_at_it() -> None:
    """The charge is as it was, so its rules give the same verdict."""
    scene, watched = polled(*[PAPER] * 3)
    before, heartbeat = watched.reading, reading(**PAPER | {"printer": {"status": "paper_low"}})
    watched.absorb(result(heartbeat), scene.now, clock_skew_s=None, steady=True)
    moved = names(rules_moved(watched, before, is_quiet=True))
    assert "PaperLow" in moved
    assert "BatteryLow" not in moved


def test_with_an_alert_open_every_rule_is_asked() -> None:
    """A hold must be followed, and another threshold clears."""
    _, watched = polled({}, {})
    assert rules_moved(watched, watched.reading, is_quiet=False) is watched.rules.on_reading


def test_the_first_heartbeat_is_held_against_every_rule() -> None:
    """So is one after a reload, when the rules are others."""
    scene, watched = polled()
    watched.absorb(result(reading()), scene.now, clock_skew_s=None, steady=True)
    assert rules_moved(watched, None, is_quiet=True) is watched.rules.on_reading
    scene, watched = polled({}, {})
    scene.change(terminal(model="N910"))
    assert rules_moved(watched, watched.reading, is_quiet=True) is watched.rules.on_reading


def test_a_restless_terminal_is_asked_more_than_what_moves_by_time() -> None:
    """Flapping looks at the history of polls, which changes with every poll."""
    scene, watched = polled({}, {})
    scene.fail()
    scene.poll()
    scene.poll()
    assert watched.is_restless
    moved = rules_moved(watched, watched.reading, is_quiet=True)
    assert names(watched.rules.moving) < names(moved)


def test_what_ages_is_asked_of_who_answers() -> None:
    """A settlement of a silent terminal is neither confirmed nor withdrawn."""
    scene, watched = polled({})
    assert ageing_rules(watched) is watched.rules.ageing
    assert "SettlementOverdue" in names(watched.rules.ageing)
    assert not names(watched.rules.ageing) & names(watched.rules.moving)
    scene.fail()
    assert ageing_rules(watched) == ()
    assert ageing_rules(polled()[1]) == ()
    scene.poll(heartbeat=reading("10000077"))
    assert ageing_rules(watched) == ()


def test_what_ages_is_asked_at_once_when_it_changes() -> None:
    """A certificate is no part of a heartbeat, and waits for the round."""
    _, watched = polled({})
    touched = names(watched.rules.touched(reading(), reading(settled_at="2026-11-21T01:00:00Z")))
    assert "SettlementOverdue" in touched
    assert not {"CredentialsOld", "CertificateExpiring"} & touched
