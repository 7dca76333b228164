import pytest

from monitor.domain.alerts.subjects import (
    CARD,
    FLEET,
    FLEET_SUBJECT,
    MONITOR,
    MONITOR_SUBJECT,
    SITE,
    SOURCE,
    name_in,
    site_subject,
    subject_of,
)

STORED = [
    (SITE, "Harbour Row", "/site/Harbour Row"),
    (CARD, "0a1b2c3d", "/card/0a1b2c3d"),
    (SOURCE, "acquirer", "/source/acquirer"),
    (FLEET, "", "/fleet"),
    (MONITOR, "", "/posmon"),
]


@pytest.mark.parametrize(("kind", "name", "subject"), STORED, ids=[row[0] for row in STORED])
def test_subjects_are_written_as_they_are_stored(kind: str, name: str, subject: str) -> None:
    """A store of an earlier release is read with these subjects."""
    assert subject_of(kind, name) == subject


def test_the_single_ones_have_a_name_of_their_own() -> None:
    """There is one fleet and one posmon."""
    assert (subject_of(FLEET), subject_of(MONITOR)) == (FLEET_SUBJECT, MONITOR_SUBJECT)


def test_a_subject_is_read_back() -> None:
    """A name may hold a slash itself, and belongs to no other kind."""
    assert name_in(SITE, site_subject("north/1")) == "north/1"
    assert name_in(CARD, site_subject("north")) is None
    assert name_in(SITE, "10000001") is None
    assert name_in(FLEET, FLEET_SUBJECT) == ""
