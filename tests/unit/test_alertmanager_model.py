"""The model of Alertmanager and of the pager behind it, by cases made by hand."""

from math import inf
from typing import Any

import pytest

from bench.evaluate.calm.alertmanager_config import alertmanager_config
from bench.evaluate.calm.alertmanager_model import AlertmanagerModel
from bench.evaluate.calm.pager import pages

CONFIG: dict[str, Any] = {
    "time_intervals": [
        {
            "name": "day",
            "time_intervals": [{"times": [{"start_time": "08:00", "end_time": "20:00"}], "location": "UTC"}],
        }
    ],
    "route": {
        "receiver": "chat",
        "group_by": ["site"],
        "group_wait": "30s",
        "group_interval": "5m",
        "repeat_interval": "4h",
        "routes": [
            {"matchers": ['severity = "critical"'], "receiver": "oncall", "continue": True},
            {"matchers": ['severity = "info"'], "receiver": "mail", "active_time_intervals": ["day"]},
        ],
    },
    "inhibit_rules": [
        {
            "source_matchers": ['alertname = "SiteOffline"'],
            "target_matchers": ['alertname != "SiteOffline"'],
            "equal": ["site"],
        }
    ],
    "receivers": [
        {"name": "chat"},
        {"name": "mail", "email_configs": [{"to": "a", "send_resolved": False}]},
        {"name": "oncall", "pagerduty_configs": [{"routing_key": "k"}]},
    ],
}


class Played:
    """A model, and what it told so far."""

    def __init__(self) -> None:
        self.config = alertmanager_config(CONFIG)
        self.model = AlertmanagerModel(self.config)

    def post(self, now: float, alertname: str, site: str = "a", **given: Any) -> None:
        """Post an alert at a moment; its condition began then unless `starts_at` is given."""
        self.model.pass_to(now)
        times = {"starts_at": now} | {key: given.pop(key) for key in ("starts_at", "ends_at") if key in given}
        silenced = given.pop("is_silenced", False)
        labels = {"alertname": alertname, "severity": "critical", "site": site} | given
        self.model.take(labels, now, is_silenced=silenced, **times)

    def told(self, until: float, receiver: str = "oncall") -> list[tuple[float, list[str], list[str]]]:
        """Return when a receiver was told, with the names of what fires and what is over."""
        self.model.pass_to(until)
        return [
            (
                message.at,
                [alert.labels["alertname"] for alert in message.firing],
                [alert.labels["alertname"] for alert in message.resolved],
            )
            for message in self.model.messages
            if message.receiver == receiver
        ]


def test_group_waits_and_then_tells_of_all_that_came_meanwhile() -> None:
    """What comes after the first message waits for the next interval."""
    played = Played()
    played.post(1000, "A")
    played.post(1010, "B")
    played.post(1100, "C")
    assert played.told(1200) == [(1030, ["A", "B"], [])]
    assert played.told(1500)[1:] == [(1330, ["A", "B", "C"], [])]


def test_alert_that_began_long_ago_does_not_wait() -> None:
    """As Alertmanager has it: the time to wait counts from the alert's beginning."""
    played = Played()
    played.post(1000, "A", starts_at=910)
    played.post(1001, "B", starts_at=911)
    assert played.told(1400) == [(1000, ["A"], []), (1300, ["A", "B"], [])]


def test_end_is_told_once_and_the_group_begins_anew() -> None:
    """At the pager that is two incidents."""
    played = Played()
    played.post(1000, "A")
    played.post(1100, "A", starts_at=1000, ends_at=1100)
    played.post(2000, "A")
    assert played.told(2100) == [(1030, ["A"], []), (1330, [], ["A"]), (2030, ["A"], [])]
    found = pages(played.model.messages, played.config)
    assert [(page.opened_at, page.closed_at) for page in found] == [(1030, 1330), (2030, inf)]


def test_what_is_over_before_anybody_was_told_is_never_told() -> None:
    """No receiver hears of an end without a beginning."""
    played = Played()
    played.post(1000, "A")
    played.post(1010, "A", starts_at=1000, ends_at=1010)
    assert played.told(2000) == []


def test_larger_alert_silences_the_smaller_ones_of_its_site() -> None:
    """Those of other sites are told."""
    played = Played()
    played.post(1000, "SiteOffline")
    played.post(1001, "PaperOut")
    played.post(1001, "PaperOut", site="b")
    assert played.told(1300) == [(1030, ["SiteOffline"], []), (1031, ["PaperOut"], [])]


def test_silenced_alert_is_told_when_the_silence_is_over() -> None:
    """With the next interval of its group."""
    played = Played()
    played.post(1000, "A", is_silenced=True)
    played.post(1200, "A", starts_at=1000)
    assert played.told(1400) == [(1330, ["A"], [])]


def test_same_state_is_repeated_after_the_repeat_interval_only() -> None:
    """And then with the next interval of the group."""
    played = Played()
    played.post(1000, "A")
    assert [at for at, _, _ in played.told(1000 + 5 * 3600)] == [1030, 1030 + 4 * 3600 + 300]


def test_alert_that_is_no_longer_sent_ends() -> None:
    """Its end is when it was last said to end."""
    played = Played()
    played.post(1000, "A", ends_at=1240)
    assert played.told(1400) == [(1030, ["A"], []), (1330, [], ["A"])]


def test_both_routes_of_continue_are_taken_and_others_not() -> None:
    """An alert that no child takes stays with the parent."""
    played = Played()
    played.post(1000, "A")
    played.post(1000, "B", severity="warning")
    assert played.told(1100, "oncall") == [(1030, ["A"], [])]
    assert played.told(1100, "chat") == [(1030, ["B"], [])]


def test_quiet_hours_keep_a_route_quiet_and_ends_are_not_told_to_who_does_not_want_them() -> None:
    """What still fires when they are over is told then."""
    morning = 10 * 86400 + 8 * 3600
    played = Played()
    played.post(morning - 400, "A", severity="info")
    played.post(morning + 400, "A", severity="info", starts_at=morning - 400, ends_at=morning + 390)
    assert played.told(morning + 1000, "mail") == [(morning + 230, ["A"], [])]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"route": {"receiver": "a", "match": {"a": "b"}}}, "match"),
        ({"route": {"receiver": "a", "group_wait": "soon"}}, "soon"),
        ({"route": {"receiver": "a", "matchers": ["a = b"]}}, "a = b"),
    ],
)
def test_what_is_not_modelled_is_refused(change: dict[str, Any], named: str) -> None:
    """A silent gap in the model would make the figures wrong."""
    with pytest.raises(ValueError, match=named):
        alertmanager_config(CONFIG | change)
