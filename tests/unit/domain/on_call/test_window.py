from math import inf
from zoneinfo import ZoneInfo

from monitor.domain.calendars.schedule import OnceOnly
from monitor.domain.on_call.matcher import Matcher
from monitor.domain.on_call.window import OperatorWindow

MATCHER = Matcher({"site": ("mall",)})


def test_a_window_that_is_once_is_over_at_its_end() -> None:
    """It is the same in every zone."""
    window = OperatorWindow(id="w1", name="n", matcher=MATCHER, begin=10.0, end=20.0, by="ann", comment="c")
    assert window.planned().schedule == OnceOnly(10.0, 20.0)
    assert window.is_over_at == 20.0
    assert window.details["until"] == "1970-01-01T00:00:20.000Z"


def test_a_window_that_recurs_is_never_over() -> None:
    """It goes by the clock that it names, or by each site's."""
    named = OperatorWindow(
        id="w1",
        name="n",
        matcher=MATCHER,
        every="Mo-Su 02:00-04:00",
        timezone="Asia/Shanghai",
        by="a",
        comment="",
    )
    assert named.is_over_at == inf
    assert named.planned().zone == ZoneInfo("Asia/Shanghai")
    assert named.planned().every == "Mo-Su 02:00-04:00"
    sites = OperatorWindow(id="w2", name="n", matcher=MATCHER, every="Mo-Su 02:00-04:00", by="a", comment="")
    assert sites.planned().zone is None
    assert sites.details == {
        "name": "n",
        "match": "site=mall",
        "every": "Mo-Su 02:00-04:00",
        "timezone": "site",
    }
