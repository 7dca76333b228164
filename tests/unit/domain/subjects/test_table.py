from monitor.domain.alerts.subjects import TERMINAL
from monitor.domain.detectors.table import DETECTORS
from monitor.domain.subjects.table import KINDS


def test_every_row_is_about_kinds_that_exist() -> None:
    """A detector whose kind is missing would never be asked."""
    known = {kind.name for kind in KINDS}
    assert {subject for detector in DETECTORS for subject in detector.subjects} == known


def test_kinds_have_names_of_their_own() -> None:
    """The name leads from a stored subject to its kind."""
    names = [kind.name for kind in KINDS]
    assert len(names) == len(set(names))
    assert names[0] == TERMINAL
