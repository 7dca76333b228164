"""An Adyen terminal in the local network, on loopback: TLS by its own name, and a key it shares."""

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from monitor.adapters.collectors.nexo.certificate import fleet_tls
from monitor.adapters.collectors.nexo.enquiry import DiagnosisEnquiry
from monitor.adapters.collectors.sockets.collector import OverTls
from monitor.adapters.nexo.sealed_message import NexoKey
from monitor.domain.polling.poll_result import CertificatePeriod
from tests.integration.sockets.asking import terminal

POI_ID = "V400m-324770915"
IDENTIFIER, VERSION, WORDS = "shop-key", 1, "shared with every terminal"
KEY = NexoKey(identifier=IDENTIFIER, version=VERSION, passphrase=WORDS)

_FROM = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)
_UNTIL = dt.datetime(2040, 1, 1, tzinfo=dt.UTC)
HOLDS = CertificatePeriod(_FROM.timestamp(), _UNTIL.timestamp())

Document = dict[str, Any]
Answer = Callable[[Document], Document | bytes]
"""What is answered to the message that was unsealed: a message to be sealed, or bytes to be sent."""


class Fleet:
    """An authority that vouches for terminals, as Adyen's does."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Terminal Fleet of the Tests")])
        made = self._certificate(self._name, self._key.public_key())
        self._root = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.pem = self._root.sign(self._key, SHA256()).public_bytes(Encoding.PEM)

    def server_tls(self, name: str) -> ssl.SSLContext:
        """Return the settings of a terminal with a certificate of that common name."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = self._certificate(subject, key.public_key()).sign(self._key, SHA256())
        with TemporaryDirectory() as folder:
            path = Path(folder, "terminal.pem")
            private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            path.write_bytes(private + certificate.public_bytes(Encoding.PEM))
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(path)
        return tls

    def _certificate(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self._name).public_key(key)
        builder = builder.not_valid_before(_FROM).not_valid_after(_UNTIL)
        return builder.serial_number(x509.random_serial_number())

    def way(self, key: NexoKey = KEY) -> dict[str, OverTls]:
        """Return how a collector asks terminals that this authority vouches for."""
        with TemporaryDirectory() as folder:
            path = Path(folder, "root.pem")
            path.write_bytes(self.pem)
            tls = fleet_tls(path)
        return {
            "nexo+https": OverTls(
                tls,
                lambda endpoint, certificate: DiagnosisEnquiry(
                    key=key, endpoint=endpoint, certificate=certificate
                ),
            )
        }


@cache
def fleet() -> Fleet:
    """Return the authority of the tests."""
    return Fleet()


def named(poi_id: str, environment: str = "live") -> str:
    """Return the common name of a terminal's certificate."""
    return f"{poi_id}.{environment}.terminal.adyen.com"


def diagnosed(request: Document, **status: object) -> Document:
    """Return a terminal's good answer."""
    header = request["SaleToPOIRequest"]["MessageHeader"] | {"MessageType": "Response"}
    state = {"GlobalStatus": "OK", "PrinterStatus": "OK", "PEDOKFlag": True} | status
    response = {"Result": "Success", "AdditionalResponse": "batteryLevel=83%25&firmwareVersion=adyen_v1"}
    return {
        "SaleToPOIResponse": {
            "MessageHeader": header,
            "DiagnosisResponse": {"Response": response, "POIStatus": state},
        }
    }


def failed(request: Document, condition: str) -> Document:
    """Return a terminal's answer that it cannot do it now."""
    answer = diagnosed(request)
    answer["SaleToPOIResponse"]["DiagnosisResponse"] = {
        "Response": {"Result": "Failure", "ErrorCondition": condition}
    }
    return answer


def in_http(body: bytes, status: str = "200 OK") -> bytes:
    """Return an HTTP answer with a JSON body."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class AdyenTerminal:
    """What a terminal has been asked, and what it answers; `requests` are as they came, `asked` unsealed."""

    def __init__(self, answer: Answer = diagnosed, key: NexoKey = KEY) -> None:
        self.requests: list[bytes] = []
        self.asked: list[Document] = []
        self._answer = answer
        self._key = key

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = await reader.readexactly(length)
        self.requests.append(head + body)
        message = self._key.unseal(msgspec.json.decode(body), request={})
        assert isinstance(message, dict)
        self.asked.append(message)
        answer = self._answer(message)
        if not isinstance(answer, bytes):
            answer = in_http(msgspec.json.encode(self._key.seal(answer)))
        writer.write(answer)
        await writer.drain()


@asynccontextmanager
async def serving(
    one: AdyenTerminal, *, name: str = "", authority: Fleet | None = None
) -> AsyncIterator[str]:
    """Let a terminal answer on loopback, with a certificate of that common name; return its endpoint."""
    tls = (authority or fleet()).server_tls(name or named(POI_ID))
    async with terminal(one.talk, tls=tls) as port:
        yield f"nexo+https://127.0.0.1:{port}/{POI_ID}"
