from typing import Any

import pytest

from monitor.domain.errors import InvalidAction
from monitor.domain.instant import rfc3339
from monitor.domain.on_call.requests import read_acknowledgement, read_silence

NOW = 1_795_222_800.0
HOUR = 3600.0
GOOD: dict[str, Any] = {"match": {"site": "mall"}, "until": rfc3339(NOW + HOUR), "comment": "works"}


def faults(read: Any, written: object) -> list[tuple[str | None, str]]:
    """Return fields and reasons of what is wrong."""
    with pytest.raises(InvalidAction) as caught:
        read(written, NOW)
    return [(fault.field, fault.reason) for fault in caught.value.faults]


def test_a_silence_begins_now_where_nothing_else_is_said() -> None:
    """And ends when it says."""
    wish = read_silence(GOOD, NOW)
    assert (wish.starts_at, wish.ends_at, wish.comment) == (NOW, NOW + HOUR, "works")
    assert wish.matcher.terms == {"site": ("mall",)}
    assert not wish.is_confirmed
    later = read_silence(GOOD | {"from": rfc3339(NOW + 60), "confirm": True}, NOW)
    assert (later.starts_at, later.is_confirmed) == (NOW + 60, True)


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"until": None}, "until", "is needed"),
        ({"until": ""}, "until", "is needed"),
        ({"until": rfc3339(NOW - 1)}, "until", "is over already"),
        ({"until": "tomorrow"}, "until", "is not a time with its offset"),
        ({"until": "2026-12-05T22:00:00"}, "until", "is not a time with its offset"),
        ({"until": 1795222900}, "until", "is not a text"),
        ({"until": rfc3339(NOW + 31 * 24 * HOUR)}, "until", "more than 30 days away"),
        ({"from": rfc3339(NOW + 2 * HOUR)}, "until", "is not after 'from'"),
        ({"comment": " "}, "comment", "is needed"),
        ({"comment": "x" * 501}, "comment", "is not a text of at most 500"),
        ({"comment": "card 4111 1111 1111 1111"}, "comment", "looks like a card number"),
        ({"comment": "a\nb"}, "comment", "a line break or another character"),
        ({"comment": "a\u202eb"}, "comment", "a line break or another character"),
        ({"from": "0001-01-01T00:00:00+14:00"}, "from", "is not a time with its offset"),
        ({"confirm": "yes"}, "confirm", "is not true or false"),
        ({"match": {"shop": "mall"}}, "match.shop", "is no key of a match"),
        ({"match": None}, "match", "is not an object"),
        ({"upto": "x"}, "upto", "is not known here; there are match, from, until"),
    ],
)
def test_a_bad_silence_is_refused_with_its_field(changes: dict[str, Any], field: str, reason: str) -> None:
    """In words."""
    (found,) = faults(read_silence, GOOD | changes)
    assert found[0] == field
    assert reason in found[1]


def test_all_that_is_wrong_is_said_at_once() -> None:
    """Also of what is no object at all."""
    assert [field for field, _ in faults(read_silence, {})] == ["match", "until", "comment"]
    assert faults(read_silence, [1])[0] == (None, "is not an object")


def test_an_acknowledgement_names_an_alert() -> None:
    """By labels or by its subject."""
    wish = read_acknowledgement(
        {"alertname": "SiteOffline", "site": "mall", "outlives_recovery_minutes": 10, "comment": "me"}, NOW
    )
    assert (wish.alertname, wish.labels, wish.subject) == ("SiteOffline", {"site": "mall"}, "")
    assert (wish.began, wish.ends_at, wish.outlives_recovery_s) == (None, None, 600.0)
    named = read_acknowledgement(
        {
            "alertname": "X",
            "subject": "/site/mall",
            "starts_at": rfc3339(NOW - 60),
            "until": rfc3339(NOW + 60),
        },
        NOW,
    )
    assert (named.subject, named.labels, named.began, named.ends_at) == ("/site/mall", {}, NOW - 60, NOW + 60)


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ({}, "alertname"),
        ({"alertname": "X", "until": rfc3339(NOW)}, "until"),
        ({"alertname": "X", "outlives_recovery_minutes": 31}, "outlives_recovery_minutes"),
        ({"alertname": "X", "outlives_recovery_minutes": True}, "outlives_recovery_minutes"),
        ({"alertname": "X", "model": "N910"}, "model"),
    ],
)
def test_a_bad_acknowledgement_is_refused_with_its_field(written: dict[str, Any], field: str) -> None:
    """In words."""
    assert [found for found, _ in faults(read_acknowledgement, written)] == [field]
