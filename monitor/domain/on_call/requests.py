"""What people ask for, read from their documents."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from monitor.domain.errors import Fault, InvalidAction
from monitor.domain.instant import parse_rfc3339
from monitor.domain.on_call.acknowledgement import LONGEST_RECOVERY_S
from monitor.domain.on_call.matcher import LONGEST_VALUE, Matcher, fault_of_text, read_matcher
from monitor.domain.on_call.silence import LONGEST_S

LONGEST_COMMENT = 500
SUBJECT_KEYS = ("terminal_id", "site", "region", "source", "card", "subject")
"""What an acknowledgement may say beside the name of the alert."""

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceWish:
    """A silence that somebody asks for, from `starts_at` until `ends_at` (unix seconds)."""

    matcher: Matcher
    starts_at: float
    ends_at: float
    comment: str
    is_confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgementWish:
    """An acknowledgement that somebody asks for: of the alert of that name with these labels.

    `subject` names what it is about as the API has it, "" when `labels` say it. `ticket` stands in place of
    all of them: it means every alert that a ticket tells of. `began` is when the alert began (unix seconds),
    None when the present one is meant.
    """

    alertname: str
    labels: Mapping[str, str]
    subject: str
    ticket: str = ""
    began: float | None
    ends_at: float | None
    comment: str
    outlives_recovery_s: float


class RequestReader:
    """Reads one document key by key, and keeps every fault with the name of its key."""

    def __init__(self, written: object, keys: tuple[str, ...]) -> None:
        self.faults: list[Fault] = []
        self._written: Mapping[str, Any] = written if isinstance(written, dict) else {}
        if not isinstance(written, dict):
            self.fault("", "is not an object")
        for key in self._written.keys() - set(keys):
            self.fault(str(key)[:LONGEST_VALUE], f"is not known here; there are {', '.join(keys)}")

    def fault(self, key: str, reason: str) -> None:
        """Keep a fault."""
        self.faults.append(Fault(source="request", field=key or None, reason=reason))

    def get(self, key: str) -> Any:  # noqa: ANN401 - whatever the peer wrote
        """Return what the document has under a key, None for nothing."""
        return self._written.get(key)

    def text(self, key: str, *, longest: int = LONGEST_VALUE, needed: bool = False) -> str:
        """Return a text without spaces around it, "" for none."""
        value = self.get(key)
        if value is None or (isinstance(value, str) and not value.strip()):
            if needed:
                self.fault(key, "is needed")
            return ""
        if not isinstance(value, str) or len(value) > longest:
            self.fault(key, f"is not a text of at most {longest} characters")
            return ""
        if reason := fault_of_text(value.strip()):
            self.fault(key, reason)
            return ""
        return value.strip()

    def flag(self, key: str) -> bool:
        """Return true or false, false for none."""
        value = self.get(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.fault(key, "is not true or false")
        return False

    def moment(self, key: str, *, needed: bool = False) -> float | None:
        """Return a time with an offset as unix seconds, None for none."""
        text = self.text(key, needed=needed)
        if not text:
            return None
        wall = parse_rfc3339(text)
        if wall is None:
            self.fault(key, "is not a time with its offset, such as 2026-12-05T22:00:00+08:00")
        return wall

    def read(self, read: Callable[[], Value]) -> Value | None:
        """Return what `read` returns; keep its faults and return None when it raises InvalidAction."""
        try:
            return read()
        except InvalidAction as error:
            self.faults += error.faults
            return None

    def finish(self) -> None:
        """Raise InvalidAction when there was any fault."""
        if self.faults:
            raise InvalidAction(self.faults)


def read_silence(written: object, now: float) -> SilenceWish:
    """Read `{"match": {…}, "until": "…", "comment": "…"}`; raises InvalidAction with every fault."""
    reader = RequestReader(written, ("match", "from", "until", "comment", "confirm", "by"))
    matcher = reader.read(lambda: read_matcher(reader.get("match")))
    starts_at = reader.moment("from")
    begin = now if starts_at is None else starts_at
    ends_at = reader.moment("until", needed=True)
    if ends_at is not None:
        _check_span(reader, begin, ends_at, now)
    comment = reader.text("comment", longest=LONGEST_COMMENT, needed=True)
    is_confirmed = reader.flag("confirm")
    reader.finish()
    assert matcher is not None and ends_at is not None  # noqa: S101, PT018 - else `finish` has raised
    return SilenceWish(
        matcher=matcher, starts_at=begin, ends_at=ends_at, comment=comment, is_confirmed=is_confirmed
    )


def read_acknowledgement(written: object, now: float) -> AcknowledgementWish:
    """Read `{"alertname": "…", "site": "…", "comment": "…"}`; raises InvalidAction with every fault."""
    own = ("alertname", "ticket", "starts_at", "until", "comment", "outlives_recovery_minutes", "by")
    reader = RequestReader(written, (*own, *SUBJECT_KEYS))
    ticket = _ticket(reader)
    alertname = reader.text("alertname", needed=not ticket)
    labels = {key: text for key in SUBJECT_KEYS if (text := reader.text(key))}
    if ticket and (alertname or labels):
        reader.fault("ticket", "cannot stand beside what else names the alert")
    subject = labels.pop("subject", "")
    ends_at = reader.moment("until")
    if ends_at is not None and ends_at <= now:
        reader.fault("until", "is over already")
    comment = reader.text("comment", longest=LONGEST_COMMENT)
    began = reader.moment("starts_at")
    outlives_s = _recovery_s(reader)
    reader.finish()
    return AcknowledgementWish(
        alertname=alertname,
        labels=labels,
        subject=subject,
        ticket=ticket,
        began=began,
        ends_at=ends_at,
        comment=comment,
        outlives_recovery_s=outlives_s,
    )


def _check_span(reader: RequestReader, begin: float, end: float, now: float) -> None:
    if end <= now:
        reader.fault("until", "is over already")
    elif end <= begin:
        reader.fault("until", "is not after 'from'")
    elif end - max(begin, now) > LONGEST_S:
        reader.fault("until", f"is more than {timedelta(seconds=LONGEST_S).days} days away; renew it then")


def _ticket(reader: RequestReader) -> str:
    """Return what a ticket is called: some systems send their ids as numbers."""
    written = reader.get("ticket")
    if isinstance(written, int) and not isinstance(written, bool):
        return str(written)[:LONGEST_VALUE]
    return reader.text("ticket")


def _recovery_s(reader: RequestReader) -> float:
    minutes = reader.get("outlives_recovery_minutes")
    if minutes is None:
        return 0.0
    most = LONGEST_RECOVERY_S / 60
    if isinstance(minutes, bool) or not isinstance(minutes, int | float) or not 0 <= minutes <= most:
        reader.fault("outlives_recovery_minutes", f"is not a number from 0 to {most:.0f}")
        return 0.0
    return float(minutes) * 60
