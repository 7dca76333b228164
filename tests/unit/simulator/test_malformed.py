import json
import zlib

import pytest

from monitor.domain.heartbeat.decoding import MAX_BYTES, BadHeartbeat, decode_heartbeat, read_heartbeat
from monitor.domain.heartbeat.fields import field_of
from monitor.domain.polling.poll_result import Outcome
from monitor.simulator.malformed import MALFORMED
from tests.unit.simulator.stricken import healthy, stricken

REFUSED = [kind.name for kind in MALFORMED if kind.outcome is Outcome.PROTOCOL and kind.name != "gzip_bomb"]
REASONS = {
    "wrong_type": "terminal_id: not text",
    "nan": "not JSON in UTF-8",
    "bad_utf8": "not JSON in UTF-8",
    "deep": "nested too deeply",
    "duplicate_keys": "terminal_id: occurs twice, with different values",
    "not_json": "not JSON in UTF-8",
    "empty": "not JSON in UTF-8",
}
UNREADABLE = {
    "unknown_words": {"activity", "battery.percent", "battery.charging", "printer.status", "uptime_seconds"},
    "event_backlog": {"events"},
    "huge_number": {"battery.percent"},
    "huge_integer": {"uptime_seconds"},
    "lone_surrogate": {"app_version"},
    "nul": {"app_version"},
}


@pytest.mark.parametrize("fault", REFUSED)
def test_a_malformed_answer_is_refused(fault: str) -> None:
    """The product refuses it, for the one rule that it breaks."""
    body = stricken(fault).encoded()
    assert len(body) <= MAX_BYTES
    with pytest.raises(BadHeartbeat) as refused:
        decode_heartbeat(body)
    assert str(refused.value) == REASONS[fault]


@pytest.mark.parametrize("fault", UNREADABLE)
def test_an_unreadable_field_costs_itself_alone(fault: str) -> None:
    """The product takes the rest and names the field."""
    heartbeat = read_heartbeat(stricken(fault).encoded())
    assert {*map(field_of, heartbeat.unreadable)} == UNREADABLE[fault]
    assert heartbeat.reading.pin_pad_status == "ok"


LENIENT = ["wrong_type", "nan", "huge_number", "huge_integer", "lone_surrogate", "nul", "duplicate_keys"]


@pytest.mark.parametrize("fault", LENIENT)
def test_a_malformed_answer_breaks_one_rule_only(fault: str) -> None:
    """A lenient reader takes it, so nothing else about it gives it away."""
    document = json.loads(stricken(fault).encoded())
    assert set(document) == set(json.loads(healthy().encoded()))


def test_a_deep_answer_is_as_deep_as_told() -> None:
    """The depth can be set, so that the product's limits can be found."""
    assert decode_heartbeat(stricken("deep", depth=3).encoded()).terminal_id == "10000001"
    assert stricken("deep", depth=500).encoded().count(b"[") == 501


def test_a_gzip_bomb_is_legal_but_for_its_size() -> None:
    """It is below the limit on the wire, above it unpacked, and a heartbeat to whoever unpacks it."""
    answer = stricken("gzip_bomb", mebibytes=2)
    unpacked = zlib.decompress(answer.encoded(), wbits=31)
    assert len(answer.encoded()) < MAX_BYTES < 2**21 < len(unpacked)
    assert json.loads(unpacked) == {"terminal_id": "10000001"}
    assert b"\r\nContent-Encoding: gzip\r\n" in answer.response()


def test_the_usual_gzip_bomb_stays_below_the_limit_on_the_wire() -> None:
    """Only a limit on what is unpacked stops it."""
    assert len(stricken("gzip_bomb").encoded()) < MAX_BYTES


HEADS = [
    ("redirect", b"HTTP/1.1 302 Found\r\n", b"Location: http://169.254.169.254/"),
    ("status_404", b"HTTP/1.1 404 Not Found\r\n", b"Content-Type: text/plain"),
    ("status_500", b"HTTP/1.1 500 Internal Server Error\r\n", b"Content-Type: text/plain"),
    ("not_json", b"HTTP/1.1 200 OK\r\n", b"Content-Type: text/html"),
]


@pytest.mark.parametrize(("fault", "opening", "header"), HEADS, ids=[head[0] for head in HEADS])
def test_a_malformed_answer_has_the_head_of_its_kind(fault: str, opening: bytes, header: bytes) -> None:
    """Status and headers are those a real device in that state would send."""
    response = stricken(fault).response()
    assert response.startswith(opening)
    assert header in response.partition(b"\r\n\r\n")[0]


def test_every_malformed_answer_has_its_case() -> None:
    """No fault of the table is left untried."""
    others = {"gzip_bomb", "redirect", "status_404", "status_500"}
    assert {*REASONS, *UNREADABLE, *others} == {kind.name for kind in MALFORMED}
