"""Sealed messages of nexo: what is opened, and what is refused for which reason."""

from base64 import b64decode, b64encode
from copy import deepcopy
from typing import Any

import pytest

from monitor.adapters.nexo.sealed_message import NexoKey
from monitor.adapters.nexo.sealing import BadSeal

SHARED = "correct horse battery"
REQUEST = {"SaleToPOIRequest": {"MessageHeader": {"ServiceID": "0a1b2c3d4e", "POIID": "V400m-123456789"}}}
BROKEN = "cannot be opened: it was sealed with another passphrase, or changed on its way"

SEALED = {
    "NexoBlob": (
        "JDDTVHjUO8+1wvYGsN+dwW/NvFHcWNpxkidZXeZmZptZue17vMIK5j7C8m29Ee3rugXe90sEi3gezQTTZGCJeU8C5PvehMHD6lFI47lk"
        "LCbHpx+zOoWKbDWLFxQXOGQdJyqbADBBEyKGNghG/vPodql0zzoaZnJTnetvm2PzCCWShOA82XkPcJrjlbCs7nOQLqLabNxTLWQ0JAAz"
        "qU32sZHQh/1tOYod9F1AH6K7iNQDUeCgAj5JQvjohcgbWDzDlx5b06GCKTG3vyoAxGzRlQQO+PHZDV7udgfF3wpl9z6P11Rg/w4VAZjL"
        "fmanS2GQbL1uIWWtzK8l6Yepfe9R1Mp8CUvZfyJlF5PXSuCRUUc+Sq3pRP0nNd/ZrVhyg3LOVT/vPb5zdXco+TzVlON1DaMnx/PO+QF3"
        "3cdMbZnkM5t/e2AG93C7NcTnQEwxAxRF"
    ),
    "SecurityTrailer": {
        "AdyenCryptoVersion": 1,
        "Hmac": "m7nMDT3etQ/9jv1lfGq9V2sZLjHoQP1pmXmMD/rmJFE=",
        "KeyIdentifier": "shop-key",
        "KeyVersion": 3,
        "Nonce": "lPwBKkGvDFn2HhVnyfxkTg==",
    },
}
"""What Adyen's library for Node (32.1.0) has sealed with the key of these tests."""


def key(identifier: str = "shop-key", version: int = 3, passphrase: str = SHARED) -> NexoKey:
    """Return the key of these tests, or one that differs a little."""
    return NexoKey(identifier=identifier, version=version, passphrase=passphrase)


def sealed(**trailer: object) -> dict[str, Any]:
    """Return what the library has sealed, with changes to its trailer."""
    message = deepcopy(SEALED)
    message["SecurityTrailer"] |= trailer  # type: ignore[operator]
    return {"SaleToPOIResponse": message}


def reason(document: object, opening: NexoKey | None = None, request: dict[str, Any] = REQUEST) -> str:
    """Return why a message is refused."""
    with pytest.raises(BadSeal) as refused:
        (opening or key()).unseal(document, request=request)
    return str(refused.value)


def test_what_adyen_s_library_has_sealed_is_opened() -> None:
    """The message comes out as it went in."""
    message = key().unseal(sealed(), request=REQUEST)
    assert isinstance(message, dict)
    response = message["SaleToPOIResponse"]
    assert response["MessageHeader"]["POIID"] == "V400m-123456789"
    assert response["DiagnosisResponse"]["POIStatus"] == {"GlobalStatus": "OK", "PrinterStatus": "PaperLow"}


@pytest.mark.parametrize("filling", range(32))
def test_what_is_sealed_can_be_opened(filling: int) -> None:
    """Messages of every length are padded rightly, each sealed with a nonce of its own."""
    message = {"SaleToPOIRequest": {"MessageHeader": {"ServiceID": "1"}, "Filling": "x" * filling + "é"}}
    one, other = key().seal(message), key().seal(message)
    assert key().unseal(one, request={}) == message
    header, blob, trailer = one["SaleToPOIRequest"].values()
    assert header == {"ServiceID": "1"}
    assert "Filling" not in blob
    assert trailer["Nonce"] != other["SaleToPOIRequest"]["SecurityTrailer"]["Nonce"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"identifier": "other"}, "is sealed with a key of another identifier"),
        ({"version": 4}, "is sealed with another version of the key than 4"),
        ({"passphrase": SHARED + "!"}, BROKEN),
    ],
)
def test_another_key_is_told_apart(changes: dict[str, Any], why: str) -> None:
    """Identifier and version are named; a passphrase cannot be told from a changed message."""
    assert reason(sealed(), key(**changes)) == why


@pytest.mark.parametrize(
    ("trailer", "why"),
    [
        ({"AdyenCryptoVersion": 2}, "is not sealed by version 1 of Adyen's cryptography"),
        ({"AdyenCryptoVersion": True}, "is not sealed by version 1 of Adyen's cryptography"),
        ({"KeyVersion": "3"}, "is sealed with another version of the key than 3"),
        ({"KeyIdentifier": None}, "is sealed with a key of another identifier"),
        ({"Hmac": b64encode(bytes(32)).decode()}, BROKEN),
        ({"Hmac": b64encode(bytes(31)).decode()}, BROKEN),
        ({"Hmac": "ünlesbar"}, BROKEN),
        ({"Hmac": ""}, BROKEN),
        ({"Nonce": b64encode(bytes(16)).decode()}, BROKEN),
        ({"Nonce": b64encode(bytes(15)).decode()}, BROKEN),
        ({"Nonce": 7}, BROKEN),
    ],
)
def test_a_changed_trailer_is_refused(trailer: dict[str, object], why: str) -> None:
    """Each of its parts counts, whatever it has become."""
    assert reason(sealed(**trailer)) == why


def test_a_message_that_was_changed_anywhere_is_refused_for_one_reason() -> None:
    """One bit of any byte, and blocks left out: padding that is wrong is not told from a wrong MAC."""
    blob = b64decode(str(SEALED["NexoBlob"]))
    changed = [bytes([*blob[:at], blob[at] ^ 1, *blob[at + 1 :]]) for at in range(len(blob))]
    changed += [blob[:-16], blob[16:], blob[:-1], b"", blob + blob]
    for broken in changed:
        document = sealed()
        document["SaleToPOIResponse"]["NexoBlob"] = b64encode(broken).decode()
        assert reason(document) == BROKEN


@pytest.mark.parametrize("trailer", [None, [], "x", {}])
def test_a_message_without_a_trailer_is_refused(trailer: object) -> None:
    """Nothing says then which key is meant."""
    document = sealed()
    document["SaleToPOIResponse"]["SecurityTrailer"] = trailer
    assert reason(document) == "is sealed and does not name the key"


def test_an_old_answer_is_no_answer() -> None:
    """A recorded message that is played again has the number of another request."""
    assert reason(sealed(), request={"SaleToPOIRequest": {"MessageHeader": {"ServiceID": "1"}}}) == (
        "answers another request"
    )


def test_a_sealed_text_that_is_no_json_is_refused() -> None:
    """Also when the MAC is right."""
    document = _sealed_text(b"no JSON")
    assert reason(document) == "is sealed and holds no JSON"


def _sealed_text(text: bytes) -> dict[str, Any]:
    class AsIs(NexoKey):
        """A key whose message is something else than it ought to be."""

        __slots__ = ()

        def _mac(self, _plain: bytes) -> bytes:
            return super()._mac(text)

    # A block before the text decrypts to whatever it will; the vector is chosen so that it is the text.
    odd = AsIs(identifier="shop-key", version=3, passphrase=SHARED)
    document = odd.seal({"SaleToPOIRequest": {"MessageHeader": {}}})
    part = document["SaleToPOIRequest"]
    blob, trailer = b64decode(part["NexoBlob"])[:16], part["SecurityTrailer"]
    begin = b'{"SaleToPOIReque'
    wanted = text + bytes([16 - len(text)]) * (16 - len(text))
    nonce = b64decode(trailer["Nonce"])
    turned = bytes(a ^ b ^ c for a, b, c in zip(nonce, begin, wanted, strict=True))
    trailer["Nonce"] = b64encode(turned).decode()
    part["NexoBlob"] = b64encode(blob).decode()
    return document


@pytest.mark.parametrize(
    "document",
    [
        {"SaleToPOIRequest": {"EventNotification": {"EventToNotify": "Reject"}}},
        {"SaleToPOIResponse": {"DiagnosisResponse": {"Response": {"Result": "Failure"}}}},
    ],
)
def test_trouble_may_be_told_in_the_clear(document: dict[str, Any]) -> None:
    """What stands between posmon and the terminal has no key."""
    assert key().unseal(document, request=REQUEST) == document


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"SaleToPOIResponse": {"DiagnosisResponse": {"Response": {"Result": "Success"}}}},
        {"SaleToPOIResponse": {"DiagnosisResponse": {"Response": {"Result": "Partial"}}}},
        {"SaleToPOIResponse": []},
        {"errors": ["Nexo Service: crypto error (9)"]},
    ],
)
def test_nothing_else_is_believed_in_the_clear(document: object) -> None:
    """An answer that all is well comes from the terminal, which has the key."""
    assert reason(document) == "is not sealed"


def test_a_key_does_not_show() -> None:
    """Neither the passphrase nor what is made of it is in any form of the key."""
    assert repr(key()) == str(key()) == "NexoKey(version=3)"
    assert not hasattr(key(), "__dict__")
