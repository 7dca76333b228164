from typing import Any

import msgspec
import pytest

from monitor.adapters.alertmanager.own_silences import AUTHOR, MARK, OwnSilences, is_own
from monitor.adapters.alertmanager.silence_api import ListedSilence

IDENTITY = frozenset({("alertname", "PaperOut"), ("terminal_id", "1")})


def listed(silence_id: str = "a", *, ends: str = "2026-11-21T01:10:00.000Z", **changes: Any) -> ListedSilence:
    """Return a silence as Alertmanager lists it, of posmon's own unless changed."""
    matchers = [{"name": name, "value": value, "isRegex": False, "isEqual": True} for name, value in IDENTITY]
    document = {
        "id": silence_id,
        "startsAt": "2026-11-21T01:00:00.000Z",
        "endsAt": ends,
        "createdBy": AUTHOR,
        "comment": f"{MARK} acknowledged by ann",
        "status": {"state": "active"},
        "matchers": matchers,
    }
    return msgspec.convert(document | changes, ListedSilence)


def test_a_silence_of_posmon_is_known_by_author_and_mark() -> None:
    """Whatever its words are."""
    assert is_own(listed())
    assert is_own(listed(comment=MARK))


@pytest.mark.parametrize(
    "changes",
    [
        {"createdBy": "ann"},
        {"createdBy": "posmon2"},
        {"comment": "painting"},
        {"comment": f"see {MARK}"},
        {"matchers": [{"name": "site", "value": "mall.*", "isRegex": True, "isEqual": True}]},
        {"matchers": [{"name": "site", "value": "mall", "isRegex": False, "isEqual": False}]},
    ],
)
def test_a_silence_of_anybody_else_is_not(changes: dict[str, Any]) -> None:
    """Otherwise posmon would end what a person made."""
    assert not is_own(listed(**changes))


def test_the_list_replaces_what_was_known() -> None:
    """Several of one alert are all kept; the one that ends last counts."""
    own = OwnSilences()
    own.replace([listed("a"), listed("b", ends="2026-11-21T01:20:00.000Z"), listed("c", createdBy="ann")])
    assert {silence.id for silence in own.of(IDENTITY)} == {"a", "b"}
    latest = own.latest(IDENTITY)
    assert latest is not None
    assert (latest.id, latest.began, latest.ends) == ("b", 1_795_222_800.0, 1_795_224_000.0)
    assert latest.comment == f"{MARK} acknowledged by ann"
    own.replace([])
    assert not own


def test_those_that_have_ended_are_dropped() -> None:
    """One at a time, until none is left."""
    own = OwnSilences()
    own.replace([listed("a"), listed("b", ends="2026-11-21T01:20:00.000Z")])
    own.drop_over(1_795_223_400.0)
    assert [silence.id for silence in own.of(IDENTITY)] == ["b"]
    own.drop_over(1_795_224_000.0)
    assert own.latest(IDENTITY) is None
    assert not own
