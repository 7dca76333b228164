"""Requests by which people change something: read, carried out, and answered in words when they are wrong."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import unquote

from aiohttp import web

from monitor.domain.errors import InvalidAction
from monitor.domain.on_call.action import Author, Via
from monitor.domain.on_call.matcher import fault_of_text
from monitor.domain.strict_json import BadJson, decode_strictly
from monitor.ports.on_call_desk import OverError
from monitor.views.documents import FaultDocument, Problem
from monitor.web.access import caller_of, log_audit
from monitor.web.routing.body import read_body
from monitor.web.routing.problems import MAX_BODY_BYTES, Refused, refused
from monitor.web.routing.query import read_query

VIA_FIELD = "Posmon-Via"
"""The header field by which posmon's own command line says that it is one."""

BY_FIELD = "Posmon-By"
"""The header field that names the author where a request has no document, percent-encoded."""

LONGEST_AUTHOR = 64

Made = TypeVar("Made")


async def made_by(
    request: web.Request, make: Callable[[object, Author], Awaitable[Made]], *, audit: str
) -> Made:
    """Return what `make` makes of the document of a request, with a line `audit` in the audit log.

    Refuses what is no JSON (400), is wrong (422, every fault by its field) or is over already (409).
    """
    read_query(request.query, ())
    try:
        written = decode_strictly(await read_body(request, most=MAX_BODY_BYTES, in_lines=False))
        made = await make(written, author_of(request, written))
    except BadJson as bad:
        raise refused(400, "Bad Request", str(bad)) from None
    except InvalidAction as error:
        raise Refused(problem_of(error)) from None
    except OverError as over:
        raise refused(409, "Conflict", str(over)) from None
    log_audit(audit, request, who=caller_of(request).name, outcome="done", id=getattr(made, "id", ""))
    return made


def author_of(request: web.Request, written: object = None) -> Author:
    """Return who acts: the token's name; where posmon asks for none, the author that the request names."""
    caller = caller_of(request)
    name = caller.label
    said = written.get("by") if isinstance(written, dict) else unquote(request.headers.get(BY_FIELD, ""))
    if caller.label == caller.address and isinstance(said, str) and not fault_of_text(said.strip()):
        name = said.strip()[:LONGEST_AUTHOR] or name
    is_own = request.headers.get(VIA_FIELD) == Via.CLI.value
    return Author(name=name, via=Via.CLI if is_own else Via.API)


def author_on_page(request: web.Request) -> Author:
    """Return who acts by a form: the name of the token, or the address where posmon asks for none."""
    return Author(name=caller_of(request).label, via=Via.PAGE)


def problem_of(error: InvalidAction) -> Problem:
    """Return the problem document of a wrong wish: its faults in one sentence, and each by its field."""
    said = "; ".join(
        f"{fault.field}: {fault.reason}" if fault.field else fault.reason for fault in error.faults
    )
    return Problem(
        title="Unprocessable Content",
        status=422,
        detail=said,
        faults=[
            FaultDocument(source=fault.source, line=fault.line, field=fault.field, reason=fault.reason)
            for fault in error.faults
        ],
    )
