"""An alert in the form that receivers accept."""

import math
import re
from dataclasses import dataclass, field, replace

NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
"""A label or annotation name (Prometheus data model)."""

MAX_NAME = 128
MAX_LABEL_VALUE = 1024
MAX_ANNOTATION_VALUE = 16 * 1024
_YEAR_9999_END = 253_402_300_799.0
"""The last second that RFC 3339 can write."""

Identity = frozenset[tuple[str, str]]
"""The labels of an alert: receivers know an alert by all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostableAlert:
    """One alert as a receiver sees it, in the terms of Alertmanager's API v2.

    `starts_at` and `ends_at` are unix seconds; an `ends_at` in the past means resolved; one in the future is
    when the receiver may forget the alert unless it is sent again. `held` says in words what holds the alert
    back (`acknowledged by ann: on my way`), "" when nothing does: a receiver that knows the alert keeps it
    open and repeats nothing. `own` are the alert's own labels, without those that posmon adds for receivers,
    empty where that is not known.
    """

    labels: dict[str, str]
    annotations: dict[str, str]
    starts_at: float
    ends_at: float
    resolved: bool
    held: str = ""
    own: Identity = field(default=frozenset(), compare=False, repr=False)


def mended(notice: PostableAlert) -> PostableAlert:
    """Return `notice` mended as far as it stays the same alert.

    Empty labels go: to Alertmanager an empty label is an absent one. Annotations are no part of the identity,
    so bad ones are shortened, made valid UTF-8 or dropped.
    """
    labels = notice.labels
    if not all(labels.values()):
        labels = {name: value for name, value in labels.items() if value}
    annotations = notice.annotations
    if any(_annotation_fault(*item) for item in annotations.items()):
        annotations = {
            name: value.encode("utf-8", "replace").decode().replace("\0", "")[:MAX_ANNOTATION_VALUE]
            for name, value in annotations.items()
            if not _name_fault(name)
        }
    if labels is notice.labels and annotations is notice.annotations:
        return notice
    return replace(notice, labels=labels, annotations=annotations)


def fault_of(notice: PostableAlert) -> str | None:
    """Return why a receiver would refuse `notice`, None when it would accept it.

    The rules are Alertmanager's (one such alert makes it answer 400 for the whole batch) and stricter about
    NUL and lone surrogates, which it stores although no page can show them. The phrase quotes no value.
    """
    if not notice.labels:
        return "no labels"
    faults = (
        *(_label_fault(*item) for item in notice.labels.items()),
        *(_annotation_fault(*item) for item in notice.annotations.items()),
        _time_fault(notice.starts_at, notice.ends_at),
    )
    return next(filter(None, faults), None)


def _label_fault(name: str, value: str) -> str | None:
    if fault := _name_fault(name):
        return fault
    if not value:
        return "a label without value"
    return _text_fault(value, MAX_LABEL_VALUE)


def _annotation_fault(name: str, value: str) -> str | None:
    return _name_fault(name) or _text_fault(value, MAX_ANNOTATION_VALUE)


def _name_fault(name: str) -> str | None:
    if len(name) > MAX_NAME or NAME.fullmatch(name) is None:
        return "a name that is none"
    return None


def _text_fault(text: str, limit: int) -> str | None:
    if len(text) > limit:
        return f"a text of more than {limit} characters"
    if text.isascii():
        return "NUL in a text" if "\0" in text else None
    try:
        return "NUL in a text" if b"\0" in text.encode() else None
    except UnicodeEncodeError:
        return "a text that is not Unicode"


def _time_fault(starts_at: float, ends_at: float) -> str | None:
    if not (math.isfinite(starts_at) and math.isfinite(ends_at)):
        return "a time that is none"
    if not 0 <= starts_at <= ends_at <= _YEAR_9999_END:
        return "times out of order or range"
    return None
