"""The simulated Adyen refuses what the real one does."""

from typing import Any

import pytest
from msgspec import json

from monitor.simulator.adyen_cloud import adyen_id, respond_as_adyen
from tests.paxstore import listing

TERMINALS = listing(3)
ONE, OTHER, AWAY = (adyen_id(document.terminal_id) for document, _, _ in TERMINALS)
FLEET = [*TERMINALS[:2], (*TERMINALS[2][:1], False, *TERMINALS[2][2:])]
HEADER = {
    "ProtocolVersion": "3.0",
    "MessageClass": "Service",
    "MessageCategory": "Diagnosis",
    "MessageType": "Request",
    "ServiceID": "a1",
    "SaleID": "till",
}


def asked(target: str, body: object = None, key: str = "any") -> tuple[int, dict[str, Any]]:
    """Return the status of a response, and its document."""
    written = b"" if body is None else json.encode(body)
    response = respond_as_adyen(f"{target}\n{key}\n".encode() + written, lambda: FLEET)
    return int(response.split(b" ")[1]), json.decode(response.partition(b"\r\n\r\n")[2])


def diagnosed(device: str, payload: str = "DiagnosisRequest", **header: str) -> tuple[int, dict[str, Any]]:
    """Return the answer to a diagnosis of a device, with other fields of the header."""
    message = {"MessageHeader": {**HEADER, "POIID": device, **header}, payload: {}}
    return asked(f"/v1/merchants/Cafe/devices/{device}/sync", {"SaleToPOIRequest": message})


def test_without_a_key_nothing_is_served() -> None:
    """Any key will do."""
    assert asked("/v3/terminals", key="")[0] == 401
    assert asked("/v3/terminals")[0] == 200
    assert asked("/v2/terminals")[0] == 404


def test_the_connected_ones_are_listed() -> None:
    """One that is offline is not."""
    assert asked("/v1/merchants/Cafe/connectedDevices") == (200, {"uniqueDeviceIds": [ONE, OTHER]})


def test_a_page_says_how_many_there_are() -> None:
    """A page has 1 to 100 terminals."""
    status, page = asked("/v3/terminals?pageNumber=2&pageSize=2")
    assert (status, page["itemsTotal"], page["pagesTotal"], len(page["data"])) == (200, 3, 2, 1)
    for query in ("pageSize=101", "pageSize=0", "pageNumber=0", "pageNumber=" + "9" * 5000):
        assert asked(f"/v3/terminals?{query}")[0] == 422


def test_a_diagnosis_is_answered() -> None:
    """The answer has the number of the question."""
    status, answer = diagnosed(ONE)
    header = answer["SaleToPOIResponse"]["MessageHeader"]
    assert (status, header["ServiceID"], header["POIID"]) == (200, "a1", ONE)
    assert answer["SaleToPOIResponse"]["DiagnosisResponse"]["Response"]["Result"] == "Success"


@pytest.mark.parametrize(
    "header",
    [
        {"POIID": OTHER},
        {"MessageCategory": "Payment"},
        {"payload": "PaymentRequest"},
        {"MessageClass": "Event"},
        {"ProtocolVersion": "2.0"},
        {"ServiceID": "12345678901"},
        {"ServiceID": ""},
        {"SaleID": ""},
    ],
)
def test_other_messages_are_rejected(header: dict[str, str]) -> None:
    """An event comes in place of the answer."""
    status, answer = diagnosed(ONE, **header)
    event = answer["SaleToPOIRequest"]["EventNotification"]
    assert (status, event["EventToNotify"]) == (200, "Reject")
    assert "receive" not in event["EventDetails"]


def test_a_terminal_that_is_away_makes_an_event() -> None:
    """Its details say that nobody answered; a device that is none is refused."""
    status, answer = diagnosed(AWAY)
    assert status == 200
    assert "Did+not+receive" in answer["SaleToPOIRequest"]["EventNotification"]["EventDetails"]
    assert diagnosed("SIM-nobody")[0] == 422
    assert asked(f"/v1/merchants/Cafe/devices/{ONE}/sync", [])[0] == 422
    assert asked(f"/v1/merchants/Cafe/devices/{ONE}/sync")[0] == 400
