"""Everything of posmon's that reads what somebody else wrote, each as a function of bytes.

A parser here returns for whatever it is given: what it declares to raise is part of its answer. Anything
else that it raises, and any word of the writer's where none may be, is a finding.
"""

import atexit
import gzip
import shutil
import string
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from math import isfinite
from pathlib import Path
from urllib.parse import parse_qsl

import msgspec
from multidict import MultiDict

from monitor.adapters.alertmanager.own_silences import AUTHOR, OwnSilences
from monitor.adapters.alertmanager.own_silences import MARK as HELD
from monitor.adapters.alertmanager.silence_api import SilencesFailed, read_list
from monitor.adapters.collectors.http_json.answer import BODY_LIMIT, Answer
from monitor.adapters.inventory_files import load_inventory
from monitor.adapters.receiver.http_exchange import MAX_RETRY_AFTER_S, retry_after_s
from monitor.adapters.token_file.lines import InvalidTokens, decode_tokens, encode_tokens
from monitor.config.dialect_files import load_response_codes
from monitor.config.durations import LONGEST_S, parse_duration
from monitor.config.loading import load_settings
from monitor.domain.access.tokens import Token, TokenRing
from monitor.domain.calendars.opening_hours import BadHours, parse_opening_hours
from monitor.domain.errors import InvalidConfiguration, InvalidDocument, InvalidInventory, InvalidScenario
from monitor.domain.events.card_hash import CardHasher
from monitor.domain.events.decoding import BadEvent, EventDecoder
from monitor.domain.heartbeat.decoding import BadHeartbeat, read_heartbeat
from monitor.domain.instant import parse_rfc3339
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.inventory.endpoint import BadEndpoint, parse_endpoint
from monitor.domain.pushing.document import (
    WrongShape,
    check_line,
    decode_document,
    events_of,
    split_lines,
    terminal_id_of,
)
from monitor.domain.runbooks.markdown import MalformedRunbook, parse_runbook
from monitor.domain.runbooks.runbook import Language
from monitor.domain.strict_json import BadJson, decode_strictly
from monitor.domain.suppression.label_pattern import label_pattern
from monitor.simulator.scenario_file import load_scenario
from monitor.views.cursor import BadCursor, decode_cursor, encode_cursor
from monitor.web.routing.problems import Refused
from monitor.web.routing.query import TERMINALS, read_query
from tests.fuzz.conversation import converse
from tests.fuzz.sealed_answer import read_answers

ROOT = Path(__file__).parents[2]
_LONGEST_REFUSAL = 300
MARK = "Qzqx"
"""What the writer of a seed says wherever a word is free: no refusal may repeat it."""

OPEN = AddressPolicy()
_WORDS = frozenset(string.printable) - frozenset("\t\r\v\f")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parser:
    """`read` takes any bytes; `seeds` are some that it takes or refuses for a reason of their own."""

    name: str
    read: Callable[[bytes], None]
    seeds: tuple[bytes, ...]


def _in_few_words(refusal: Exception) -> None:
    """Check a refusal that names the piece which is wrong, in a text that may be long."""
    said = str(refusal)
    assert said.isprintable()
    assert 0 < len(said) < _LONGEST_REFUSAL


def _in_own_words(refusal: Exception) -> None:
    said = str(refusal)
    assert said, "a refusal says why"
    assert MARK not in said, f"a refusal repeats the writer: {said!r}"
    assert _WORDS.issuperset(said), f"a refusal holds what no phrase of posmon's does: {said!r}"


def _as_lines(refusal: InvalidDocument) -> None:
    assert refusal.faults
    for fault in refusal.faults:
        assert fault.reason
        assert str(fault).isprintable(), f"a fault that is no line of text: {fault!r}"


def _heartbeat(data: bytes) -> None:
    try:
        read_heartbeat(data)
    except BadHeartbeat as refusal:
        _in_own_words(refusal)


DECODER = EventDecoder(hasher=CardHasher((b"k" * 32,)), known=())


def _event(data: bytes) -> None:
    try:
        event, at = DECODER.decode(decode_strictly(data))
    except (BadJson, BadEvent) as refusal:
        _in_own_words(refusal)
    else:
        assert isfinite(event.at)
        assert isfinite(at)


def _push(data: bytes) -> None:
    try:
        for _, line in split_lines(data):
            check_line(line)
            document = decode_document(line)
            terminal_id_of(document)
            events_of(document)
    except (BadJson, WrongShape) as refusal:
        _in_own_words(refusal)


def _answer(data: bytes) -> None:
    """Read an answer that comes in pieces, of the length that the first byte says."""
    step, rest = data[0] + 1 if data else 1, data[1:]
    answer = Answer()
    pieces = [rest[at : at + step] for at in range(0, len(rest), step)]
    if not any(answer.feed(piece) for piece in pieces):
        answer.end()
    assert len(answer.body) <= BODY_LIMIT
    if answer.failure is not None:
        assert MARK not in answer.failure.detail


def _nexo(data: bytes) -> None:
    read_answers(data, MARK)


def _retry_after(data: bytes) -> None:
    assert 0 <= retry_after_s(data.decode("utf-8", "surrogateescape")) <= MAX_RETRY_AFTER_S


def _silences(data: bytes) -> None:
    try:
        silences = read_list(data)
    except SilencesFailed as refusal:
        _in_own_words(refusal)
        return
    OwnSilences().replace(silences)
    for silence in silences:
        assert isfinite(silence.began)
        assert isfinite(silence.ends)
        for matcher in silence.conditions:
            matcher.holds({"site": "mall-1"})


def _label_pattern(data: bytes) -> None:
    """Read a pattern and a value, each on its line."""
    pattern, _, value = data.decode("utf-8", "replace").partition("\n")
    if found := label_pattern(pattern):
        found.is_all_of(value[:1024])


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="posmon-fuzz-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _file(
    name: str, read: Callable[[Path], object], declared: type[InvalidDocument]
) -> Callable[[bytes], None]:
    """Return what reads bytes as a file; every fault that it names is a line of text."""

    def read_bytes(data: bytes) -> None:
        path = _folder() / name
        path.write_bytes(data)
        try:
            read(path)
        except declared as refusal:
            _as_lines(refusal)

    return read_bytes


def _settings(path: Path) -> None:
    settings = load_settings(path, {})
    settings.rule_book()
    settings.polling.timetable()


def _variables(data: bytes) -> None:
    """Read the environment: `NAME=value` lines."""
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    pairs = (line.partition("=") for line in lines if "\0" not in line)
    try:
        load_settings(None, {f"POSMON_{name}": value for name, _, value in pairs})
    except InvalidConfiguration as refusal:
        _as_lines(refusal)


def _tokens(data: bytes) -> None:
    try:
        tokens = decode_tokens(data.decode("utf-8", "surrogateescape"), "tokens")
    except InvalidTokens as refusal:
        for fault in refusal.faults:
            _in_own_words(ValueError(fault.reason))
    else:
        assert decode_tokens(encode_tokens(tokens), "tokens") is not None


def _presented(data: bytes) -> None:
    assert not isinstance(TokenRing().find(data.decode("utf-8", "surrogateescape"), 0.0), Token)


def _duration(data: bytes) -> None:
    try:
        assert 0 <= parse_duration(data.decode("utf-8", "replace")) <= LONGEST_S
    except ValueError as refusal:
        _in_own_words(refusal)


def _hours(data: bytes) -> None:
    try:
        hours = parse_opening_hours(data.decode("utf-8", "replace"))
    except BadHours as refusal:
        _in_few_words(refusal)
    else:
        days = (*hours.weekdays, hours.holidays or (), *(rule.spans for rule in hours.dated))
        assert any(days)
        assert all(0 <= start < end <= 2 * 1440 for spans in days for start, end in spans)


def _instant(data: bytes) -> None:
    moment = parse_rfc3339(data.decode("utf-8", "surrogateescape"))
    assert moment is None or isfinite(moment)


def _endpoint(data: bytes) -> None:
    try:
        endpoint = parse_endpoint(data.decode("utf-8", "surrogateescape"))
    except BadEndpoint as refusal:
        _in_own_words(refusal)
        return
    assert f"{endpoint.target}{endpoint.authority}".isascii()
    assert not set(" \r\n\t\0") & set(endpoint.target + endpoint.authority)
    if endpoint.is_address:
        OPEN.refusal(endpoint.host)


def _cursor(data: bytes) -> None:
    try:
        key = decode_cursor(data.decode("utf-8", "surrogateescape"), parts=2)
    except BadCursor as refusal:
        _in_own_words(refusal)
    else:
        assert decode_cursor(encode_cursor(*key), parts=2) == key


def _query(data: bytes) -> None:
    # As a request has it: what is quoted there is replaced where it is no UTF-8, raw bytes are refused.
    text = data.decode("utf-8", "replace")
    try:
        read_query(MultiDict(parse_qsl(text, keep_blank_values=True)), TERMINALS)
    except Refused as refusal:
        msgspec.json.encode(refusal.problem)


def _runbook(data: bytes) -> None:
    for language in Language:
        try:
            parse_runbook(data.decode("utf-8", "replace"), language)
        except MalformedRunbook:
            continue


def _files(*patterns: str) -> tuple[bytes, ...]:
    """Return what files of this repository hold."""
    return tuple(path.read_bytes() for pattern in patterns for path in sorted(ROOT.glob(pattern)))


_HEARTBEATS = (
    b'{"terminal_id":"10000001","merchant_id":"%b","serial_number":"%b","vendor":"%b","model":"N910",'
    b'"firmware_version":"3.2.1","app_version":"5.1.0","sent_at":"2026-11-21T01:00:00Z",'
    b'"uptime_seconds":86400,"activity":"idle","battery":{"percent":87,"charging":false},'
    b'"printer":{"status":"ok"},"registration":{"status":"registered","signed_in_at":"2026-11-21T00:10:00Z"},'
    b'"pin_pad":{"status":"ok"},"card_reader":{"status":"fault"},"display":{"status":"ok"},'
    b'"network":{"type":"cellular","signal_dbm":-71,"host_reachable":true},"unsent_transactions":0,"events":[]}'
    % ((MARK.encode(),) * 3),
    b'{"terminal_id":"1","%b":[1e999,NaN,{"%b":18446744073709551616}],"x":"\\ud800\\u0000"}'
    % ((MARK.encode(),) * 2),
    b'{"terminal_id":"%b\\n","printer":{"status":"%b"}}' % ((MARK.encode(),) * 2),
)
_NEXO = (
    b'{"SaleToPOIResponse":{"MessageHeader":{"POIID":"V400m-1","ServiceID":"%b"},"DiagnosisResponse":{"Response":'
    b'{"Result":"Success","AdditionalResponse":"batteryLevel=83%%25&firmwareVersion=%b&unconfirmedBatchCount=0"},'
    b'"POIStatus":{"GlobalStatus":"OK","PrinterStatus":"%b","PEDOKFlag":true}}}}' % ((MARK.encode(),) * 3),
    b'{"SaleToPOIResponse":{"DiagnosisResponse":{"Response":{"Result":"Failure","ErrorCondition":"%b"}}}}'
    % MARK.encode(),
    b'{"SaleToPOIRequest":{"EventNotification":{"EventToNotify":"Reject","EventDetails":"message=%b"}}}'
    % MARK.encode(),
    b'{"SaleToPOIResponse":{"NexoBlob":"%b","SecurityTrailer":{"AdyenCryptoVersion":1,"KeyIdentifier":"fuzz",'
    b'"KeyVersion":1,"Nonce":"AAAAAAAAAAAAAAAAAAAAAA==","Hmac":"%b"}}}' % (b"A" * 64, b"A" * 44),
)
_EVENTS = (
    b'{"id":"%b","at":"2026-11-21T01:00:00Z","type":"transaction","response_code":"55",'
    b'"card_token":"%b","operator_id":"%b","amount_minor":1200,"currency":"CNY"}' % ((MARK.encode(),) * 3),
    b'{"id":"1","at":"2026-11-21T01:00:09+08:00","type":"operator_login","operator_id":"%b","success":false}'
    % MARK.encode(),
    b'{"id":"1","at":"%b","type":"%b","pan":"%b","x":{"track2":[4111111111111111]}}' % ((MARK.encode(),) * 3),
)
_CONVERSATIONS = tuple(
    b"\n".join(
        heartbeat.replace(b'"events":[]', b'"events":[%b]' % b",".join(_EVENTS))
        .replace(b'"10000001"', b'"%b"' % terminal_id)
        .replace(b'"ok"', b'"fault"')
        for terminal_id in (b"10000000", b"10000001", b"%b" % MARK.encode())
    )
    for heartbeat in _HEARTBEATS
)
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_ANSWERS = (
    b"\xff" + _HEAD + b"Content-Length: 2\r\nKeep-Alive: timeout=5, max=%b\r\n\r\n{}" % MARK.encode(),
    b"\x01" + _HEAD + b"Transfer-Encoding: chunked\r\n\r\n2;%b\r\n{}\r\n0\r\nX: y\r\n\r\n" % MARK.encode(),
    b"\x00HTTP/1.1 100 Continue\r\n\r\n" + _HEAD + b"\r\n{}",
    b"\xffHTTP/1.1 302 %b\r\nLocation: http://%b/\r\n\r\n" % ((MARK.encode(),) * 2),
    b"\xff" + _HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"{}", mtime=0),
)
_TOKEN = (
    b'{"id":"0123456789","name":"%b","scope":"push","terminal_id":"10000001","sha256":"%b",'
    b'"created_at":"2026-11-21T01:00:00Z","created_by":"%b","expires_at":null,"revoked_at":null,'
    b'"revoked_by":""}\n' % (MARK.encode(), b"ab" * 32, MARK.encode())
)
_MATCHER = b'{"name":"site","value":"%b.*","isRegex":%b,"isEqual":true}'
_SILENCE = (
    b'{"id":"%b","status":{"state":"active"},"updatedAt":"2026-11-21T01:00:00.000Z","comment":"%b",'
    b'"createdBy":"%b","endsAt":"2026-11-21T02:00:00.000Z","startsAt":"2026-11-21T01:00:00.000Z","matchers":[%b]}'
)
_SILENCES = (
    b"[%b]" % (_SILENCE % (b"1", MARK.encode(), b"ann", _MATCHER % (MARK.encode(), b"true"))),
    b"[%b]" % (_SILENCE % (b"1", HELD.encode(), AUTHOR.encode(), _MATCHER % (b"mall", b"false"))),
    b'[{"id":"%b","startsAt":"%b","endsAt":0}]' % ((MARK.encode(),) * 2),
)
_CONFIGURATIONS = _files("config/posmon.example.yaml", "tests/unit/config/data/*.yaml")

PARSERS = (
    Parser(name="heartbeat", read=_heartbeat, seeds=_HEARTBEATS),
    Parser(name="event", read=_event, seeds=_EVENTS),
    Parser(name="conversation", read=converse, seeds=_CONVERSATIONS),
    Parser(
        name="push",
        read=_push,
        seeds=(b'{"terminal_id":"1","events":[%b]}\n' % b",".join(_EVENTS[:2]), b"\n".join(_HEARTBEATS)),
    ),
    Parser(name="answer", read=_answer, seeds=_ANSWERS),
    Parser(name="nexo", read=_nexo, seeds=_NEXO),
    Parser(
        name="retry_after", read=_retry_after, seeds=(b"120", b"Sat, 21 Nov 2026 01:00:00 GMT", b" 9999 ")
    ),
    Parser(
        name="csv_inventory",
        read=_file("inventory.csv", partial(load_inventory, policy=OPEN), InvalidInventory),
        seeds=_files("config/*.csv", "tests/unit/adapters/inventory_files/data/*.csv"),
    ),
    Parser(
        name="yaml_inventory",
        read=_file("inventory.yaml", partial(load_inventory, policy=OPEN), InvalidInventory),
        seeds=_files("tests/unit/adapters/inventory_files/data/*.yaml"),
    ),
    Parser(
        name="configuration",
        read=_file("posmon.yaml", _settings, InvalidConfiguration),
        seeds=_CONFIGURATIONS,
    ),
    Parser(
        name="environment",
        read=_variables,
        seeds=(
            b"POLLING__INTERVAL=30s\nWEB__LISTEN=127.0.0.1:7676",
            b"ALERTING__EXTERNAL_LABELS={a: b}\nX=[1",
        ),
    ),
    Parser(
        name="dialects",
        read=_file("dialect.yaml", lambda path: load_response_codes([path]), InvalidConfiguration),
        seeds=_files("monitor/config/dialects/*.yaml", "tests/unit/config/data/*.yaml"),
    ),
    Parser(
        name="scenario",
        read=_file("scenario.yaml", load_scenario, InvalidScenario),
        seeds=_files("config/scenarios/*.yaml", "tests/unit/simulator/bad_scenarios/*.yaml"),
    ),
    Parser(
        name="token_file",
        read=_tokens,
        seeds=(
            b'{"format":"posmon tokens","version":1}\n' + _TOKEN,
            b'{"format":"posmon tokens","version":1}\n' + _TOKEN.replace(b"ab", MARK.encode()),
        ),
    ),
    Parser(name="token", read=_presented, seeds=(b"posmon_0123456789_" + b"A" * 43, b"\xff" * 129)),
    Parser(name="duration", read=_duration, seeds=(b"250ms", b"30s", b"5m", b"24h", MARK.encode())),
    Parser(
        name="opening_hours",
        read=_hours,
        seeds=(
            b"Mo-Fr 08:00-20:00; Sa 09:00-12:00,14:00-18:00",
            b"24/7",
            b"Sa-Tu 22:00-02:00",
            MARK.encode(),
        ),
    ),
    Parser(
        name="instant",
        read=_instant,
        seeds=(b"2026-11-21T01:00:00.123+08:00", b"20261121T010000Z", b"0001-01-01"),
    ),
    Parser(
        name="endpoint",
        read=_endpoint,
        seeds=(
            b"http://10.0.0.1:8080/heartbeat?x=1",
            b"https://[::ffff:169.254.1.1%251]/",
            b"http://%b" % MARK.encode(),
        ),
    ),
    Parser(name="cursor", read=_cursor, seeds=(encode_cursor("a", "b").encode(), b"W10", MARK.encode())),
    Parser(
        name="query",
        read=_query,
        seeds=(b"site=a&site=b&health=ok&limit=10&q=%C3%A9", b"limit=%00&attention=maybe&x=1"),
    ),
    Parser(name="silences", read=_silences, seeds=_SILENCES),
    Parser(
        name="label_pattern", read=_label_pattern, seeds=(b"(?:mall-1|mall-.+)\nmall-12", b"^a.*b\\.c$\nab.c")
    ),
    Parser(name="runbook", read=_runbook, seeds=_files("docs/runbooks/*.md")),
)
