"""Heartbeat documents: what is taken, what is refused and in which words."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from functools import partial
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from monitor.domain.heartbeat.decoding import (
    EVENTS_CUT,
    MAX_BYTES,
    BadHeartbeat,
    Heartbeat,
    decode_heartbeat,
    read_document,
    read_heartbeat,
    read_slowly,
)
from monitor.domain.heartbeat.fields import FIELD_NAMES, field_of
from monitor.domain.heartbeat.reading import (
    Activity,
    Battery,
    Component,
    ComponentStatus,
    Network,
    NetworkType,
    PinPad,
    PinPadStatus,
    Printer,
    PrinterStatus,
    Reading,
    Registration,
    RegistrationStatus,
    SelfTest,
    SelfTestStatus,
)
from monitor.domain.strict_json import BadJson, decode_leniently

FULL: dict[str, Any] = {
    "terminal_id": "00012345",
    "merchant_id": "898310148160568",
    "serial_number": "N910-00012345",
    "vendor": "newland",
    "model": "N910",
    "firmware_version": "3.2.1",
    "app_version": "5.1.0",
    "sent_at": "2026-11-21T01:00:00Z",
    "uptime_seconds": 86400,
    "activity": "idle",
    "battery": {"percent": 87, "charging": False},
    "printer": {"status": "ok"},
    "registration": {"status": "registered", "signed_in_at": "2026-11-21T00:10:00Z"},
    "pin_pad": {"status": "ok"},
    "card_reader": {"status": "ok"},
    "display": {"status": "ok"},
    "network": {"type": "cellular", "signal_dbm": -71, "host_reachable": True},
    "unsent_transactions": 0,
    "self_test": {"status": "failed", "failed": ["printer", "memory"]},
    "temperature_celsius": 34.5,
    "settled_at": "2026-11-20T14:05:00Z",
    "operator_password_changed_at": "2026-10-01T07:30:00Z",
    "boot_count": 7,
    "configuration_version": "2026.11.2",
    "events": [],
}
FULL_READING = Reading(
    terminal_id="00012345",
    merchant_id="898310148160568",
    serial_number="N910-00012345",
    vendor="newland",
    model="N910",
    firmware_version="3.2.1",
    app_version="5.1.0",
    sent_at="2026-11-21T01:00:00Z",
    uptime_seconds=86400,
    activity=Activity.IDLE,
    battery=Battery(percent=87.0, charging=False),
    printer=Printer(status=PrinterStatus.OK),
    registration=Registration(status=RegistrationStatus.REGISTERED, signed_in_at="2026-11-21T00:10:00Z"),
    pin_pad=PinPad(status=PinPadStatus.OK),
    card_reader=Component(status=ComponentStatus.OK),
    display=Component(status=ComponentStatus.OK),
    network=Network(type=NetworkType.CELLULAR, signal_dbm=-71.0, host_reachable=True),
    unsent_transactions=0,
    self_test=SelfTest(status=SelfTestStatus.FAILED, failed=("printer", "memory")),
    temperature_celsius=34.5,
    settled_at="2026-11-20T14:05:00Z",
    operator_password_changed_at="2026-10-01T07:30:00Z",  # noqa: S106 - a date
    boot_count=7,
    configuration_version="2026.11.2",
)


NO_ID = "terminal_id: not 1 to 64 of A-Z a-z 0-9 . _ : -"
TWO_IDS = "terminal_id: occurs twice, with different values"
NO_TIME = "not a time with an offset, such as 2026-11-21T01:00:00Z"
ONE = b'{"terminal_id":"10000001",'


def body(**changes: Any) -> bytes:
    """Return a minimal document with `changes` in it."""
    return json.dumps({"terminal_id": "10000001"} | changes).encode()


def refusal(document: bytes) -> str:
    """Return why `document` is refused."""
    with pytest.raises(BadHeartbeat) as caught:
        decode_heartbeat(document)
    return str(caught.value)


def test_the_documented_example_is_taken_whole() -> None:
    """Every documented field arrives with its value, whatever the white space."""
    for indent in (None, 2):
        assert decode_heartbeat(json.dumps(FULL, indent=indent).encode()) == FULL_READING


@pytest.mark.parametrize(
    ("says", "document", "expected"),
    [
        ("a terminal id alone is a heartbeat", body(), {}),
        ("spaces that pad the terminal id are no part of it", body(terminal_id="10000001   "), {}),
        ("null is unknown", body(battery=None, vendor=None, activity=None), {}),
        ("null inside a component is unknown", body(printer={"status": None}), {"printer": Printer()}),
        ("an empty component is unknown", body(network={}), {"network": Network()}),
        ("unknown keys are dropped", body(colour={"of": ["the", {"case": 1e300}]}), {}),
        ("unknown keys of a component are dropped", body(printer={"ink": 3}), {"printer": Printer()}),
        ("events are another reader's", body(events=[{"id": "1", "type": "x"}, "junk", 7]), {}),
        ("an unread text may break lines", body(note="a\nb\x7f"), {}),
        ("an escaped backslash before u0000 is not a NUL", body(note="\\u0000"), {}),
        ("half a per cent counts", body(battery={"percent": 0.5}), {"battery": Battery(percent=0.5)}),
        (
            "a merchant id may look like a card",
            body(merchant_id="378282246310005"),
            {"merchant_id": "378282246310005"},
        ),
        (
            "so may a serial number",
            body(serial_number="4111111111111111"),
            {"serial_number": "4111111111111111"},
        ),
        ("a whole number may be written with a point", body(uptime_seconds=3.0), {"uptime_seconds": 3}),
        ("text may be Chinese", body(vendor="联迪"), {"vendor": "联迪"}),
        ("text may hold a quote and a colon", body(model='a":b'), {"model": 'a":b'}),
        ("equal keys of different objects are apart", body(x={"y": 1}, z={"y": 1}), {}),
        ("a long run of digits may be text", body(iccid="8" * 30), {}),
        ("the largest 64-bit integer passes unread", body(x=2**64 - 1, y=-(2**63)), {}),
    ],
)
def test_accepted(says: str, document: bytes, expected: dict[str, Any]) -> None:
    """What the contract allows is taken; the first column says what."""
    assert decode_heartbeat(document) == Reading(terminal_id="10000001", **expected), says


def test_the_longest_terminal_id_may_be_padded() -> None:
    """The limit of 64 characters is counted after the padding is gone."""
    assert decode_heartbeat(body(terminal_id="x" * 64 + " " * 8)).terminal_id == "x" * 64


@pytest.mark.parametrize("space", [" ", "\u3000", "\u00a0", "\u2009"], ids=ascii)
def test_spaces_of_any_width_are_text(space: str) -> None:
    """The wide space of Chinese names costs no heartbeat."""
    assert decode_heartbeat(body(vendor=f"新大陆{space}N910")).vendor == f"新大陆{space}N910"


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (b"", "not JSON in UTF-8"),
        (b"   ", "not JSON in UTF-8"),
        (b"<html>", "not JSON in UTF-8"),
        (body().decode().encode("utf-16"), "not JSON in UTF-8"),
        (body() + b"{}", "not JSON in UTF-8"),
        (body() + b"\x00}", "not JSON in UTF-8"),
        (b"\x00" + body(), "not JSON in UTF-8"),
        (b"\xef\xbb\xbf" * 2 + body(), "not JSON in UTF-8"),
        (b"// hello\n" + body(), "not JSON in UTF-8"),
        (b'{"terminal_id":"1",}', "not JSON in UTF-8"),
        (b'{"terminal_id":"1","vendor":"\xff"}', "not JSON in UTF-8"),
        (b'{"terminal_id":"1","vendor":"\xed\xa0\x80"}', "not JSON in UTF-8"),
        (b'{"terminal_id":"1","\xc0\x80":1}', "not JSON in UTF-8"),
        (b'{"terminal_id":"1","vendor":"a\nb"}', "not JSON in UTF-8"),
        (b'{"terminal_id":"1","x":NaN}', "not JSON in UTF-8"),
        (b'{"terminal_id":"1","x":-Infinity}', "not JSON in UTF-8"),
        (b"[" * 60_000, "nested too deeply"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "nested too deeply"),
        (body(x="a" * MAX_BYTES), "larger than 256 KiB"),
        (body(vendor="N") + b" " * MAX_BYTES, "larger than 256 KiB"),
        (b'{"terminal_id":"1","events":[' + b"1," * MAX_BYTES, None),
        (b'{"events":[' + b"1," * MAX_BYTES, "larger than 256 KiB, with the events before the terminal_id"),
        (b"null", "not an object"),
        (b"[" + body() + b"]", "not an object"),
        (b'"10000001"', "not an object"),
        (b"[" + b"1," * MAX_BYTES, "not an object"),
        (b'{"terminal_id":"1","terminal_id":"2"}', TWO_IDS),
        (b'{"terminal_id":"1","terminal_\\u0069d":"2"}', TWO_IDS),
        (b"{}", "terminal_id: missing"),
        (body(terminal_id=None), "terminal_id: missing"),
        (body(terminal_id=10000001), "terminal_id: not text"),
        (body(terminal_id=["1"]), "terminal_id: not text"),
        (body(terminal_id=""), NO_ID),
        (body(terminal_id="    "), NO_ID),
        (body(terminal_id=" 1"), NO_ID),
        (body(terminal_id="1\n"), NO_ID),
        (body(terminal_id="1\t"), NO_ID),
        (body(terminal_id="x" * 65), NO_ID),
        (body(terminal_id="\uff11"), NO_ID),
        (body(terminal_id="<b>"), NO_ID),
        (body(terminal_id="4111111111111111"), "terminal_id: could be a card number"),
        (body(terminal_id="4111-1111-1111-1111"), "terminal_id: could be a card number"),
        (body(merchant_id="4111 1111 1111 1111"), "merchant_id: could be a card number"),
        (body(vendor="378282246310005"), "vendor: could be a card number"),
        (body(model="30569309025904"), "model: could be a card number"),
        (body(model=4111111111111111), "model: could be a card number"),
        (body(model="4111111111111111" + "x" * 60), "model: could be a card number"),
        (body(firmware_version="v4111111111111111"), "firmware_version: could be a card number"),
        (body(app_version="\uff14" + "\uff11" * 15), "app_version: could be a card number"),
    ],
)
def test_refused(document: bytes, why: str | None) -> None:
    """Only what is no heartbeat, or carries card data, is refused, in words that quote nothing of it."""
    if why is None:
        assert decode_heartbeat(document).terminal_id == "1"
    else:
        assert refusal(document) == why


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (body(vendor="a\u2028b"), "vendor: not printable text of at most 64 characters"),
        (body(model="a\u202eb"), "model: not printable text of at most 64 characters"),
        (body(model="a\x7f"), "model: not printable text of at most 64 characters"),
        (ONE + b'"model":"a\x7f"}', "model: not printable text of at most 64 characters"),
        (ONE + b'"model":"a\xe2\x80\xa8b"}', "model: not printable text of at most 64 characters"),
        (ONE + b'"model":"\\u0000"}', "model: not printable text of at most 64 characters"),
        (ONE + b'"model":"\\ud800"}', "model: not printable text of at most 64 characters"),
        (ONE + b'"model":"a","model":"b"}', "model: not printable text of at most 64 characters"),
        (body(serial_number="\x1b[31m"), "serial_number: not printable text of at most 64 characters"),
        (body(app_version="1\r\n2"), "app_version: not printable text of at most 64 characters"),
        (body(vendor="v" * 65), "vendor: not printable text of at most 64 characters"),
        (body(firmware_version=3.2), "firmware_version: not printable text of at most 64 characters"),
        (body(merchant_id=898310148160568), "merchant_id: not printable text of at most 64 characters"),
        (body(sent_at="yesterday"), f"sent_at: {NO_TIME}"),
        (body(sent_at="2026-11-21T01:00:00"), f"sent_at: {NO_TIME}"),
        (body(sent_at=20261121), f"sent_at: {NO_TIME}"),
        (body(sent_at=True), f"sent_at: {NO_TIME}"),
        (body(registration={"signed_in_at": "\u200f"}), f"registration.signed_in_at: {NO_TIME}"),
        (body(battery={"percent": 101}), "battery.percent: not a number between 0 and 100"),
        (body(battery={"percent": 255}), "battery.percent: not a number between 0 and 100"),
        (body(battery={"percent": -1}), "battery.percent: not a number between 0 and 100"),
        (body(battery={"percent": 100.001}), "battery.percent: not a number between 0 and 100"),
        (body(battery={"percent": "8O"}), "battery.percent: not a number between 0 and 100"),
        (body(battery={"percent": "0x20"}), "battery.percent: not a number between 0 and 100"),
        (body(battery={"percent": "\uff18"}), "battery.percent: not a number between 0 and 100"),
        (body(battery={"percent": True}), "battery.percent: not a number between 0 and 100"),
        (ONE + b'"battery":{"percent":1e999}}', "battery.percent: not a number between 0 and 100"),
        (ONE + b'"battery":{"percent":5,"percent":90}}', "battery.percent: not a number between 0 and 100"),
        (body(battery={"charging": 2}), "battery.charging: not true or false"),
        (body(battery={"charging": "yes"}), "battery.charging: not true or false"),
        (body(battery=[87, False]), "battery: not an object"),
        (body(battery=87), "battery: not an object"),
        (body(uptime_seconds=-1), "uptime_seconds: not a whole number between 0 and 10000000000"),
        (body(uptime_seconds=1.5), "uptime_seconds: not a whole number between 0 and 10000000000"),
        (body(uptime_seconds=False), "uptime_seconds: not a whole number between 0 and 10000000000"),
        (body(uptime_seconds=2**63), "uptime_seconds: not a whole number between 0 and 10000000000"),
        (body(uptime_seconds=2**70), "uptime_seconds: not a whole number between 0 and 10000000000"),
        (body(network={"signal_dbm": 99}), "network.signal_dbm: not a number between -200 and 50"),
        (body(network={"type": "5g"}), "network.type: not one of ethernet wifi cellular"),
        (body(activity="updating"), "activity: not one of idle busy maintenance sleeping locked"),
        (body(activity=["idle"]), "activity: not one of idle busy maintenance sleeping locked"),
        (body(pin_pad={"status": "<script>"}), "pin_pad.status: not one of ok fault tampered"),
        (body(pin_pad={"status": "okay"}), "pin_pad.status: not one of ok fault tampered"),
        (body(pin_pad={"status": True}), "pin_pad.status: not one of ok fault tampered"),
        (body(display={"status": "tampered"}), "display.status: not one of ok fault"),
        (body(events={"a": 1}), "events: not a list"),
    ],
)
def test_a_field_that_cannot_be_read_is_unknown_and_named(document: bytes, why: str) -> None:
    """It costs nothing but itself, and the phrase says what it is not without quoting it."""
    heartbeat = read_heartbeat(document)
    names = field_of(why).split(".")
    value: Any = heartbeat.reading
    for name in names if names != ["events"] else []:
        value = value and getattr(value, name)
    assert heartbeat.unreadable == (why,)
    assert value is None or names == ["events"]
    assert field_of(why) in FIELD_NAMES


@pytest.mark.parametrize(
    "document",
    [
        b"\xef\xbb\xbf" + body(),
        body() + b"\x00",
        b"\xef\xbb\xbf" + body() + b"\r\n\x00\x00",
        ONE + b'"x":"\\ud800"}',
        ONE + b'"\\udfffx":1}',
        ONE + b'"x":"\\u0000"}',
        ONE + b'"\\u0000":1}',
        ONE + b'"x":1e999}',
        ONE + b'"x":' + b"9" * 5000 + b"}",
        ONE + b'"x":[{"y":-1180591620717411303424}]}',
        ONE + b'"x":[[{"y":1,"y":2}]],"x":3}',
        ONE + b'"terminal_id":"10000001"}',
    ],
)
def test_what_nobody_reads_costs_nothing(document: bytes) -> None:
    """A mark before the document, NULs behind it and odd values of unknown keys are no part of it."""
    assert read_heartbeat(document) == Heartbeat(Reading(terminal_id="10000001"))


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ({"battery": {"percent": "87"}}, {"battery": {"percent": 87}}),
        ({"battery": {"percent": " 87.0 "}}, {"battery": {"percent": 87}}),
        ({"battery": {"charging": "TRUE"}}, {"battery": {"charging": True}}),
        ({"battery": {"charging": 0}}, {"battery": {"charging": False}}),
        ({"network": {"host_reachable": "1"}}, {"network": {"host_reachable": True}}),
        ({"network": {"signal_dbm": "-71"}}, {"network": {"signal_dbm": -71}}),
        ({"uptime_seconds": "86400"}, {"uptime_seconds": 86400}),
        ({"uptime_seconds": 86400.0}, {"uptime_seconds": 86400}),
        ({"activity": "IDLE"}, {"activity": "idle"}),
        ({"printer": {"status": "Paper_Low"}}, {"printer": {"status": "paper_low"}}),
        ({"printer": {"status": "PAPER LOW"}}, {"printer": {"status": "paper_low"}}),
        ({"printer": {"status": "paper-low"}}, {"printer": {"status": "paper_low"}}),
        ({"printer": {"status": "PaperLow"}}, {"printer": {"status": "paper_low"}}),
        ({"pin_pad": {"status": " Tampered"}}, {"pin_pad": {"status": "tampered"}}),
        ({"sent_at": 1795220700}, {"sent_at": "2026-11-21T00:25:00.000Z"}),
        ({"sent_at": "1795220700123"}, {"sent_at": "2026-11-21T00:25:00.123Z"}),
    ],
)
def test_obvious_spellings_are_read(written: dict[str, Any], plain: dict[str, Any]) -> None:
    """What can only mean one thing is taken for that, and is no fault."""
    assert read_heartbeat(body(**written)) == read_heartbeat(body(**plain))
    assert read_heartbeat(body(**plain)).unreadable == ()


def test_a_tampered_pin_pad_is_seen_beside_fields_that_cannot_be_read() -> None:
    """One bad field never hides what another says."""
    heartbeat = read_heartbeat(
        body(battery={"percent": 255, "charging": False}, pin_pad={"status": "tampered"}, activity="updating")
    )
    assert heartbeat.reading.pin_pad_status is PinPadStatus.TAMPERED
    assert heartbeat.reading.battery == Battery(charging=False)
    assert [*map(field_of, heartbeat.unreadable)] == ["activity", "battery.percent"]


def test_a_backlog_of_events_beyond_the_limit_leaves_the_reading() -> None:
    """Of a document that its events make too large the part before the limit counts, the rest is named."""
    events = [{"id": f"{number:06}", "type": "transaction", "x": "y" * 150} for number in range(2000)]
    heartbeat = read_heartbeat(json.dumps(FULL | {"events": events}).encode())
    assert heartbeat.reading == FULL_READING
    assert heartbeat.unreadable == (EVENTS_CUT,)
    assert 1000 < len(heartbeat.events) < 2000
    assert list(heartbeat.events) == events[: len(heartbeat.events)]


def test_four_hundred_events_are_read_whole() -> None:
    """72 KB of events are no more than a document may hold."""
    events = [{"id": f"{number:06}", "x": "y" * 150} for number in range(400)]
    heartbeat = read_heartbeat(json.dumps(FULL | {"events": events}).encode())
    assert (list(heartbeat.events), heartbeat.unreadable) == (events, ())


def test_a_refusal_shows_no_text_of_the_peer_even_as_its_cause() -> None:
    """A log line with the whole exception in it is as safe as the phrase."""
    with pytest.raises(BadHeartbeat) as caught:
        decode_heartbeat(body(terminal_id="secret-of-the-peer\n"))
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
NAMES = sorted(FULL | FULL["battery"] | FULL["network"] | FULL["registration"])
DOCUMENTS = st.builds(
    lambda base, extra: base | extra,
    st.sampled_from([{}, {"terminal_id": "1"}, FULL]),
    st.dictionaries(st.sampled_from(NAMES) | st.text(), JSON_VALUES, max_size=6),
)
GOOD_DOCUMENTS = st.builds(
    lambda base, extra: extra | base,
    st.sampled_from([{"terminal_id": "1"}, FULL]),
    st.dictionaries(st.text().filter(lambda key: key not in NAMES), JSON_VALUES, max_size=6),
)
SEPARATORS = st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", "\t:\r\n")])


def plainly_read(document: bytes) -> dict[str, Any]:
    """Return the document by another reader of JSON; raise ValueError for what is none in UTF-8."""
    parsed = json.loads(
        document.removeprefix(b"\xef\xbb\xbf").rstrip(b"\0 \t\r\n").decode(), parse_constant=_refuse
    )
    if not isinstance(parsed, dict):
        raise ValueError("not an object")  # noqa: TRY004 - one error for every refusal
    return parsed


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def agrees(value: Any, reference: Any) -> bool:
    """Tell whether a field that was read has the reference's value, in whatever spelling."""
    if hasattr(value, "__struct_fields__"):
        inner = [(getattr(value, name), reference.get(name)) for name in value.__struct_fields__]
        return all(one is None or agrees(one, other) for one, other in inner)
    if isinstance(value, bool):
        return str(reference).strip().lower() in (
            {"true", "1", "1.0"} if value else {"false", "0", "0.0", "-0.0"}
        )
    if isinstance(value, float | int):
        return float(reference) == value
    if isinstance(value, tuple):
        return bool([*value] == reference)
    if isinstance(value, StrEnum):
        return re.sub(r"[\s_-]", "", str(reference)).lower() == value.replace("_", "")
    return value == reference or bool(re.search("[0-9]{10}", str(reference)))


def taken(document: bytes) -> Heartbeat | None:
    """Return the heartbeat, None when it is refused; anything else raised is a fault."""
    try:
        return read_heartbeat(document)
    except BadHeartbeat:
        return None


def agrees_with_reference(document: bytes) -> bool:
    """Tell whether `document` is refused, or what was read of it has the reference's values."""
    heartbeat = taken(document)
    if heartbeat is None:
        return True
    reference = plainly_read(document)
    reference["terminal_id"] = reference["terminal_id"].rstrip(" ")
    return agrees(heartbeat.reading, reference)


@given(st.binary(max_size=200))
@example(b"\xff\xfe")
@example(b'{"terminal_id":"1"}\x00')
def test_arbitrary_bytes_are_taken_or_refused(document: bytes) -> None:
    """Nothing but BadHeartbeat is ever raised, and what is taken is what JSON says."""
    assert agrees_with_reference(document)


@given(DOCUMENTS, SEPARATORS, st.booleans())
@settings(max_examples=400)
def test_what_is_taken_has_the_values_of_a_strict_reader(
    document: dict[str, Any], separators: tuple[str, str], ascii_only: bool
) -> None:
    """Documents of every shape, with escapes or without, agree with the reference reader."""
    text = json.dumps(document, separators=separators, ensure_ascii=ascii_only)
    assert agrees_with_reference(text.encode("utf-8", "surrogatepass"))


@given(st.data())
@settings(max_examples=400)
def test_damaged_documents_are_taken_or_refused(data: st.DataObject) -> None:
    """A good document with a few bytes changed raises nothing but BadHeartbeat."""
    document = bytearray(json.dumps(FULL).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(document) - 1))
        document[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    assert agrees_with_reference(bytes(document))


def duplicated(value: Any, chosen: int, seen: list[int], colon: str) -> str:
    """Return JSON in which the `chosen`-th key of all objects occurs twice."""
    if isinstance(value, list):
        return "[" + ",".join(duplicated(item, chosen, seen, colon) for item in value) + "]"
    if not isinstance(value, dict):
        return json.dumps(value)
    members = []
    for key, inner in value.items():
        copies = 2 if len(seen) == chosen else 1
        seen.append(1)
        written = duplicated(inner, chosen, seen, colon)
        members += [json.dumps(key) + colon + written] * copies
    return "{" + ",".join(members) + "}"


@given(GOOD_DOCUMENTS, st.data(), st.sampled_from([":", ": ", " :", "\n:\t", "\r\n\t :"]))
@settings(max_examples=400)
def test_a_name_that_occurs_twice_alike_says_it_once(
    document: dict[str, Any], data: st.DataObject, colon: str
) -> None:
    """Whichever key of whichever object occurs twice with one value, the document means the same."""
    seen: list[int] = []
    plain = taken(duplicated(document, -1, seen, colon).encode())
    assume(plain is not None)
    chosen = data.draw(st.integers(0, len(seen) - 1))
    assert _shown(taken(duplicated(document, chosen, [], colon).encode())) == _shown(plain)


def _shown(heartbeat: Heartbeat | None) -> Any:
    return heartbeat and (heartbeat.reading, repr([*heartbeat.events]), heartbeat.unreadable)


OPTIONAL = [name for name in FIELD_NAMES if name != "events"]
BAD_WORDS = st.text().filter(lambda text: text.strip().lower() not in {"true", "false"})


@given(st.dictionaries(st.sampled_from(OPTIONAL), JSON_VALUES | BAD_WORDS, max_size=len(OPTIONAL)))
@settings(max_examples=400)
def test_broken_fields_cost_only_themselves(broken: dict[str, Any]) -> None:
    """Whatever any of the optional fields say, the rest is read exactly, and no broken word is ever `ok`."""
    document: dict[str, Any] = json.loads(json.dumps(FULL))
    for name, value in sorted(broken.items()):
        part, _, leaf = name.rpartition(".")
        if not part:
            document[leaf] = value
        elif isinstance(document[part], dict):
            document[part][leaf] = value
    text = json.dumps(document, allow_nan=True).encode()
    heartbeat = taken(text)
    if heartbeat is None:
        assert "NaN" in text.decode() or "Infinity" in text.decode() or "card" in refusal(text)
        return
    for name in OPTIONAL:
        part, _, leaf = name.rpartition(".")
        if name in broken or part in broken:
            continue
        is_whole = isinstance(document.get(name, {}), dict) and any(
            one.startswith(f"{name}.") for one in broken
        )
        if not is_whole:
            assert _at(heartbeat.reading, name) == _at(FULL_READING, name)
    for part in ("printer", "pin_pad", "card_reader", "display"):
        if _at(heartbeat.reading, f"{part}.status") == "ok":
            assert str(document[part]["status"]).strip().lower() == "ok"


def _at(reading: Any, name: str) -> Any:
    for one in name.split("."):
        reading = None if reading is None else getattr(reading, one)
    return reading


@pytest.mark.parametrize(
    "failed",
    ["printer", {"a": 1}, [1], [""], ["x" * 33], ["\x07"], ["4111111111111111"], ["ok", None], ["a"] * 17],
    ids=str,
)
def test_parts_that_cannot_be_read_cost_only_themselves(failed: object) -> None:
    """What the terminal calls its parts is shown to people; that the test has failed is known anyway."""
    heartbeat = read_heartbeat(body(self_test={"status": "failed", "failed": failed}, model="N910"))
    assert heartbeat.unreadable == (
        "self_test.failed: not a list of at most 16 printable texts of 1 to 32 characters",
    )
    assert heartbeat.reading.self_test == SelfTest(status=SelfTestStatus.FAILED)
    assert heartbeat.reading.model == "N910"


@given(DOCUMENTS, SEPARATORS, st.booleans())
@example(FULL, (",", ":"), True)
@example(FULL | {"events": [{"id": "1", "x": {"y": "z"}}, 7]}, (",", ":"), True)
@example({"terminal_id": "1", "events": {"a": "b"}}, (",", ":"), True)
@settings(max_examples=400)
def test_the_short_way_comes_to_the_same_as_the_long_one(
    document: dict[str, Any], separators: tuple[str, str], ascii_only: bool
) -> None:
    """What a usual document says, or why it is refused, does not depend on how it was read."""
    text = json.dumps(document, separators=separators, ensure_ascii=ascii_only).encode(
        "utf-8", "surrogatepass"
    )
    assert _told(read_heartbeat, text) == _told(read_slowly, text)
    with suppress(BadJson):
        decoded = decode_leniently(text)
        as_it_was = repr(decoded)
        assert _told(partial(read_document, decoded), text) == _told(read_slowly, text)
        assert repr(decoded) == as_it_was


@pytest.mark.parametrize(
    "events",
    [
        '[{"id": "1", "id": "2"}]',
        '[{"id": 123456789012345678901234567890}]',
        '[1], "events": [2]',
        '[{"a": {"b": "c", "b": "c"}}]',
    ],
)
def test_events_that_are_unclear_cost_no_heartbeat(events: str) -> None:
    """What means two things in the events is judged with them."""
    text = f'{{"terminal_id": "10000001", "model": "N910", "events": {events}}}'.encode()
    assert decode_heartbeat(text) == Reading(terminal_id="10000001", model="N910")
    assert _told(read_heartbeat, text) == _told(read_slowly, text)


def _told(read: Callable[[bytes], Heartbeat], text: bytes) -> Any:
    try:
        return _shown(read(text))
    except BadHeartbeat as bad:
        return str(bad)


def test_terminals_share_the_values_they_have_in_common() -> None:
    """Two terminals of one model that are kept hold one copy of its name and of a part that is well."""
    first, second = (
        decode_heartbeat(
            b'{"terminal_id": "%d", "model": "N910", "printer": {"status": "ok"}, "display": {"status":"ok"}}'
            % number
        )
        for number in (1, 2)
    )
    for kept in (first, second):
        kept.share()
    assert first.model is second.model
    assert first.printer is second.printer
    assert first.display is second.display


def test_a_reading_keeps_up_with_one_that_differs_by_the_time_alone() -> None:
    """It has the later one's time then; whatever else differs makes it another."""
    kept, later = (Reading(terminal_id="1", model="N910", uptime_seconds=n, sent_at=str(n)) for n in (1, 2))
    assert kept.keeps_up_with(later)
    assert (kept.uptime_seconds, kept.sent_at) == (2, "2")
    assert not kept.keeps_up_with(Reading(terminal_id="1", model="N920", uptime_seconds=3))
