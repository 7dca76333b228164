"""What becomes of PAXSTORE's words; hostile values are in test_reports."""

from typing import Any

import pytest

from monitor.adapters.sources.paxstore import report_of_terminal
from monitor.domain.heartbeat.reading import NetworkType, RegistrationStatus

LISTED: dict[str, Any] = {
    "id": 1702263318847561,
    "serialNo": "1850377264",
    "status": "A",
    "modelName": "A920Pro",
    "lastAccessTime": 1_787_472_540_000,
    "installedFirmware": {"firmwareName": "A920Pro_PayDroid_10.0.0_Sagittarius_V2.04_20260318"},
}
DETAILS: dict[str, Any] = {"battery": 38.0, "onlineStatus": 2, "network": "NETWORK_4G"}


def test_list_and_details_make_one_report() -> None:
    """What the list says of a terminal stands beside what its details say."""
    report = report_of_terminal("1", LISTED, DETAILS)
    reading = report.reading
    assert (report.terminal, report.online, report.seen_at) == ("1", True, 1_787_472_540.0)
    assert (reading.serial_number, reading.model) == ("1850377264", "A920Pro")
    assert reading.firmware_version == LISTED["installedFirmware"]["firmwareName"]
    assert reading.battery is not None
    assert reading.battery.percent == 38.0
    assert reading.network is not None
    assert reading.network.type is NetworkType.CELLULAR
    assert report.unreadable == ()


@pytest.mark.parametrize(
    ("status", "registration"),
    [
        ("A", RegistrationStatus.REGISTERED),
        ("P", RegistrationStatus.PENDING),
        ("S", RegistrationStatus.SUSPENDED),
    ],
)
def test_the_status_is_the_registration(status: str, registration: RegistrationStatus) -> None:
    """A is active, P pending, S suspended."""
    reading = report_of_terminal("1", LISTED | {"status": status}, DETAILS).reading
    assert reading.registration is not None
    assert reading.registration.status is registration


@pytest.mark.parametrize(("said", "online"), [(2, True), (1, False), (0, None), ("2", True), (None, None)])
def test_online_status_has_three_values(said: object, online: bool | None) -> None:
    """0 is PAXSTORE's word for unknown."""
    report = report_of_terminal("1", LISTED, DETAILS | {"onlineStatus": said})
    assert report.online is online
    assert report.unreadable == ()


@pytest.mark.parametrize("said", [3, -1, 10**400, 2.0, True, "online", [], {}])
def test_an_online_status_not_listed_is_unknown(said: object) -> None:
    """It is noted, and never taken for online."""
    report = report_of_terminal("1", LISTED, DETAILS | {"onlineStatus": said})
    assert report.online is None
    assert report.unreadable == ("onlineStatus: a word that this kind does not list",)


@pytest.mark.parametrize(
    ("said", "network"),
    [
        ("NETWORK_WIFI", NetworkType.WIFI),
        ("NETWORK_ETHERNET", NetworkType.ETHERNET),
        ("NETWORK_5G", NetworkType.CELLULAR),
        ("NETWORK_2G", NetworkType.CELLULAR),
        ("NETWORK_UNKNOWN", None),
        ("NETWORK_6G", None),
    ],
)
def test_the_network_is_a_kind_of_link(said: str, network: NetworkType | None) -> None:
    """A link that PAXSTORE does not know has no type."""
    found = report_of_terminal("1", LISTED, DETAILS | {"network": said}).reading.network
    assert (found.type if found is not None else None) is network


def test_details_of_before_do_not_say_that_it_is_offline() -> None:
    """PAXSTORE has heard of the terminal since."""
    offline = DETAILS | {"onlineStatus": 1}
    assert report_of_terminal("1", LISTED, offline).online is False
    assert report_of_terminal("1", LISTED, offline, was_seen_since=True).online is None
    assert report_of_terminal("1", LISTED, DETAILS, was_seen_since=True).online is True


def test_a_text_that_could_be_a_card_number_is_refused() -> None:
    """It is named by its field only."""
    card = "4111111111111111"
    report = report_of_terminal(
        "1", LISTED | {"modelName": card, "installedFirmware": {"firmwareName": card}}, {}
    )
    assert (report.reading.model, report.reading.firmware_version) == (None, None)
    assert len(report.unreadable) == 2
    assert card not in str(report.unreadable)
