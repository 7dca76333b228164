from monitor.domain.alerts.lifecycle import ABSENT, PRESENT
from monitor.domain.detectors.index import BY_NAME
from monitor.domain.detectors.larger_outages import RegionLimits
from tests.scenes import START
from tests.unit.domain.fleet.test_outage import member
from tests.unit.domain.fleet.test_region_outage import region

ROW = BY_NAME["RegionOffline"]


def test_half_of_a_region_s_sites_that_go_dark_are_an_outage() -> None:
    """It begins when the share had been lost, and the summary counts sites."""
    lost = [member(number, last_good_s=10.0 * number) for number in (1, 2, 3, 4)]
    group = region(*lost, *(member(number) for number in (5, 6)))
    limits = RegionLimits()
    assert ROW.judge(group, limits, False) is PRESENT
    assert ROW.began is not None
    assert ROW.began(group, limits).monotonic - START.monotonic == 30
    assert ROW.summary(group, limits).en == "4 of 6 sites went dark together"
    assert ROW.summary(group, limits).zh == "6 家门店中有 4 家同时失联"


def test_two_sites_or_less_than_half_are_none() -> None:
    """Two shops may fail at once by chance."""
    two = region(member(1, last_good_s=0), member(2, last_good_s=0))
    assert ROW.judge(two, RegionLimits(), False) is ABSENT
    few = region(*(member(n, last_good_s=0) for n in (1, 2, 3)), *(member(n) for n in range(4, 8)))
    assert ROW.judge(few, RegionLimits(), False) is ABSENT


def test_the_only_region_of_a_fleet_is_not_judged() -> None:
    """Its outage is the fleet's, which FleetUnreachable tells."""
    lost = [member(number, last_good_s=0) for number in (1, 2, 3)]
    assert ROW.judge(region(*lost, elsewhere=0), RegionLimits(), False) is ABSENT
    assert ROW.judge(region(*lost), RegionLimits(), False) is PRESENT
