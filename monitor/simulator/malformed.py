"""Answers that are not heartbeats: each breaks one rule and keeps every other."""

import zlib
from functools import cache
from http import HTTPStatus

from msgspec import Raw, json, to_builtins

from monitor.domain.polling.poll_result import Outcome
from monitor.simulator.answer import SimulatedAnswer, Situation
from monitor.simulator.fault_kind import Apply, FaultKind
from monitor.simulator.parameters import Parameter, whole_number_between

_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_MEBIBYTE = 1024 * 1024


def _spoilt(field: str, raw: bytes) -> Apply:
    """Return a fault that writes `raw` as the value of `field`, of the document's own or a new one."""

    def apply(answer: SimulatedAnswer, _: Situation) -> None:
        _spoil(answer, field, raw)

    return apply


def _spoil(answer: SimulatedAnswer, field: str, raw: bytes) -> None:
    fields = to_builtins(answer.document)
    fields[field] = Raw(raw)
    answer.body = json.encode(fields)


def _nest(answer: SimulatedAnswer, situation: Situation) -> None:
    depth = int(situation.number("depth"))
    _spoil(answer, "extra", b"[" * depth + b"]" * depth)


def _send_number_as_id(answer: SimulatedAnswer, _: Situation) -> None:
    _spoil(answer, "terminal_id", b"10000001")


def _repeat_key(answer: SimulatedAnswer, _: Situation) -> None:
    answer.body = answer.encoded()[:-1] + b',"terminal_id":"00000000"}'


def _send_page(answer: SimulatedAnswer, _: Situation) -> None:
    answer.content_type = "text/html"
    answer.body = b"<!doctype html><title>Guest Wi-Fi</title><p>Please sign in to use the network."


def _send_nothing(answer: SimulatedAnswer, _: Situation) -> None:
    answer.body = b""


@cache
def _bomb(mebibytes: int) -> bytes:
    """Return gzip of `{...}` padded with blanks: legal in all but its size, which is 1000 times its own."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, _GZIP_WINDOW)
    parts = [squeeze.compress(b'{"terminal_id":"10000001"')]
    parts += [squeeze.compress(b" " * _MEBIBYTE) for _ in range(mebibytes)]
    return b"".join([*parts, squeeze.compress(b"}"), squeeze.flush()])


def _send_bomb(answer: SimulatedAnswer, situation: Situation) -> None:
    answer.headers += ("Content-Encoding: gzip",)
    answer.body = _bomb(int(situation.number("mebibytes")))


def _redirect(answer: SimulatedAnswer, _: Situation) -> None:
    answer.status = HTTPStatus.FOUND
    answer.headers += ("Location: http://169.254.169.254/latest/meta-data/",)
    answer.body = b""


def _answers_status(status: HTTPStatus) -> FaultKind:
    def apply(answer: SimulatedAnswer, _: Situation) -> None:
        answer.status = status
        answer.content_type = "text/plain"
        answer.body = status.phrase.encode()

    return FaultKind(
        name=f"status_{status.value}",
        summary=f"answers {status.value} {status.phrase}",
        apply=apply,
        outcome=Outcome.HTTP_STATUS,
    )


def _refused(name: str, summary: str, apply: Apply, *parameters: Parameter) -> FaultKind:
    return FaultKind(name=name, summary=summary, apply=apply, outcome=Outcome.PROTOCOL, parameters=parameters)


def _unreadable(name: str, summary: str, apply: Apply) -> FaultKind:
    """Return a fault that costs only the field it is in."""
    return FaultKind(name=name, summary=summary, apply=apply, outcome=Outcome.OK)


def _speak_otherwise(answer: SimulatedAnswer, _: Situation) -> None:
    """Use another dialect's words and values, as after an update."""
    fields = to_builtins(answer.document)
    fields |= {
        "activity": "updating",
        "uptime_seconds": -1,
        "battery": {"percent": 255, "charging": "perhaps"},
    }
    fields["printer"] = {"status": "no_paper"}
    answer.body = json.encode(fields)


def _tell_too_much(answer: SimulatedAnswer, situation: Situation) -> None:
    """Put so many old events into the document that it is larger than anybody reads."""
    fields = to_builtins(answer.document)
    told = [{"id": f"old-{number:06}", "type": "unsent", "note": "x" * 150} for number in range(2000)]
    fields["events"] = told[: int(situation.number("events"))]
    answer.body = json.encode(fields)


MALFORMED = (
    _unreadable("unknown_words", "words and values that no field has, as after an update", _speak_otherwise),
    FaultKind(
        name="event_backlog",
        summary="old events that make the document larger than the limit",
        apply=_tell_too_much,
        outcome=Outcome.OK,
        parameters=(
            Parameter(
                name="events",
                read=whole_number_between(1, 2000),
                default="2000",
                meaning="how many; 1400 are about 256 KiB",
            ),
        ),
    ),
    _refused("wrong_type", "terminal_id is a number", _send_number_as_id),
    _refused("nan", "NaN as battery percent", _spoilt("battery", b'{"percent":NaN,"charging":false}')),
    _unreadable("huge_number", "1e999 percent", _spoilt("battery", b'{"percent":1e999,"charging":false}')),
    _unreadable(
        "huge_integer", "2^70 seconds of uptime", _spoilt("uptime_seconds", b"1180591620717411303424")
    ),
    _refused("bad_utf8", "bytes that are not UTF-8", _spoilt("app_version", b'"5.1.\xff\xfe"')),
    _unreadable("lone_surrogate", "half a character", _spoilt("app_version", b'"5.1.\\ud800"')),
    _unreadable("nul", "a NUL character in a text", _spoilt("app_version", b'"5.1.\\u0000"')),
    _refused(
        "deep",
        "lists nested deeply in an unknown key",
        _nest,
        Parameter(
            name="depth",
            read=whole_number_between(1, 10**6),
            default="30000",
            meaning="how deep; the default stays below the limit",
        ),
    ),
    _refused("duplicate_keys", "terminal_id twice", _repeat_key),
    _refused("not_json", "a captive portal's page", _send_page),
    _refused("empty", "200 with no body", _send_nothing),
    _refused(
        "gzip_bomb",
        "a small compressed body that unpacks to a huge one",
        _send_bomb,
        Parameter(
            name="mebibytes",
            read=whole_number_between(1, 1024),
            default="32",
            meaning="unpacked size; the default is 32 KiB on the wire",
        ),
    ),
    FaultKind(
        name="redirect",
        summary="302 to a cloud's metadata address",
        apply=_redirect,
        outcome=Outcome.REDIRECT,
    ),
    _answers_status(HTTPStatus.NOT_FOUND),
    _answers_status(HTTPStatus.INTERNAL_SERVER_ERROR),
)
"""In the order they are worked in: of two at once, the later one is seen."""
