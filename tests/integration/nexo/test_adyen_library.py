"""Sealed messages and certificates beside Adyen's own library for Node."""

import json
from typing import Any

import pytest

from monitor.adapters.nexo.sealed_message import NexoKey
from monitor.adapters.sources.nexo_diagnosis import diagnosis_of, diagnosis_request
from tests.npm_packages import library

POI_ID = "V400m-123456789"
SHARED = "a passphrase that is shared with every terminal"
KEY = NexoKey(identifier="shop-key", version=7, passphrase=SHARED)
THEIR_KEY = {"AdyenCryptoVersion": 1, "KeyIdentifier": "shop-key", "KeyVersion": 7, "Passphrase": SHARED}


def answer_to(request: dict[str, Any]) -> dict[str, Any]:
    """Return a good answer, with letters beyond ASCII."""
    header = request["SaleToPOIRequest"]["MessageHeader"] | {"MessageType": "Response"}
    response = {"Result": "Success", "AdditionalResponse": "batteryLevel=83%25&storeId=Café"}
    diagnosis = {"Response": response, "POIStatus": {"GlobalStatus": "OK", "PrinterStatus": "NoPaper"}}
    return {"SaleToPOIResponse": {"MessageHeader": header, "DiagnosisResponse": diagnosis}}


@pytest.mark.parametrize("way", ["open", "cloudOpen"])
def test_the_library_opens_what_posmon_seals(way: str) -> None:
    """Both that for terminals in the local network and that for the cloud."""
    request = diagnosis_request(POI_ID)
    sealed = KEY.seal(request)["SaleToPOIRequest"]
    assert json.loads(library("nexo.js", do=way, sealed=sealed, key=THEIR_KEY)["is"]) == request


@pytest.mark.parametrize("way", ["seal", "cloudSeal"])
def test_posmon_opens_what_the_library_seals(way: str) -> None:
    """And reads it as if it had come in the clear."""
    request = diagnosis_request(POI_ID)
    answer = answer_to(request)
    message = json.dumps(answer, ensure_ascii=False)
    header = answer["SaleToPOIResponse"]["MessageHeader"]
    sealed = library("nexo.js", do=way, header=header, message=message, key=THEIR_KEY)["is"]
    opened = KEY.unseal({"SaleToPOIResponse": sealed}, request=request)
    assert opened == answer
    assert diagnosis_of(opened, POI_ID).fields["battery"] == {"percent": 83}


@pytest.mark.parametrize("change", ["Passphrase", "NexoBlob"])
def test_the_library_refuses_what_posmon_would_refuse(change: str) -> None:
    """Another passphrase, and a message that was changed."""
    sealed = KEY.seal(diagnosis_request(POI_ID))["SaleToPOIRequest"]
    if change == "NexoBlob":
        sealed["NexoBlob"] = ("B" if sealed["NexoBlob"][0] == "A" else "A") + sealed["NexoBlob"][1:]
    wrong = THEIR_KEY | ({"Passphrase": "another"} if change == "Passphrase" else {})
    assert "error" in library("nexo.js", do="open", sealed=sealed, key=wrong)


def test_the_library_s_models_know_all_that_posmon_asks() -> None:
    """Nothing of the request is lost when it passes through their types."""
    request = diagnosis_request(POI_ID)
    assert library("nexo.js", do="typed", message=json.dumps(request))["is"] == request
