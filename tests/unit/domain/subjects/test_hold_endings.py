"""What HoldEnding is about."""

from tests.unit.domain.evaluation.test_hold_endings import ENDING, held_scene
from tests.unit.domain.subjects.kinds import subjects_of


def test_what_is_not_known_is_not_found() -> None:
    """A store may hold anything; of what no look has seen nothing can be said."""
    scene = held_scene()
    scene.wait(2800)
    assert any(name == ENDING for name, _ in scene.firing())
    subjects = subjects_of(scene)
    for subject in ("/hold", "/hold/silence", "/hold/silence s1 until 2000-01-01T00:00:00.000Z"):
        assert subjects.find(subject, scene.now) is None
