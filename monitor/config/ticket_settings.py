"""The section `notify.tickets`: systems in which posmon opens tickets, each by the requests written here."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, SecretStr, model_validator

from monitor.config.json_mapping import bad_expression
from monitor.config.match_settings import Match, bad_match
from monitor.config.section import Place, Section, refuse
from monitor.config.sections import BasicAuth
from monitor.config.suggestions import did_you_mean
from monitor.config.ticket_words import (
    ID,
    LISTS,
    NUMBER,
    REF,
    SESSION,
    VALUES,
    ValueTable,
    bad_table,
    read_table,
)
from monitor.config.values import BaseUrl, Duration, LabelName, Secret, Secrets, Text, Whole, short_name
from monitor.domain.notification.template import BadTemplate, parse_template, texts_in
from monitor.domain.notification.ticket import TicketPolicy

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]

MOST_OPEN = 10_000
LONGEST_S = 90 * 24 * 3600.0


def _path(written: object) -> str:
    if not isinstance(written, str) or not written.startswith("/"):
        raise ValueError("write a path that begins with /, such as /api/tickets; the host stands in url")
    if not written.isprintable() or " " in written.split("{{", 1)[0]:
        raise ValueError("contains a space or a control character")
    return written


def _template(written: object) -> str:
    if not isinstance(written, str):
        raise ValueError("write text; quote it")  # noqa: TRY004 - pydantic's own error would quote the value
    return written


class TicketRequest(Section):
    """One request: a path behind the receiver's `url`, and at most one body."""

    method: Method = "POST"
    path: Annotated[str, BeforeValidator(_path)]
    headers: Secrets = Field(default_factory=dict)
    json_: dict[str, Any] | None = None
    text: Annotated[str, BeforeValidator(_template)] | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        refuse([*self._wrong_parts(), *self._wrong_expressions()])
        return self

    def templates(self) -> Iterator[tuple[Place, str, bool]]:
        """Yield every template with its place, and whether it may be a value that is no text."""
        yield ("path",), self.path, False
        for name, header in self.headers.items():
            yield ("headers", name), header.get_secret_value(), False
        if self.text is not None:
            yield ("text",), self.text, False
        for place, written in texts_in(self.json_):
            yield ("json", *place), written, True

    def names(self) -> set[str]:
        """Return what its templates name; the templates are sound."""
        return {name for _, written, _ in self.templates() for name in parse_template(written).names}

    def expressions(self) -> dict[str, str | None]:
        """Return its JMESPath expressions by key."""
        return {}

    def _wrong_parts(self) -> Iterator[tuple[Place, str]]:
        if self.json_ is not None and self.text is not None:
            yield ("text",), "cannot stand beside json; a request has one body"
        if self.method == "GET" and (self.json_ is not None or self.text is not None):
            yield ("method",), "a GET has no body; write POST"

    def _wrong_expressions(self) -> Iterator[tuple[Place, str]]:
        for key, written in self.expressions().items():
            yield from bad_expression((key,), written)


class _Answering(TicketRequest):
    id: Text | None = None
    number: Text | None = None

    def expressions(self) -> dict[str, str | None]:
        """Return its JMESPath expressions by key."""
        return {"id": self.id, "number": self.number}


class OpenRequest(_Answering):
    """The request that opens a ticket, and where its answer has the ticket's id."""

    id_from_location: Annotated[bool, Field(strict=True)] = False

    @model_validator(mode="after")
    def _one_id(self) -> Self:
        if self.id_from_location and self.id is not None:
            refuse([(("id",), "cannot stand beside id_from_location")])
        return self


class FindRequest(_Answering):
    """The request that asks for a ticket by posmon's reference.

    What it does not find so long after the ticket was asked for was not opened.
    """

    method: Method = "GET"
    id: Text
    trusted_after_s: Annotated[Duration, Field(le=600)] = 10.0


class ReopenRequest(TicketRequest):
    """The request that opens a closed ticket again, and how long after its end."""

    within_s: Annotated[Duration, Field(ge=60, le=LONGEST_S)] = 24 * 3600.0


class SessionRequest(TicketRequest):
    """The request that begins a session, and where its answer has the token."""

    method: Method = "GET"
    token: Text

    def expressions(self) -> dict[str, str | None]:
        """Return its JMESPath expressions by key."""
        return {"token": self.token}


class TicketSettings(Section):
    """One system of tickets."""

    name: Annotated[str, BeforeValidator(short_name)]
    url: BaseUrl
    basic_auth: BasicAuth | None = None
    bearer_token: Secret | None = None
    headers: Secrets = Field(default_factory=dict)
    match: Match = Field(default_factory=dict)
    min_age_s: Annotated[Duration, Field(le=24 * 3600)] = 900.0
    group_by: tuple[LabelName, ...] = ("alertname", "site")
    most_open: Annotated[Whole, Field(ge=1, le=MOST_OPEN)] = 200
    language: Literal["en", "zh"] = "en"
    values: Annotated[dict[str, ValueTable], BeforeValidator(read_table)] = Field(default_factory=dict)
    link: Text | None = None
    session: SessionRequest | None = None
    find: FindRequest | None = None
    open: OpenRequest
    update: TicketRequest | None = None
    close: TicketRequest | None = None
    reopen: ReopenRequest | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.basic_auth and self.bearer_token:
            refuse([(("bearer_token",), "cannot stand beside basic_auth; a request carries one of them")])
        refuse([*bad_match(self.match), *bad_table(self.values), *self._group_by_nothing()])
        refuse(self._bad_templates())
        refuse(self._unanswered())
        return self

    def requests(self) -> Iterator[tuple[str, TicketRequest]]:
        """Yield the requests that are written, by their keys."""
        for key in ("session", "find", "open", "update", "close", "reopen"):
            request = getattr(self, key)
            if request is not None:
                yield key, request

    def policy(self, *, believed_s: float, at_once: bool = False) -> TicketPolicy:
        """Return when it has a ticket; with `at_once` of every alert, however young."""
        return TicketPolicy(
            min_age_s=0.0 if at_once else self.min_age_s,
            group_by=self.group_by,
            match={} if at_once else self.match,
            reopen_within_s=self.reopen.within_s if self.reopen else 0.0,
            most_open=self.most_open,
            believed_s=believed_s,
        )

    def _group_by_nothing(self) -> Iterator[tuple[Place, str]]:
        if not self.group_by:
            yield ("group_by",), "names no label; one ticket would tell of everything"

    def _bad_templates(self) -> Iterator[tuple[Place, str]]:
        for name, header in self.headers.items():
            yield from self._bad_template(("headers", name), header.get_secret_value(), "", takes_any=False)
        for key, request in self.requests():
            for place, written, takes_any in request.templates():
                yield from self._bad_template((key, *place), written, key, takes_any=takes_any)
        if self.link is not None:
            yield from self._bad_template(("link",), self.link, "link", takes_any=False)
            if not self.link.startswith(("https://", "http://")):
                yield ("link",), "does not begin with https://"

    def _bad_template(
        self, place: Place, written: str, request: str, *, takes_any: bool
    ) -> Iterator[tuple[Place, str]]:
        try:
            template = parse_template(written)
        except BadTemplate as error:
            yield place, str(error)
            return
        known = [REF] if request == "link" else [*VALUES, *self.values]
        known += [SESSION] if self.session and request not in {"session", "link"} else []
        if request not in {"session", "find", "open", ""}:
            known += [ID, NUMBER]
        for name in template.names:
            head, _, key = name.partition(".")
            if head not in known:
                told = _not_here(head, request) or f"names no value{did_you_mean(head, known)}"
                yield place, f"{{{{ {name} }}}} {told}"
            elif key and head not in {"labels", "annotations"}:
                yield place, f"{{{{ {name} }}}} names a part; only labels and annotations have parts"
            elif not key and head in LISTS and not (takes_any and template.is_one_value):
                yield place, f"{{{{ {name} }}}} is no text; in json it may stand alone as a value"

    def _unanswered(self) -> Iterator[tuple[Place, str]]:
        needing = [key for key, request in self.requests() if ID in request.names()]
        if needing and self.open.id is None and not self.open.id_from_location:
            yield ("open", "id"), f"is missing: {needing[0]} names the id; where does the answer have it?"
        if any(NUMBER in request.names() for _, request in self.requests()) and self.open.number is None:
            yield ("open", "number"), "is missing: a request names the number; where does the answer have it?"
        if self.find is not None and REF not in self.find.names():
            yield ("find", "path"), "does not ask for {{ ref }}: what it finds would be another ticket"
        if self.find is not None and REF not in self.open.names():
            yield ("open",), "does not carry {{ ref }}, by which find asks for the ticket"


def _not_here(name: str, request: str) -> str:
    if name in {ID, NUMBER}:
        return "is not known before the ticket is open"
    if name == SESSION:
        return "is not known here" if request == "session" else "needs a session"
    return ""


def plain_headers(headers: Mapping[str, SecretStr]) -> dict[str, str]:
    """Return headers with their secrets."""
    return {name: value.get_secret_value() for name, value in headers.items()}
