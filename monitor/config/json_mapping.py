"""What can be wrong with the mapping of a source of kind json: expressions, words, time formats, paging."""

from collections.abc import Iterator, Mapping, Sequence

import jmespath
from jmespath.exceptions import JMESPathError

from monitor.config.section import Place
from monitor.config.suggestions import did_you_mean
from monitor.domain.heartbeat.fields import EVENTS, FIELD_NAMES

TIME_FORMATS = ("rfc3339", "epoch", "epoch_ms")
MAPPED_FIELDS = tuple(name for name in FIELD_NAMES if name != EVENTS)
PAGING = (frozenset({"token", "parameter"}), frozenset({"page", "last"}), frozenset({"link"}))
"""The forms of `next`: a token that becomes a parameter, a page's number, a link."""

_AN_EXPRESSION = "write a JMESPath expression, or {path: EXPRESSION, %s}"

Faults = Iterator[tuple[Place, str]]


def bad_expression(place: Place, written: str | None) -> Faults:
    """Yield what is wrong with a JMESPath expression."""
    if written is None:
        return
    try:
        jmespath.compile(written)
    except JMESPathError as error:
        reason = str(error).splitlines()[0] if written else "it is empty"
        yield place, f"not a JMESPath expression: {reason}"


def bad_place(
    place: Place, written: object, *, words: Sequence[str] | None = None, formats: Sequence[str] | None = None
) -> Faults:
    """Yield what is wrong with an expression, or with a mapping of `path` and `words` or `format`.

    `words` are those that a source's words may become, None for any. `formats` are known time formats.
    """
    if written is None:
        return
    extra = "words" if formats is None else "format"
    if isinstance(written, str):
        yield from bad_expression(place, written)
        return
    if not isinstance(written, Mapping) or not isinstance(written.get("path"), str):
        yield place, _AN_EXPRESSION % f"{extra}: ..."
        return
    yield from bad_expression((*place, "path"), written["path"])
    for key in written.keys() - {"path", extra}:
        yield (*place, key), f"unknown key{did_you_mean(key, ('path', extra))}"
    if extra == "words":
        yield from _bad_words((*place, "words"), written.get("words"), words)
    elif written.get("format", TIME_FORMATS[0]) not in TIME_FORMATS:
        yield (*place, "format"), f"must be one of {', '.join(TIME_FORMATS)}"


def bad_field(place: Place, name: str, written: object) -> Faults:
    """Yield what is wrong with one field of the heartbeat document, and where it is found."""
    if name not in MAPPED_FIELDS:
        yield place, f"is no field of a heartbeat{did_you_mean(name, MAPPED_FIELDS)}"
        return
    yield from bad_place(place, written)


def bad_next(place: Place, written: Mapping[str, str]) -> Faults:
    """Yield what is wrong with the way to the next page."""
    if not written:
        return
    if frozenset(written) not in PAGING:
        forms = "{token: EXPRESSION, parameter: NAME}, {page: NAME, last: EXPRESSION} or {link: EXPRESSION}"
        yield place, f"write {forms}"
        return
    for key in written.keys() & {"token", "last", "link"}:
        yield from bad_expression((*place, key), written[key])


def _bad_words(place: Place, written: object, known: Sequence[str] | None) -> Faults:
    if written is None:
        return
    if not isinstance(written, Mapping):
        yield place, "write {THEIR WORD: OUR WORD}"
        return
    for theirs, ours in written.items():
        if not isinstance(ours, str):
            yield (*place, theirs), "write text; quote it"
        elif known is not None and ours not in known:
            yield (*place, theirs), f"must be one of {', '.join(known)}"
