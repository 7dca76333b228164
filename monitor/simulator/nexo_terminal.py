"""Terminals of Adyen that are not there, in the local network: TLS by their own names, sealed messages.

It follows Adyen's description of local communications, and shares no code with posmon's client. The key is
KEY_IDENTIFIER, KEY_VERSION and PASSPHRASE; the authority is another one in each process.
"""

import datetime as dt
import hmac
import ssl
from base64 import b64decode, b64encode
from functools import cache
from hashlib import pbkdf2_hmac
from os import urandom
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from monitor.simulator.adyen_cloud import adyen_id, diagnosed, event, is_diagnosis
from monitor.simulator.socket_terminals import SocketTerminal

KEY_IDENTIFIER, KEY_VERSION, PASSPHRASE = "simulated", 1, "simulated passphrase"

_HEAD = "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
_LARGEST = 64 * 1024
_SINCE = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_UNTIL = dt.datetime(2060, 1, 1, tzinfo=dt.UTC)
_NO_DIAGNOSIS = "Only a diagnosis of this terminal is served."


class NexoTerminal(SocketTerminal):
    """Answers a sealed diagnosis at /nexo; every other message is rejected."""

    _received = b""

    def answer(self, data: bytes) -> bytes:
        """Return the whole answer once the request is whole."""
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0].strip()
        if len(self._received) > _LARGEST or (end and not length.isdigit()):
            return _answer("400 Bad Request", {})
        if not end or len(body) < int(length):
            return b""
        self._received = b""
        if not head.startswith((b"POST /nexo HTTP/1.1\r\n", b"POST /nexo/ HTTP/1.1\r\n")):
            return _answer("404 Not Found", {})
        try:
            message = unsealed(msgspec.json.decode(body)["SaleToPOIRequest"])
        except (KeyError, TypeError, ValueError, InvalidSignature):
            return _answer("401 Unauthorized", {"errors": ["Nexo Service: crypto error (9)"]})
        document = self._say()
        request = message["SaleToPOIRequest"]
        header = request["MessageHeader"]
        if is_diagnosis(request, header, adyen_id(document.terminal_id)):
            return _answer("200 OK", sealed(diagnosed(header, document)))
        return _answer("200 OK", sealed(event(header, _NO_DIAGNOSIS)))


def _answer(status: str, document: object) -> bytes:
    body = msgspec.json.encode(document)
    return _HEAD.format(status=status, length=len(body)).encode() + body


@cache
def _derived() -> tuple[bytes, bytes, int]:
    """Return the keys of the MAC and of the cipher, and the vector as a number."""
    derived = pbkdf2_hmac("sha1", PASSPHRASE.encode(), b"AdyenNexoV1Salt", 4000, 80)
    return derived[:32], derived[32:64], int.from_bytes(derived[64:], "big")


def _aes(nonce: bytes) -> Cipher[modes.CBC]:
    vector = _derived()[2] ^ int.from_bytes(nonce, "big")
    return Cipher(algorithms.AES(_derived()[1]), modes.CBC(vector.to_bytes(16, "big")))


def sealed(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message encrypted with the simulated key, under its name."""
    ((name, content),) = message.items()
    text, nonce = msgspec.json.encode(message), urandom(16)
    padder, encryptor = PKCS7(128).padder(), _aes(nonce).encryptor()
    blob = encryptor.update(padder.update(text) + padder.finalize()) + encryptor.finalize()
    trailer = {
        "AdyenCryptoVersion": 1,
        "KeyIdentifier": KEY_IDENTIFIER,
        "KeyVersion": KEY_VERSION,
        "Nonce": b64encode(nonce).decode(),
        "Hmac": b64encode(hmac.digest(_derived()[0], text, "sha256")).decode(),
    }
    header = content["MessageHeader"]
    return {name: {"MessageHeader": header, "NexoBlob": b64encode(blob).decode(), "SecurityTrailer": trailer}}


def unsealed(secured: Any) -> Any:  # noqa: ANN401 - JSON is anything
    """Return the message within; raises KeyError, TypeError, ValueError or InvalidSignature without one."""
    trailer = secured["SecurityTrailer"]
    named = (trailer["AdyenCryptoVersion"], trailer["KeyIdentifier"], trailer["KeyVersion"])
    if named != (1, KEY_IDENTIFIER, KEY_VERSION):
        raise InvalidSignature
    decryptor, unpadder = _aes(b64decode(trailer["Nonce"])).decryptor(), PKCS7(128).unpadder()
    padded = decryptor.update(b64decode(secured["NexoBlob"])) + decryptor.finalize()
    text = unpadder.update(padded) + unpadder.finalize()
    if not hmac.compare_digest(hmac.digest(_derived()[0], text, "sha256"), b64decode(trailer["Hmac"])):
        raise InvalidSignature
    return msgspec.json.decode(text)


class Authority:
    """Vouches for simulated terminals, as Adyen's root certificate does for real ones."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Simulated Terminal Fleet")
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        root = self._certificate(self._name, self._key).add_extension(constraints, critical=True)
        self.pem = root.sign(self._key, SHA256()).public_bytes(Encoding.PEM)

    def terminal_tls(self, terminal_id: str) -> ssl.SSLContext:
        """Return what a terminal listens with: a certificate that names its POIID."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(f"{adyen_id(terminal_id)}.test.terminal.adyen.com")
        certificate = self._certificate(subject, key).sign(self._key, SHA256())
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # The ssl module takes a chain from a file only.
        with TemporaryDirectory() as folder:
            path = Path(folder, "terminal.pem")
            path.write_bytes(private + certificate.public_bytes(Encoding.PEM))
            tls.load_cert_chain(path)
        return tls

    def _certificate(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self._name)
        builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
        return builder.not_valid_before(_SINCE).not_valid_after(_UNTIL)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


@cache
def authority() -> Authority:
    """Return the authority of this process."""
    return Authority()
