from monitor.domain.alerts.subjects import CARD, SOURCE
from tests.scenes import Scene, terminal
from tests.unit.domain.subjects.kinds import subjects_of


def test_a_card_is_named_by_its_hash() -> None:
    """The label is all that identifies it, and people read that it is a card."""
    scene = Scene([terminal()])
    kind = subjects_of(scene)[CARD]
    window = kind.find("0a1b2c3d", scene.now)
    assert (kind.subject(window), kind.title(window)) == ("/card/0a1b2c3d", "card 0a1b2c3d")
    assert kind.labels(window) == {"card": "0a1b2c3d"}
    assert kind.contact(window) == ""


def test_a_source_is_named_by_its_token() -> None:
    """Ids that it gave before are found again under its name."""
    scene = Scene([terminal()])
    scene.evaluation.ingest_unknown_id("acquirer", "66612345", scene.now)
    kind = subjects_of(scene)[SOURCE]
    window = kind.find("acquirer", scene.now)
    assert (kind.subject(window), kind.title(window)) == ("/source/acquirer", "source acquirer")
    assert kind.labels(window) == {"source": "acquirer"}
    assert window is not None
    assert window.distinct() == ("66612345",)


def test_a_card_of_an_earlier_run_is_an_empty_window() -> None:
    """Nothing is known of it but its name, from now on."""
    scene = Scene([terminal()])
    window = subjects_of(scene)[CARD].find("0a1b2c3d", scene.now)
    assert window is not None
    assert (window.since, list(window.wrong_pins.entries)) == (scene.now, [])
