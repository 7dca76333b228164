import httptools
import pytest

from monitor.simulator.answer import SimulatedAnswer
from monitor.simulator.wire_faults import WIRE_FAULTS
from tests.unit.simulator.stricken import RecordingWire, healthy, stricken


def delivered(answer: SimulatedAnswer) -> RecordingWire:
    """Return what a wire saw of `answer`."""
    wire = RecordingWire()
    answer.deliver(wire, answer)
    return wire


class ParsedResponse:
    """What a strict HTTP parser makes of the bytes."""

    def __init__(self, data: bytes) -> None:
        self.body = b""
        self.is_complete = False
        httptools.HttpResponseParser(self).feed_data(data)

    def on_body(self, piece: bytes) -> None:
        """Gather."""
        self.body += piece

    def on_message_complete(self) -> None:
        """Note it."""
        self.is_complete = True


def test_a_healthy_answer_is_sent_whole() -> None:
    """One write, whose head states the length of the body."""
    answer = healthy()
    wire = delivered(answer)
    assert (len(wire.pieces), wire.ending) == (1, "finished")
    assert b"Content-Type: application/json\r\n" in wire.sent
    assert ParsedResponse(wire.sent).body == answer.encoded()


def test_chunked_is_legal() -> None:
    """A strict parser puts the body together again."""
    answer = stricken("chunked")
    wire = delivered(answer)
    response = ParsedResponse(wire.sent)
    assert (response.body, response.is_complete, wire.ending) == (answer.encoded(), True, "finished")
    assert wire.sent.count(b";piece=61\r\n") > 5


def test_truncated_promises_more_than_it_sends() -> None:
    """The head is whole, half of the body is not there, and the connection closes."""
    wire = delivered(stricken("truncated"))
    response = ParsedResponse(wire.sent)
    assert (response.is_complete, wire.ending) == (False, "closed")
    assert 200 < len(response.body) < 500


def test_drip_sends_one_byte_at_a_time() -> None:
    """Byte after byte, from the first of the head on, with a pause after each."""
    wire = delivered(stricken("drip", interval="500ms"))
    assert {len(piece) for piece in wire.pieces} == {1}
    assert set(wire.waits_s) == {0.5}
    assert wire.sent.startswith(b"HTTP/1.1 200 OK\r\n")


def test_drip_ends_with_the_answer() -> None:
    """Whoever is patient gets all of it."""
    answer = stricken("drip")
    answer.body = b"{}"
    wire = delivered(answer)
    assert (ParsedResponse(wire.sent).body, wire.ending) == (b"{}", "finished")


def test_slow_delays_what_is_below_it() -> None:
    """A late answer is late, and otherwise as it would have been."""
    wire = delivered(stricken("slow", delay="3s"))
    assert (wire.waits_s, wire.ending) == ([3.0], "finished")


SILENT = [("hang", ""), ("reset", "reset"), ("offline", "closed"), ("refused", "closed")]


@pytest.mark.parametrize(("fault", "ending"), SILENT)
def test_nothing_is_sent(fault: str, ending: str) -> None:
    """The connection ends in the fault's own way, without a byte."""
    wire = delivered(stricken(fault))
    assert (wire.sent, wire.ending) == (b"", ending)


def test_huge_body_is_as_long_as_it_says() -> None:
    """The stated length is kept to the byte."""
    wire = delivered(stricken("huge_body", bytes=200_001))
    assert len(ParsedResponse(wire.sent).body) == 200_001


def test_endless_headers_never_end() -> None:
    """However much is read, the head is not over and no line of it is malformed."""
    wire = RecordingWire(most_pieces=50)
    answer = stricken("endless_headers")
    answer.deliver(wire, answer)
    assert len(wire.sent) > 500_000
    assert b"\r\n\r\n" not in wire.sent
    assert ParsedResponse(wire.sent[:60_000]).body == b""


def test_every_wire_fault_has_its_case() -> None:
    """No fault of the table is left untried."""
    tried = {"chunked", "truncated", "drip", "slow", "huge_body", "endless_headers"}
    assert tried | {fault for fault, _ in SILENT} == {kind.name for kind in WIRE_FAULTS}
