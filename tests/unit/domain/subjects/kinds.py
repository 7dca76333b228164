"""The kinds at work over a scene."""

from monitor.domain.diagnosis.gatherer import Gatherer
from monitor.domain.subjects.kind import Knowledge
from monitor.domain.subjects.table import Subjects
from tests.scenes import Scene


def subjects_of(scene: Scene) -> Subjects:
    """Return every kind, with what the scene knows."""
    tracker = scene.event_tracker
    gatherer = Gatherer(fleet=scene.fleet, book=scene.book, events=tracker.queries)
    known = Knowledge(fleet=scene.fleet, book=scene.book, windows=tracker.windows, gatherer=gatherer)
    return Subjects(known)
