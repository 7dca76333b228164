import ssl

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.collectors.http_json.connection import Transport
from monitor.adapters.collectors.http_json.tls.handshakes import MOST_BEHIND_S, HandshakeQueue
from monitor.adapters.collectors.http_json.tls.sessions import TlsSessions
from monitor.adapters.collectors.http_json.tls.transport import PIECE, UNASKED_LIMIT, TlsTransport
from monitor.domain.inventory.endpoint import parse_endpoint
from tests.fakes import FakeClock, loop_settled
from tests.unit.adapters.collectors.http_json.tls.tls_server import (
    NAME,
    VERSIONS,
    TlsServer,
    client_settings,
    server_settings,
)

AUTHORITY = trustme.CA()
CLIENT = client_settings(AUTHORITY)
SERVERS = {version: server_settings(AUTHORITY, version=version) for version in VERSIONS}


class Above:
    """The connection above, which writes down what it hears; `greeting` is sent when it opens."""

    def __init__(self, greeting: bytes = b"") -> None:
        self.greeting = greeting
        self.opened: list[Transport] = []
        self.heard: list[bytes] = []
        self.ends: list[Exception | None] = []

    def connection_made(self, transport: Transport) -> None:
        """Greet."""
        self.opened.append(transport)
        if self.greeting:
            transport.write(self.greeting)

    def data_received(self, data: bytes) -> None:
        """Take one delivery."""
        self.heard.append(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Take the end."""
        self.ends.append(exc)


class Queue(HandshakeQueue):
    """A queue whose turn has always come, so that a test need not wait for the loop."""

    def __init__(self) -> None:
        """Need no loop."""

    def add(self, handshake: TlsTransport) -> None:  # type: ignore[override]
        """Take the step at once."""
        handshake.step()


class Talk:
    """A transport between its connection and a server in memory."""

    def __init__(
        self, settings: ssl.SSLContext, *, queue: HandshakeQueue | None = None, host: str = NAME
    ) -> None:
        clock = FakeClock()
        self.above = Above(b"how are you")
        self.failures: list[Exception] = []
        self.server = TlsServer(settings)
        self.sessions = TlsSessions(clock=clock, most=10)
        self.transport = TlsTransport(
            endpoint=parse_endpoint(f"https://{host}/"),
            above=self.above,  # type: ignore[arg-type]
            failed=self.failures.append,
            settings=CLIENT,
            sessions=self.sessions,
            queue=queue or Queue(),
            clock=clock,
        )

    def begin(self) -> "Talk":
        """Open the wire."""
        self.transport.connection_made(self.server)
        return self

    def open(self) -> "Talk":
        """Shake hands; what the server says behind its part of it is there, too."""
        self.begin()
        for _ in range(3):
            if data := self.server.answer():
                self.transport.data_received(data)
        assert self.server.heard == b"how are you"
        return self

    def lost(self, error: Exception | None = None) -> None:
        """End the wire."""
        self.transport.connection_lost(error)


@pytest.fixture(params=VERSIONS, ids=lambda version: version.name)
def talk(request: pytest.FixtureRequest) -> Talk:
    """Return a talk in each version of TLS, before the wire is open."""
    return Talk(SERVERS[request.param])


def test_an_open_connection_carries_bytes_both_ways(talk: Talk) -> None:
    """Above hears once that it is open, and then what the server says."""
    talk.open()
    assert talk.above.opened == [talk.transport]
    talk.transport.data_received(talk.server.answer(b"fine"))
    assert (talk.above.heard, talk.above.ends, talk.failures) == ([b"fine"], [], [])


@given(data=st.data())
@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.name)
def test_it_does_not_matter_how_bytes_were_split(version: ssl.TLSVersion, data: st.DataObject) -> None:
    """From byte by byte to all at once, handshake and text are the same."""
    talk = Talk(SERVERS[version]).begin()
    texts = data.draw(st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=5))
    size = data.draw(st.integers(1, 3000))

    def deliver(flight: bytes) -> None:
        for at in range(0, len(flight), size):
            talk.transport.data_received(flight[at : at + size])

    for _ in range(3):
        deliver(talk.server.answer())
    deliver(talk.server.answer(*texts, goodbye=True))
    assert b"".join(talk.above.heard) == b"".join(texts)
    talk.lost()
    assert talk.above.ends == [None]


@given(damaged=st.integers(0, 2), share=st.floats(0, 1, exclude_max=True), instead=st.binary(max_size=3))
@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.name)
def test_damage_anywhere_ends_in_a_failure_or_in_waiting(
    version: ssl.TLSVersion, damaged: int, share: float, instead: bytes
) -> None:
    """Bytes that were changed, left out or put in raise nothing, and no text comes of them."""
    talk = Talk(SERVERS[version]).begin()
    for number in range(3):
        if talk.server.is_shut:
            break
        try:
            flight = talk.server.answer()
        except ssl.SSLError:
            break  # the server is the first to notice
        if number == damaged and flight:
            at = int(share * len(flight))
            flight = flight[:at] + instead + flight[at + 1 :]
        if flight:
            talk.transport.data_received(flight)
    talk.lost()
    assert talk.above.heard == []
    assert len(talk.failures) + len(talk.above.ends) == 1
    assert len(talk.above.opened) == len(talk.above.ends)


def test_what_came_together_is_handed_on_together(talk: Talk) -> None:
    """Whoever reads an answer must see what follows it, though it is a record of its own."""
    talk.open()
    talk.transport.data_received(talk.server.answer(b"answer", b"stranger"))
    assert talk.above.heard == [b"answerstranger"]


def test_what_comes_with_the_last_of_the_handshake_is_handed_on() -> None:
    """It waits for no further bytes, which might never come."""
    talk = Talk(SERVERS[ssl.TLSVersion.TLSv1_2]).begin()
    talk.transport.data_received(talk.server.answer())
    assert talk.above.opened == []
    talk.transport.data_received(talk.server.answer(b"early"))
    assert (talk.above.opened, talk.above.heard) == ([talk.transport], [b"early"])


def test_a_large_delivery_is_decrypted_in_pieces(talk: Talk) -> None:
    """What OpenSSL keeps in memory for ever does not grow with what came at once."""
    talk.open()
    text = bytes(100_000)
    talk.transport.data_received(talk.server.answer(text))
    assert talk.above.heard == [text]
    assert talk.transport._incoming.pending == 0


def test_small_enough_pieces_are_fed_whole(talk: Talk) -> None:
    """At the very bound, and one beyond it."""
    talk.open()
    for size in (PIECE - 200, PIECE, PIECE + 1, 3 * PIECE):
        talk.above.heard.clear()
        talk.transport.data_received(talk.server.answer(bytes(size)))
        assert talk.above.heard == [bytes(size)]


def test_the_peers_goodbye_is_a_good_end(talk: Talk) -> None:
    """What came before it is handed on; it is answered, and above hears of no error."""
    talk.open()
    talk.transport.data_received(talk.server.answer(b"last words", goodbye=True))
    assert talk.above.heard == [b"last words"]
    assert (talk.transport.is_closing(), talk.server.is_shut) == (True, True)
    talk.lost()
    assert talk.above.ends == [None]


def test_an_end_without_goodbye_may_have_been_cut(talk: Talk) -> None:
    """Anybody can end a TCP connection; only the peer can say that it has said everything."""
    talk.open()
    talk.lost()
    assert [type(end) for end in talk.above.ends] == [EOFError]


def test_closing_says_goodbye_and_waits_for_nobody(talk: Talk) -> None:
    """The server hears it, and what it says then is not heard any more."""
    talk.open()
    talk.transport.close()
    assert talk.server.is_shut
    talk.server.answer()
    assert talk.server.said_goodbye
    talk.transport.write(b"more")
    talk.lost()
    assert (talk.above.heard, talk.above.ends) == ([], [None])


def test_a_damaged_record_ends_the_connection(talk: Talk) -> None:
    """The server is told by an alert, and above which kind of error it was."""
    talk.open()
    record = bytearray(talk.server.answer(b"fine"))
    record[-1] ^= 1
    before = len(talk.server.written)
    talk.transport.data_received(bytes(record))
    assert (talk.above.heard, talk.server.is_shut) == ([], True)
    assert len(talk.server.written) == before + 1
    talk.lost()
    assert isinstance(talk.above.ends[0], ssl.SSLError)


def test_an_answer_before_a_damaged_record_counts(talk: Talk) -> None:
    """What was decrypted is handed on before the end is."""
    talk.open()
    talk.transport.data_received(talk.server.answer(b"fine") + b"\x17\x03\x03\x00\x05hello")
    assert talk.above.heard == [b"fine"]
    talk.lost()
    assert isinstance(talk.above.ends[0], ssl.SSLError)


def test_a_handshake_that_fails_is_told_once_and_not_above() -> None:
    """A certificate for another name: no request goes out, `failed` is called with the reason."""
    talk = Talk(SERVERS[ssl.TLSVersion.TLSv1_3], host="other.test").begin()
    talk.transport.data_received(talk.server.answer())
    assert talk.server.is_shut
    talk.lost()
    assert [getattr(error, "verify_code", 0) for error in talk.failures] == [62]
    assert (talk.above.opened, talk.above.ends, talk.server.heard) == ([], [], b"")


def test_a_wire_lost_in_the_handshake_is_a_failure(talk: Talk) -> None:
    """With the wire's own error, or the end of what was to come."""
    talk.begin().lost(ConnectionResetError())
    other = Talk(SERVERS[ssl.TLSVersion.TLSv1_2]).begin()
    other.lost()
    assert [type(error) for error in talk.failures + other.failures] == [ConnectionResetError, EOFError]


def test_an_aborted_handshake_ends_silently(talk: Talk) -> None:
    """Neither `failed` nor above is told; a wire that opens later is ended at once."""
    talk.begin()
    talk.transport.abort()
    assert talk.server.is_shut
    talk.lost()
    early = Talk(SERVERS[ssl.TLSVersion.TLSv1_2])
    early.transport.abort()
    early.begin()
    assert (early.server.is_shut, early.server.written) == (True, [])
    early.lost()
    assert (talk.failures, talk.above.ends, early.failures, early.above.ends) == ([], [], [], [])


def test_a_peer_that_sends_too_much_before_its_turn_is_cut() -> None:
    """What waits for the queue is bounded."""

    class Slow(Queue):
        def add(self, handshake: TlsTransport) -> None:  # type: ignore[override]
            del handshake

    talk = Talk(SERVERS[ssl.TLSVersion.TLSv1_3], queue=Slow()).begin()
    for _ in range(UNASKED_LIMIT // 65536 + 1):
        talk.transport.data_received(bytes(65536))
    assert talk.server.is_shut
    talk.lost()
    assert [type(error) for error in talk.failures] == [ssl.SSLError]


def test_a_peer_that_answers_at_length_is_not_cut_for_what_it_said_before(talk: Talk) -> None:
    """What may come is counted from one question to the next."""
    talk.open()
    for _ in range(3):
        talk.transport.write(b"how are you")
        talk.transport.data_received(talk.server.answer(bytes(UNASKED_LIMIT * 3 // 4)))
    assert not talk.server.is_shut
    talk.transport.data_received(talk.server.answer(bytes(UNASKED_LIMIT // 2)))
    assert talk.server.is_shut


async def test_whoever_waits_for_a_queue_that_is_behind_is_held_up() -> None:
    """Not who waits for the peer, nor who waits for a moment."""
    clock = FakeClock()
    talk = Talk(SERVERS[ssl.TLSVersion.TLSv1_3], queue=HandshakeQueue(clock=clock))
    states = []
    talk.begin()
    for _ in range(2):
        states.append(talk.transport.is_held_up)
        clock.turn(MOST_BEHIND_S + 0.01)
        states.append(talk.transport.is_held_up)
        await loop_settled()
        states.append(talk.transport.is_held_up)
        talk.transport.data_received(talk.server.answer())
    assert states == [False, True, False] * 2
    assert talk.above.opened


def test_a_key_update_is_answered() -> None:
    """What TLS itself has to say while text is read goes out with it."""
    talk = Talk(SERVERS[ssl.TLSVersion.TLSv1_3]).open()
    talk.transport._outgoing.write(b"what OpenSSL would answer")
    talk.transport.data_received(talk.server.answer(b"fine"))
    assert talk.server.written[-1] == b"what OpenSSL would answer"
