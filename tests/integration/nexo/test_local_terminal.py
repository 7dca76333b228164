"""Adyen's terminals in the local network, over real connections."""

import asyncio
import json
from typing import Any

import pytest

from monitor.adapters.nexo.sealed_message import NexoKey
from monitor.domain.heartbeat.reading import Activity, PinPadStatus, PrinterStatus
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.polling.poll_result import Outcome, PollResult
from tests.integration.nexo.adyen_terminal import (
    HOLDS,
    IDENTIFIER,
    KEY,
    POI_ID,
    VERSION,
    WORDS,
    AdyenTerminal,
    Fleet,
    diagnosed,
    failed,
    fleet,
    in_http,
    named,
    serving,
)
from tests.integration.sockets.asking import ask, collector, terminal
from tests.npm_packages import library

Document = dict[str, Any]


async def asked(
    one: AdyenTerminal, *, name: str = "", authority: Fleet | None = None, key: NexoKey = KEY
) -> PollResult:
    """Return what a poll of a terminal comes to."""
    async with (
        serving(one, name=name, authority=authority) as endpoint,
        collector(over_tls=fleet().way(key)) as asking,
    ):
        return await ask(asking, endpoint)


@pytest.mark.parametrize("name", [named(POI_ID), named(POI_ID, "test"), named("legacy-terminal-certificate")])
async def test_a_terminal_says_how_it_is(name: str) -> None:
    """Its certificate may be its own or the one that old terminals share."""
    one = AdyenTerminal(lambda request: diagnosed(request, PrinterStatus="NoPaper", SecurityOKFlag=False))
    result = await asked(one, name=name)
    assert (result.outcome, result.detail) == (Outcome.OK, "")
    reading = result.reading
    assert reading is not None
    assert (reading.activity, reading.printer_status) == (Activity.IDLE, PrinterStatus.PAPER_OUT)
    assert (reading.model, reading.serial_number) == ("V400m", "324770915")
    assert reading.firmware_version == "adyen_v1"
    assert reading.battery is not None
    assert reading.battery.percent == 83
    assert reading.pin_pad is not None
    assert reading.pin_pad.status is PinPadStatus.FAULT
    assert reading.terminal_id == ""


async def test_a_poll_tells_how_long_the_certificate_holds() -> None:
    """Each poll has a connection of its own; one that fails tells nothing."""
    assert (await asked(AdyenTerminal())).certificate == HOLDS
    assert (await asked(AdyenTerminal(lambda _: in_http(b"no JSON")))).certificate is None


async def test_nothing_goes_over_the_line_in_the_clear() -> None:
    """The one request is a sealed diagnosis, and Adyen's library can open it."""
    one = AdyenTerminal()
    await asked(one)
    (request,) = one.requests
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /nexo HTTP/1.1\r\n")
    assert b"DiagnosisRequest" not in body
    assert WORDS.encode() not in request
    their_key = {
        "AdyenCryptoVersion": 1,
        "KeyIdentifier": IDENTIFIER,
        "KeyVersion": VERSION,
        "Passphrase": WORDS,
    }
    sealed = json.loads(body)["SaleToPOIRequest"]
    assert json.loads(library("nexo.js", do="open", sealed=sealed, key=their_key)["is"]) == one.asked[0]
    assert list(one.asked[0]["SaleToPOIRequest"]) == ["MessageHeader", "DiagnosisRequest"]


@pytest.mark.parametrize("condition", ["Busy", "InProgress"])
async def test_a_terminal_in_a_payment_is_busy(condition: str) -> None:
    """It is there, and nothing is wrong with it."""
    result = await asked(AdyenTerminal(lambda request: failed(request, condition)))
    assert result.outcome is Outcome.OK
    assert result.reading is not None
    assert result.reading.activity is Activity.BUSY


async def test_a_request_that_fails_says_that_the_terminal_is_there() -> None:
    """Nothing more is known of it, and the reason is named."""
    result = await asked(AdyenTerminal(lambda request: failed(request, "NotAllowed")))
    assert (result.outcome, result.reading) == (Outcome.OK, None)
    assert result.detail == "diagnoses failed with NotAllowed"


async def test_a_word_that_is_not_listed_is_named() -> None:
    """It costs its own field only."""
    result = await asked(AdyenTerminal(lambda request: diagnosed(request, PrinterStatus="Smoking")))
    assert result.unreadable == ("printer.status: a word that this kind does not list",)
    assert result.reading is not None
    assert result.reading.printer is None
    assert result.reading.activity is Activity.IDLE


async def test_the_certificate_of_another_terminal_is_another_terminal() -> None:
    """An address that was given to another terminal: its id is known, and it is asked nothing."""
    one = AdyenTerminal()
    result = await asked(one, name=named("P400Plus-275102806"))
    assert (result.outcome, result.detail) == (Outcome.OK, "another terminal answers")
    assert result.reading is not None
    assert result.reading.terminal_id == "P400Plus-275102806"
    assert one.requests == []


async def test_the_answer_of_another_terminal_is_another_terminal() -> None:
    """Terminals with the shared certificate are known by their answer."""

    def answers(request: Document) -> Document:
        answer = diagnosed(request)
        answer["SaleToPOIResponse"]["MessageHeader"]["POIID"] = "P400Plus-275102806"
        return answer

    result = await asked(AdyenTerminal(answers), name=named("legacy-terminal-certificate"))
    assert result.outcome is Outcome.OK
    assert result.reading is not None
    assert (result.reading.terminal_id, result.reading.activity) == ("P400Plus-275102806", None)


@pytest.mark.parametrize(
    "name",
    [
        "127.0.0.1",
        f"{POI_ID}.live.terminal.adyen.com.evil.example",
        f"{POI_ID}.beta.terminal.adyen.com",
        f"a.{POI_ID}.live.terminal.adyen.com",
        "V400m.live.terminal.adyen.com",
        f"{POI_ID}.live.terminal.adyen.com\n",
    ],
)
async def test_a_certificate_of_no_terminal_is_refused(name: str) -> None:
    """Adyen's own library refuses the same names; nothing is sent."""
    one = AdyenTerminal()
    result = await asked(one, name=name)
    assert (result.outcome, result.detail) == (Outcome.TLS, "certificate is of no terminal of Adyen's")
    assert one.requests == []
    assert library("nexo.js", do="vouches", commonName=name)["is"] is False


@pytest.mark.parametrize("name", [named(POI_ID), named("legacy-terminal-certificate", "test")])
def test_adyen_s_library_takes_the_names_that_posmon_takes(name: str) -> None:
    """The names are Adyen's, and no more than they."""
    assert library("nexo.js", do="vouches", commonName=name)["is"] is True


async def test_a_terminal_of_another_authority_is_refused() -> None:
    """The right name is worth nothing under another root."""
    one = AdyenTerminal()
    result = await asked(one, authority=Fleet())
    assert result.outcome is Outcome.TLS
    assert result.detail.startswith("certificate not trusted")
    assert one.requests == []


@pytest.mark.parametrize(
    ("answer", "outcome", "detail"),
    [
        (in_http(b"{}"), Outcome.PROTOCOL, "the answer is not sealed"),
        (in_http(b"[" * 100_000), Outcome.PROTOCOL, "the answer is not JSON"),
        (in_http(b"hello"), Outcome.PROTOCOL, "the answer is not JSON"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Outcome.PROTOCOL, "not HTTP/1.1"),
        (in_http(b'{"errors":["crypto error (9)"]}', "401 Unauthorized"), Outcome.HTTP_STATUS,
         "status 401: it does not know the key of polling.nexo"),
        (in_http(b"", "503 Busy"), Outcome.HTTP_STATUS, "status 503"),
        (b"HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\n\r\n", Outcome.REDIRECT, "status 302"),
        (in_http(b'{"SaleToPOIResponse": {}}')[:-9], Outcome.RESET,
         "connection closed before the answer was whole"),
        (b"", Outcome.RESET, "connection closed without an answer"),
        (in_http(b" " * 300_000), Outcome.PROTOCOL, "the answer is not JSON"),
    ],
)  # fmt: skip
async def test_what_is_no_answer_is_a_failure(answer: bytes, outcome: Outcome, detail: str) -> None:
    """Each has its reason, in posmon's words."""
    result = await asked(AdyenTerminal(lambda _request: answer))
    assert (result.outcome, result.detail, result.reading) == (outcome, detail, None)


async def test_another_passphrase_is_a_failure_that_shows_nothing_of_it() -> None:
    """Here the terminal answers with a key that has the same name."""
    theirs = NexoKey(identifier=IDENTIFIER, version=VERSION, passphrase=WORDS[1:])
    sealed = json.dumps(theirs.seal({"SaleToPOIResponse": {"MessageHeader": {}}})).encode()
    result = await asked(AdyenTerminal(lambda _request: in_http(sealed)))
    assert result.outcome is Outcome.PROTOCOL
    assert result.detail == (
        "the answer cannot be opened: it was sealed with another passphrase, or changed on its way"
    )
    assert WORDS not in repr(result)


async def test_an_old_answer_is_refused() -> None:
    """A recorded answer that is played again is not the terminal's state of now."""
    first: list[Document] = []

    def replays(request: Document) -> Document:
        first.append(request)
        return diagnosed(first[0])

    one = AdyenTerminal(replays)
    async with serving(one) as endpoint, collector(over_tls=fleet().way()) as asking:
        assert (await ask(asking, endpoint)).detail == ""
        result = await ask(asking, endpoint)
    assert (result.outcome, result.detail) == (Outcome.PROTOCOL, "the answer answers another request")


async def test_a_terminal_that_says_that_it_shuts_down_is_offline() -> None:
    """An event in place of an answer."""
    event = {"SaleToPOIRequest": {"MessageHeader": {}, "EventNotification": {"EventToNotify": "Shutdown"}}}
    result = await asked(AdyenTerminal(lambda _request: event))
    assert result.outcome is Outcome.REPORTED_OFFLINE


async def test_a_terminal_that_hangs_times_out() -> None:
    """Before the handshake, and after the request."""

    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with collector(over_tls=fleet().way()) as asking:
        async with terminal(silent) as port:
            result = await ask(asking, f"nexo+https://127.0.0.1:{port}/{POI_ID}", timeout_s=0.2)
        assert (result.outcome, result.detail) == (Outcome.TIMEOUT, "no connection within 0.2 s")
        async with terminal(silent, tls=fleet().server_tls(named(POI_ID))) as port:
            result = await ask(asking, f"nexo+https://127.0.0.1:{port}/{POI_ID}", timeout_s=0.5)
        assert (result.outcome, result.detail) == (Outcome.TIMEOUT, "no answer within 0.5 s")


async def test_a_port_without_tls_is_a_failure() -> None:
    """It gets no request."""

    async def banner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await reader.read()

    async with terminal(banner) as port, collector(over_tls=fleet().way()) as asking:
        result = await ask(asking, f"nexo+https://127.0.0.1:{port}/{POI_ID}")
    assert (result.outcome, result.detail) == (Outcome.TLS, "the terminal does not speak TLS")


async def test_an_address_that_is_not_allowed_is_not_asked() -> None:
    """As for every other way of observing."""
    one = AdyenTerminal()
    async with (
        serving(one) as endpoint,
        collector(policy=AddressPolicy(), over_tls=fleet().way()) as asking,
    ):
        result = await ask(asking, endpoint)
    assert result.outcome is Outcome.REFUSED
    assert "loopback" in result.detail
    assert one.requests == []
