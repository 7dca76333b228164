from typing import Any

import pytest

from monitor.domain.errors import InvalidAction
from monitor.domain.instant import rfc3339
from monitor.domain.on_call.window_request import read_window

NOW = 1_795_222_800.0
DAY = 86_400.0
ONCE: dict[str, Any] = {"match": {"model": "N910"}, "until": rfc3339(NOW + 3600), "comment": "firmware 4"}
AGAIN: dict[str, Any] = {"match": {"region": "east"}, "every": "Mo-Su 02:00-04:00", "comment": "batch"}


def test_a_window_is_once_or_again() -> None:
    """From now where it does not say."""
    once = read_window(ONCE, NOW)
    assert (once.begin, once.end, once.every, once.timezone) == (NOW, NOW + 3600, "", "site")
    assert once.excuses_sla
    again = read_window(AGAIN | {"timezone": "Asia/Shanghai", "name": "nightly", "excuses_sla": False}, NOW)
    assert (again.begin, again.end, again.every) == (None, None, "Mo-Su 02:00-04:00")
    assert (again.timezone, again.name, again.excuses_sla) == ("Asia/Shanghai", "nightly", False)


def test_a_window_may_be_flexible() -> None:
    """Of a length in seconds."""
    assert read_window(ONCE, NOW).length_s is None
    assert read_window(ONCE | {"length_s": 3600}, NOW).length_s == 3600.0
    assert read_window(AGAIN | {"length_s": 2700}, NOW).length_s == 2700.0


@pytest.mark.parametrize(
    ("written", "field", "reason"),
    [
        (ONCE | {"until": None}, "until", "is needed"),
        (ONCE | {"from": rfc3339(NOW + 7200)}, "until", "is not after 'from'"),
        (ONCE | {"from": rfc3339(NOW - 7200), "until": rfc3339(NOW - 1)}, "until", "is over already"),
        (ONCE | {"until": rfc3339(NOW + 400 * DAY)}, "until", "is more than 366 days away"),
        (ONCE | {"timezone": "Asia/Shanghai"}, "timezone", "belongs to every"),
        (AGAIN | {"timezone": "Mars/Base"}, "timezone", "is no time zone"),
        (AGAIN | {"until": rfc3339(NOW + 3600)}, "until", "cannot stand beside every"),
        (AGAIN | {"every": "sometimes"}, "every", "is not written as"),
        (AGAIN | {"every": "PH 02:00-03:00"}, "every", "PH has no place in a window"),
        (AGAIN | {"every": "24/7"}, "every", "is always in force"),
        (AGAIN | {"length_s": "45m"}, "length_s", "is not a number of seconds from 60 to 86400"),
        (AGAIN | {"length_s": 59}, "length_s", "is not a number of seconds"),
        (AGAIN | {"length_s": True}, "length_s", "is not a number of seconds"),
        (ONCE | {"length_s": 3601}, "length_s", "is longer than the window"),
        (AGAIN | {"comment": ""}, "comment", "is needed"),
        (AGAIN | {"match": {"zone": "x"}}, "match.zone", "is no key of a match"),
        (AGAIN | {"excuses_sla": "no"}, "excuses_sla", "is not true or false"),
    ],
)
def test_a_bad_window_is_refused_with_its_field(written: dict[str, Any], field: str, reason: str) -> None:
    """In words."""
    with pytest.raises(InvalidAction) as caught:
        read_window(written, NOW)
    found = [(fault.field, fault.reason) for fault in caught.value.faults]
    assert [where for where, _ in found] == [field]
    assert reason in found[0][1]
