"""What becomes of nexo's words."""

from copy import deepcopy
from typing import Any

import pytest

from monitor.adapters.sources.nexo_diagnosis import NexoAnswer, diagnosis_of, diagnosis_request

POI_ID = "V400m-123456789"
REJECTED = "requests rejected, which is posmon's mistake"


def answer(aside: object = None, result: str = "Success", /, **status: object) -> dict[str, Any]:
    """Return an answer with that POIStatus and that AdditionalResponse."""
    response = {"Result": result, "AdditionalResponse": aside}
    diagnosis = {"Response": response, "POIStatus": status}
    return {"SaleToPOIResponse": {"MessageHeader": {"POIID": POI_ID}, "DiagnosisResponse": diagnosis}}


def failure(condition: object) -> dict[str, Any]:
    """Return an answer that has failed for that reason."""
    response = {"Result": "Failure", "ErrorCondition": condition}
    return {"SaleToPOIResponse": {"DiagnosisResponse": {"Response": response}}}


def event(kind: object, details: object = None) -> dict[str, Any]:
    """Return an event in place of an answer."""
    return {"SaleToPOIRequest": {"EventNotification": {"EventToNotify": kind, "EventDetails": details}}}


def said(document: object) -> dict[str, Any]:
    """Return the fields that a document tells."""
    return {name: value for name, value in diagnosis_of(document, POI_ID).fields.items() if value is not None}


def test_a_request_asks_one_terminal_for_its_state() -> None:
    """Its number is one of at most ten letters and digits, and another each time."""
    requests = [diagnosis_request(POI_ID)["SaleToPOIRequest"] for _ in range(100)]
    numbers = {request["MessageHeader"]["ServiceID"] for request in requests}
    assert len(numbers) == 100
    assert all(number.isalnum() and len(number) <= 10 for number in numbers)
    assert requests[0]["MessageHeader"]["MessageCategory"] == "Diagnosis"
    assert requests[0]["DiagnosisRequest"] == {"HostDiagnosisFlag": False}


@pytest.mark.parametrize(
    ("status", "fields"),
    [
        ({"GlobalStatus": "OK"}, {"activity": "idle", "network": {"host_reachable": True}}),
        ({"GlobalStatus": "Busy"}, {"activity": "busy"}),
        ({"GlobalStatus": "Maintenance"}, {"activity": "maintenance"}),
        ({"GlobalStatus": "Unreachable"}, {"network": {"host_reachable": False}}),
        ({"PrinterStatus": "OK"}, {"printer": {"status": "ok"}}),
        ({"PrinterStatus": "PaperLow"}, {"printer": {"status": "paper_low"}}),
        ({"PrinterStatus": "NoPaper"}, {"printer": {"status": "paper_out"}}),
        ({"PrinterStatus": "PaperJam"}, {"printer": {"status": "paper_jam"}}),
        ({"PrinterStatus": "OutOfOrder"}, {"printer": {"status": "fault"}}),
        ({"PEDOKFlag": True}, {"pin_pad": {"status": "ok"}}),
        ({"PEDOKFlag": False}, {"pin_pad": {"status": "fault"}}),
        ({"PEDOKFlag": True, "SecurityOKFlag": False}, {"pin_pad": {"status": "fault"}}),
        ({"SecurityOKFlag": True}, {}),
        ({"CardReaderOKFlag": False}, {"card_reader": {"status": "fault"}}),
        ({"CommunicationOKFlag": False}, {}),
        ({"GlobalStatus": "OK", "CommunicationOKFlag": False}, {"activity": "idle"}),
        ({}, {}),
    ],
)
def test_a_state_becomes_posmon_s(status: dict[str, object], fields: dict[str, object]) -> None:
    """What is not said is not known."""
    assert said(answer(**status)) == fields
    assert said(answer(None, "Partial", **status)) == fields


@pytest.mark.parametrize("name", ["GlobalStatus", "PrinterStatus", "PEDOKFlag", "CardReaderOKFlag"])
@pytest.mark.parametrize("value", ["Fine", [], {}, 10**400, 1, "true"])
def test_a_word_that_is_not_listed_is_unknown_and_noted(name: str, value: object) -> None:
    """It is never taken for good."""
    found = diagnosis_of(answer(**{name: value}), POI_ID)
    assert not any(found.fields.values())
    assert len(found.problems) == 1


@pytest.mark.parametrize(
    ("aside", "fields"),
    [
        ("batteryLevel=83%25", {"battery": {"percent": 83}}),
        ("unconfirmedBatchCount=3", {"unsent_transactions": 3}),
        ("firmwareVersion=adyen_v1_118p4&storeId=A", {"firmware_version": "adyen_v1_118p4"}),
        ("unconfirmedBatchCount=" + "9" * 5000, {}),
        ("batteryLevel=%C2%B2%25&unconfirmedBatchCount=-1", {}),
        ("%ED%A0%80=%00&&&===", {}),
        ("x" * 100_000, {}),
        ([], {}),
        (None, {}),
    ],
)
def test_the_answer_s_aside_has_battery_and_unsent(aside: object, fields: dict[str, object]) -> None:
    """It is written like the query of a URL."""
    assert said(answer(aside)) == fields


@pytest.mark.parametrize(
    ("condition", "fields", "note"),
    [
        ("Busy", {"activity": "busy"}, ""),
        ("InProgress", {"activity": "busy"}, ""),
        (
            "LoggedOut",
            {"registration": {"status": "unregistered"}},
            "diagnoses failed with LoggedOut",
        ),
        (
            "UnreachableHost",
            {"network": {"host_reachable": False}},
            "diagnoses failed with UnreachableHost",
        ),
        ("MessageFormat", {}, "diagnoses failed with MessageFormat"),
        ("Sunspots", {}, "diagnoses failed"),
        (["Busy"], {}, "diagnoses failed"),
        (None, {}, "diagnoses failed"),
    ],
)
def test_a_failure_says_what_it_says(condition: object, fields: dict[str, object], note: str) -> None:
    """What was known before stays; no word of the vendor's own is repeated."""
    found = diagnosis_of(failure(condition), POI_ID)
    assert (found.fields, found.note, found.is_away) == (fields, note, False)
    before = NexoAnswer({"printer": {"status": "paper_low"}}, is_away=True)
    after = found.over(before)
    assert after.fields == {"printer": {"status": "paper_low"}, **fields}
    assert after.is_away is False


@pytest.mark.parametrize(
    ("document", "is_away", "note"),
    [
        (event("Reject", "message=Did+not+receive+a+response+from+the+POI."), True, ""),
        (event("Reject", "message=Terminal%20unreachable"), True, ""),
        (event("Shutdown"), True, ""),
        (event("NetworkDisconnected"), True, ""),
        (
            event("Reject", "message=MessageHeader+invalid"),
            None,
            REJECTED,
        ),
        (event("Reject"), None, REJECTED),
        (event("Reject", [10**400]), None, REJECTED),
        (event("Initialised"), None, "events in place of an answer"),
        (event(["Shutdown"]), None, "events in place of an answer"),
    ],
)
def test_an_event_is_no_answer(document: object, is_away: bool | None, note: str) -> None:
    """The terminal is away, or it stays what it was."""
    found = diagnosis_of(document, POI_ID)
    assert (found.fields, found.is_away, found.note) == ({}, is_away, note)
    assert found.over(NexoAnswer(is_away=False)).is_away is (is_away or False)


def test_the_same_fault_again_is_noted_once() -> None:
    """A terminal may fail in the same way for weeks."""
    known = NexoAnswer()
    for _ in range(3):
        known = diagnosis_of(failure("Sunspots"), POI_ID).over(known)
    assert len(known.problems) == 1


def test_an_answer_about_another_terminal_is_none() -> None:
    """It is named, and nothing of it is believed."""
    assert diagnosis_of(answer(PrinterStatus="NoPaper"), "V400m-1") == NexoAnswer(
        note="answers about another terminal"
    )


def test_a_suspicion_of_fraud_is_named() -> None:
    """The PIN pad's state is another thing."""
    found = diagnosis_of(answer(FraudPreventionFlag=True, PEDOKFlag=True), POI_ID)
    assert found.note == "terminals that suspect fraud"
    assert found.fields["pin_pad"] == {"status": "ok"}


@pytest.mark.parametrize("document", [None, [], "", 10**400, {}, {"SaleToPOIResponse": []}, [[{}]]])
def test_what_is_no_answer_says_nothing(document: object) -> None:
    """Any JSON may come."""
    assert diagnosis_of(deepcopy(document), POI_ID) == NexoAnswer(note="answers without a result")
