"""Messages of nexo that only holders of a shared key can read or write (Adyen, "Protect with your own code").

A sealed message keeps its header in the clear. `NexoBlob` is the whole message, encrypted; `SecurityTrailer`
names the key and has a MAC of the message. The MAC is one of the plain text, so posmon decrypts first, and
looks at nothing that it has decrypted before the MAC has been compared.
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import pbkdf2_hmac
from secrets import token_bytes
from typing import Any

import msgspec
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from monitor.adapters.nexo.sealing import BadSeal

CRYPTO_VERSION = 1

_SALT, _ROUNDS = b"AdyenNexoV1Salt", 4000
_MAC_KEY, _CIPHER_KEY, _VECTOR = 32, 32, 16
_BLOCK = 16
_MAC = 32
_REQUEST, _RESPONSE = "SaleToPOIRequest", "SaleToPOIResponse"
_BROKEN = "cannot be opened: it was sealed with another passphrase, or changed on its way"


class NexoKey:
    """A key that is shared with terminals, a `Sealing`; nothing of it but its version shows in `repr`.

    `passphrase` is ASCII: Adyen's libraries turn other characters into different bytes.
    """

    __slots__ = ("_cipher_key", "_identifier", "_mac_key", "_vector", "version")

    def __init__(self, *, identifier: str, version: int, passphrase: str) -> None:
        size = _MAC_KEY + _CIPHER_KEY + _VECTOR
        derived = pbkdf2_hmac("sha1", passphrase.encode("ascii"), _SALT, _ROUNDS, dklen=size)
        self.version = version
        self._identifier = identifier
        self._mac_key = derived[:_MAC_KEY]
        self._cipher_key = derived[_MAC_KEY : _MAC_KEY + _CIPHER_KEY]
        self._vector = derived[_MAC_KEY + _CIPHER_KEY :]

    def __repr__(self) -> str:
        return f"NexoKey(version={self.version})"

    def seal(self, message: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """Return a message such as `{"SaleToPOIRequest": {"MessageHeader": …, …}}` sealed, under its name."""
        ((name, content),) = message.items()
        plain, nonce = msgspec.json.encode(message), token_bytes(_VECTOR)
        padding = _BLOCK - len(plain) % _BLOCK
        encryptor = self._cipher(nonce).encryptor()
        blob = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
        trailer = {
            "AdyenCryptoVersion": CRYPTO_VERSION,
            "KeyIdentifier": self._identifier,
            "KeyVersion": self.version,
            "Nonce": b64encode(nonce).decode(),
            "Hmac": b64encode(self._mac(plain)).decode(),
        }
        header = content["MessageHeader"]
        sealed = {"MessageHeader": header, "NexoBlob": b64encode(blob).decode(), "SecurityTrailer": trailer}
        return {name: sealed}

    def unseal(self, document: object, *, request: Mapping[str, Any]) -> object:
        """Return the message in `document`, which answers `request`.

        A message that is not sealed is returned as it is when it tells of a failure or an event: what stands
        between posmon and the terminal has no key. Raises BadSeal for any other, for a message of another
        key, for one that was changed, and for the answer to another request.
        """
        sealed = _sealed_part(document)
        if sealed is None:
            return document
        trailer = _object(sealed.get("SecurityTrailer"))
        self._refuse_other_keys(trailer)
        plain = self._opened(sealed.get("NexoBlob"), trailer)
        try:
            message = msgspec.json.decode(plain)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            raise BadSeal("is sealed and holds no JSON") from None
        answer = _object(_object(message).get(_RESPONSE))
        if answer and _service_id(answer) != _service_id(_object(request.get(_REQUEST))):
            raise BadSeal("answers another request")
        return message

    def _refuse_other_keys(self, trailer: Mapping[str, Any]) -> None:
        if not trailer:
            raise BadSeal("is sealed and does not name the key")
        if not _is_number(trailer.get("AdyenCryptoVersion"), CRYPTO_VERSION):
            raise BadSeal(f"is not sealed by version {CRYPTO_VERSION} of Adyen's cryptography")
        if trailer.get("KeyIdentifier") != self._identifier:
            raise BadSeal("is sealed with a key of another identifier")
        if not _is_number(trailer.get("KeyVersion"), self.version):
            raise BadSeal(f"is sealed with another version of the key than {self.version}")

    def _opened(self, blob: object, trailer: Mapping[str, Any]) -> bytes:
        """Return the plain text; one reason for all that is wrong, so that no answer tells of the padding."""
        encrypted, nonce, mac = map(_bytes, (blob, trailer.get("Nonce"), trailer.get("Hmac")))
        if not encrypted or len(encrypted) % _BLOCK or len(nonce) != _VECTOR or len(mac) != _MAC:
            raise BadSeal(_BROKEN)
        decryptor = self._cipher(nonce).decryptor()
        padded = decryptor.update(encrypted) + decryptor.finalize()
        padding = padded[-1]
        is_padded = 1 <= padding <= _BLOCK and padded.endswith(bytes([padding]) * padding)
        plain = padded[:-padding] if is_padded else padded
        if not (hmac.compare_digest(self._mac(plain), mac) and is_padded):
            raise BadSeal(_BROKEN)
        return plain

    def _mac(self, plain: bytes) -> bytes:
        return hmac.digest(self._mac_key, plain, "sha256")

    def _cipher(self, nonce: bytes) -> Cipher[CBC]:
        vector = bytes(ours ^ theirs for ours, theirs in zip(self._vector, nonce, strict=True))
        return Cipher(AES(self._cipher_key), CBC(vector))


def _sealed_part(document: object) -> Mapping[str, Any] | None:
    """Return the sealed message, None for one in the clear that may be; raises BadSeal for any other."""
    whole = _object(document)
    for name in (_RESPONSE, _REQUEST):
        part = _object(whole.get(name))
        if "NexoBlob" in part:
            return part
    if _object(_object(whole.get(_REQUEST)).get("EventNotification")):
        return None
    diagnosis = _object(_object(whole.get(_RESPONSE)).get("DiagnosisResponse"))
    if _object(diagnosis.get("Response")).get("Result") == "Failure":
        return None
    raise BadSeal("is not sealed")


def _service_id(message: Mapping[str, Any]) -> object:
    return _object(message.get("MessageHeader")).get("ServiceID")


def _bytes(written: object) -> bytes:
    """Return what base64 stands for, nothing for what is none."""
    try:
        return b64decode(written, validate=True) if type(written) is str else b""
    except ValueError:
        return b""


def _is_number(found: object, expected: int) -> bool:
    return type(found) is int and found == expected


def _object(value: object) -> Mapping[str, Any]:
    return value if type(value) is dict else {}
