import pytest

from monitor.domain.alerts.subjects import CARD, FLEET, SITE, SOURCE, TERMINAL
from tests.scenes import Scene, site
from tests.unit.domain.subjects.kinds import subjects_of

FOUND = [
    (TERMINAL, "10000001"),
    (SITE, "/site/mall"),
    (FLEET, "/fleet"),
    (CARD, "/card/0a1b2c3d"),
    (SOURCE, "/source/acquirer"),
]


@pytest.mark.parametrize(("kind", "subject"), FOUND, ids=[row[0] for row in FOUND])
def test_what_a_stored_alert_is_about_is_found_by_its_subject(kind: str, subject: str) -> None:
    """The kind that wrote the subject reads it back to the same thing."""
    scene = Scene(site("mall", 2))
    found = subjects_of(scene).find(subject, scene.now)
    assert found is not None
    assert found[0].name == kind
    assert found[0].subject(found[1]) == subject


@pytest.mark.parametrize("subject", ["10000009", "/site/gone", "/posmon", "/region/north", "/"])
def test_what_is_not_known_any_more_is_not_found(subject: str) -> None:
    """A subject of a later release, or of what has left the inventory, costs nothing but its words."""
    scene = Scene(site("mall", 2))
    assert subjects_of(scene).find(subject, scene.now) is None
