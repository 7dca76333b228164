from monitor.domain.alerts.subjects import TERMINAL
from tests.scenes import Scene, terminal
from tests.unit.domain.subjects.kinds import subjects_of


def test_a_terminal_is_named_by_its_inventory_row() -> None:
    """Id, labels and contact are the inventory's; a label without a value is left out."""
    scene = Scene([terminal(1, site="mall", contact="021-555", merchant_id="898")])
    kind, watched = subjects_of(scene)[TERMINAL], scene.watched()
    assert (kind.subject(watched), kind.title(watched)) == ("10000001", "10000001")
    assert kind.contact(watched) == "021-555"
    assert kind.labels(watched) == {"terminal_id": "10000001", "merchant_id": "898", "site": "mall"}


def test_a_terminal_is_asked_when_its_poll_begins() -> None:
    """What a poll shows was true when the request went out, not when the time-out ended."""
    scene = Scene([terminal()])
    scene.fail()
    watched = scene.watched()
    assert subjects_of(scene)[TERMINAL].asked_at(watched, scene.now) == watched.asked_at


def test_while_the_whole_fleet_is_down_no_terminal_is_diagnosed() -> None:
    """The fleet's outage is cause enough; facts are told all the same."""
    rows = [terminal(number, site=f"shop {number}") for number in range(1, 6)]
    scene = Scene(rows)
    for _ in range(4):
        for row in rows:
            scene.fail(row.terminal_id)
        scene.wait(30)
    assert ("FleetUnreachable", "/fleet") in scene.firing()
    words = scene.open()["TerminalOffline", "10000001"].annotations
    assert "cause" not in words
    assert words["evidence"]
