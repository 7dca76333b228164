from datetime import datetime

import pytest

from monitor.views.alert_lines import key_of
from monitor.web.pages.deeds import (
    Deed,
    alerts_of,
    deed_of,
    match_of,
    morning_after,
    one_of,
    until_of,
    way_back,
)
from monitor.web.routing.problems import Refused
from monitor.web.routing.query import Done
from tests.documents import alert

KEY = key_of(alert("PaperOut"))


def test_what_a_form_asks_for() -> None:
    """The deed, the alerts, each once, and the match."""
    form = {"do": [" silence-4h "], "alert": [KEY, KEY], "site": ["mall, a b ,"], "model": [""]}
    assert deed_of(form) is Deed.SILENCE_4H
    assert alerts_of(form) == [("PaperOut", "10000001", "2026-11-21T00:55:12.000Z")]
    assert match_of(form) == {"site": ["mall", "a b"]}


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"do": ["drop"]}, "do: is none of"),
        ({}, "do: is none of"),
        ({"do": ["end", "end"]}, "do: is given more than once"),
    ],
)
def test_other_deeds_are_refused(form: dict[str, list[str]], said: str) -> None:
    """In words."""
    with pytest.raises(Refused) as refusal:
        deed_of(form)
    assert refusal.value.problem.status == 422
    assert refusal.value.problem.detail.startswith(said)


@pytest.mark.parametrize("keys", [[], ["x"], [KEY, ""], [str(number) for number in range(1001)]])
def test_alerts_that_are_none(keys: list[str]) -> None:
    """Nothing ticked, or what no page of ours has."""
    with pytest.raises(Refused) as refusal:
        alerts_of({"alert": keys})
    assert refusal.value.problem.detail.startswith("alert: ")


def test_one_value_of_a_field() -> None:
    """Without the spaces around it."""
    assert one_of({"comment": ["  on my way "]}, "comment") == "on my way"
    assert one_of({}, "comment") == ""


def test_until_when() -> None:
    """So many hours, or the next morning that is an hour away."""
    assert until_of(Deed.SILENCE_1H, 1_795_222_800.0) == "2026-11-21T02:00:00.000Z"
    assert until_of(Deed.SILENCE_1D, 1_795_222_800.0) == "2026-11-22T01:00:00.000Z"
    with pytest.raises(Refused):
        until_of(Deed.ACKNOWLEDGE, 1_795_222_800.0)


@pytest.mark.parametrize(
    ("hour", "minute", "day"), [(22, 0, 1), (2, 0, 30), (6, 59, 30), (7, 0, 30), (7, 1, 1), (9, 0, 1)]
)
def test_the_morning_after(hour: int, minute: int, day: int) -> None:
    """At two in the night it is today's; at five to eight it is tomorrow's."""
    wall = datetime(2026, 11, 30, hour, minute).astimezone().timestamp()
    morning = morning_after(wall)
    assert (morning.day, morning.hour, morning.minute) == (day, 8, 0)


@pytest.mark.parametrize(
    ("back", "place"),
    [
        ("/alerts?site=a+b&done=ended&count=9", "/alerts?site=a+b&done=ended&count=2"),
        ("/alerts/PaperOut?subject=1", "/alerts/PaperOut?subject=1&done=ended&count=2"),
        ("/silences", "/silences?done=ended&count=2"),
        ("", "/alerts?done=ended&count=2"),
        ("//evil.example/alerts", "/alerts?done=ended&count=2"),
        ("https://evil.example/alerts", "/alerts?done=ended&count=2"),
        ("/-/reload", "/alerts?done=ended&count=2"),
        ("/\\evil.example", "/alerts?done=ended&count=2"),
    ],
)
def test_the_way_back_stays_on_our_pages(back: str, place: str) -> None:
    """Whatever stands in the form."""
    assert way_back(back, Done.ENDED, count=2) == place


def test_the_way_back_says_what_was_over() -> None:
    """Where anything was."""
    assert way_back("/alerts", Done.SILENCED, count=1, over=3) == "/alerts?done=silenced&count=1&over=3"
