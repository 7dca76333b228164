from monitor.domain.evaluation.rounds import ROUND_S, Rounds
from tests.scenes import Scene, terminal

ROWS = [terminal(number) for number in range(1, 11)]


def ids(scene: Scene, rounds: Rounds) -> list[str]:
    """Return whose turn it is now."""
    return [watched.terminal.terminal_id[-2:] for watched in rounds.due(scene.now)]


def test_each_terminal_has_one_turn_in_a_round() -> None:
    """Evenly: half of the fleet after half of the time."""
    scene = Scene(ROWS)
    rounds = Rounds(scene.fleet)
    assert ids(scene, rounds) == []
    scene.pass_(ROUND_S / 2)
    assert ids(scene, rounds) == ["01", "02", "03", "04", "05"]
    assert ids(scene, rounds) == []
    scene.pass_(ROUND_S / 2)
    assert ids(scene, rounds) == ["06", "07", "08", "09", "10"]
    scene.pass_(ROUND_S / 10)
    assert ids(scene, rounds) == ["01"]


def test_who_has_left_has_no_turn_and_who_has_joined_has_one_in_the_next_round() -> None:
    """A fleet changes while posmon goes round."""
    scene = Scene(ROWS[:2])
    rounds = Rounds(scene.fleet)
    assert ids(scene, rounds) == []
    scene.evaluation.membership.remove("10000002", scene.now)
    scene.add(ROWS[4])
    scene.pass_(ROUND_S)
    assert ids(scene, rounds) == ["01"]
    scene.pass_(ROUND_S)
    assert ids(scene, rounds) == ["01", "05"]


def test_a_long_pause_is_one_round() -> None:
    """A machine that slept has not missed a thing."""
    scene = Scene(ROWS[:3])
    rounds = Rounds(scene.fleet)
    assert ids(scene, rounds) == []
    scene.pass_(20 * ROUND_S)
    assert ids(scene, rounds) == ["01", "02", "03"]
    assert ids(scene, rounds) == []


def test_an_empty_fleet_has_no_turns() -> None:
    """Who joins it is there from the next round on."""
    scene = Scene()
    rounds = Rounds(scene.fleet)
    for _ in range(3):
        assert ids(scene, rounds) == []
        scene.pass_(ROUND_S)
    scene.add(ROWS[0])
    assert ids(scene, rounds) == []
    scene.pass_(ROUND_S)
    assert ids(scene, rounds) == ["01"]
