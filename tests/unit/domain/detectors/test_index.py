from monitor.domain.alerts.subjects import FLEET, REGION, REGION_OUTAGE, SITE, SITE_OUTAGE
from monitor.domain.detectors.index import BY_NAME, OUTAGES, of_component
from monitor.domain.detectors.table import DETECTORS


def test_every_row_is_found_by_its_name() -> None:
    """Names are not given twice."""
    assert list(BY_NAME.values()) == list(DETECTORS)


def test_each_group_has_one_outage() -> None:
    """The alert that holds the members' alerts back is found by the kind of its group."""
    assert OUTAGES == {SITE: SITE_OUTAGE, REGION: REGION_OUTAGE, FLEET: "FleetUnreachable"}
    assert sum(detector.is_outage for detector in DETECTORS) == len(OUTAGES)


def test_components_are_coloured_by_their_rows() -> None:
    """An alert that speaks of a part of the terminal is found by that part."""
    assert of_component("battery") == ("BatteryCritical", "BatteryLow")
    assert of_component("PIN pad") == ("PinPadFault", "TerminalTampered")
