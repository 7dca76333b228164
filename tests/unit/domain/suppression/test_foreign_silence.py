import pytest

from monitor.domain.suppression.foreign_silence import ForeignSilence, SilenceMatcher

LABELS = {"alertname": "PaperOut", "site": "mall-1", "severity": "critical"}


def equal(name: str, value: str) -> SilenceMatcher:
    """Return `name="value"`."""
    return SilenceMatcher(name=name, value=value)


def unequal(name: str, value: str) -> SilenceMatcher:
    """Return `name!="value"`."""
    return SilenceMatcher(name=name, value=value, is_equal=False)


def like(name: str, value: str) -> SilenceMatcher:
    """Return `name=~"value"`."""
    return SilenceMatcher(name=name, value=value, is_regex=True)


def unlike(name: str, value: str) -> SilenceMatcher:
    """Return `name!~"value"`."""
    return SilenceMatcher(name=name, value=value, is_regex=True, is_equal=False)


def silence(*matchers: SilenceMatcher) -> ForeignSilence:
    """Return a silence from 100 to 200."""
    return ForeignSilence(
        silence_id="7",
        matchers=matchers,
        starts_at=100.0,
        ends_at=200.0,
        created_by="ann",
        comment="painting",
        alertmanagers=("http://127.0.0.1:9093",),
    )


@pytest.mark.parametrize(
    ("matchers", "matches", "may_match"),
    [
        ((equal("alertname", "PaperOut"),), True, True),
        ((equal("alertname", "PaperOut"), equal("site", "mall-2")), False, False),
        ((equal("model", ""),), True, True),
        ((equal("model", "N910"),), False, False),
        ((unequal("model", "N910"),), True, True),
        ((unequal("site", "mall-1"),), False, False),
        ((like("site", "mall-.+|shop"),), True, True),
        ((like("site", "mall"),), False, False),
        ((like("model", ".*"),), True, True),
        ((like("model", ".+"),), False, False),
        ((unlike("site", "mall-2|mall-3"),), True, True),
        ((unlike("site", "mall-.*"),), False, False),
        ((like("site", "mall-[0-9]+"),), False, True),
        ((unlike("site", "mall-[0-9]+"),), False, True),
        ((like("site", "mall-[0-9]+"), equal("alertname", "DoorOpen")), False, False),
        ((), False, True),
    ],
)
def test_a_silence_matches_as_in_alertmanager(
    matchers: tuple[SilenceMatcher, ...], matches: bool, may_match: bool
) -> None:
    """All matchers must hold, and a label that is missing is empty; what posmon cannot tell may match."""
    assert silence(*matchers).matches(LABELS) is matches
    assert silence(*matchers).may_match(LABELS) is may_match


def test_a_silence_is_written_as_alertmanager_writes_it() -> None:
    """In one line, with what could break out of it escaped."""
    matchers = (
        equal("a", 'say "hi"\n\\'),
        unequal("b", "2"),
        like("c", "3.*"),
        unlike("d", "4"),
    )
    assert silence(*matchers).text == r'{a="say \"hi\"\n\\", b!="2", c=~"3.*", d!~"4"}'


def test_a_silence_is_readable_if_all_its_matchers_are() -> None:
    """One regular expression beyond what posmon judges is enough to say so."""
    assert silence(equal("a", "[0-9]"), like("b", "x.*")).is_readable
    assert not silence(equal("a", "1"), like("b", "[0-9]")).is_readable
    assert not silence().is_readable


@pytest.mark.parametrize(("wall", "expected"), [(99, False), (100, True), (199, True), (200, False)])
def test_a_silence_is_active_from_its_beginning_to_its_end(wall: float, expected: bool) -> None:
    """The end is no part of it."""
    assert silence(equal("a", "1")).is_active(wall) is expected
