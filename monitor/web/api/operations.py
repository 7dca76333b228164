"""Liveness, readiness and reload, for operators and their tools."""

from collections.abc import Awaitable
from typing import Protocol

import msgspec
from aiohttp import web

from monitor.domain.errors import InvalidDocument
from monitor.domain.inventory.inventory import InventoryChange
from monitor.views.documents import FaultDocument, Problem, ReloadDocument
from monitor.views.read_model import ReadModel
from monitor.web.access import caller_of, log_audit
from monitor.web.routing.problems import Refused, refused
from monitor.web.routing.query import RELOAD, read_query


class Reload(Protocol):
    """Reads configuration and inventory again and takes them into force.

    Raises InvalidDocument; then nothing has changed.
    """

    def __call__(self, *, confirm_shrink: bool = False) -> Awaitable[InventoryChange]:
        """Do so once."""
        ...


class Operations:
    """`/-/healthy`, `/-/ready` and `/-/reload`."""

    def __init__(self, *, read_model: ReadModel, reload: Reload) -> None:
        self._read_model = read_model
        self._reload = reload

    async def healthy(self, _request: web.Request) -> web.Response:
        """Answer 200 while every part of posmon gets on with its work, else 503 and which does not."""
        liveness_checks = self._read_model.liveness_checks()
        stuck = [
            f"{check.part} has not moved for {check.silent_s:.0f} s"
            for check in liveness_checks
            if check.is_stuck
        ]
        if stuck:
            raise refused(503, "Service Unavailable", "; ".join(stuck))
        notes = [f"{check.part}: {check.note}\n" for check in liveness_checks if check.note]
        return web.Response(text="".join(["healthy\n", *notes]))

    async def ready(self, _request: web.Request) -> web.Response:
        """Answer 503 until the first inventory is loaded and being polled."""
        if not self._read_model.ready():
            raise refused(503, "Service Unavailable", "No inventory has been loaded yet.")
        return web.Response(text="ready\n")

    async def reload(self, request: web.Request) -> web.Response:
        """Take changed files into force, or say everything that is wrong with them (422)."""
        asked = read_query(request.query, RELOAD)
        who = caller_of(request).name
        try:
            change = await self._reload(confirm_shrink=asked.get("confirm_shrink", False))
        except InvalidDocument as error:
            log_audit("audit.reload", request, who=who, outcome="failed")
            raise Refused(_problem_of(error)) from None
        log_audit("audit.reload", request, who=who, outcome="done", **asked)
        document = ReloadDocument(
            added=len(change.added), removed=len(change.removed), changed=len(change.changed)
        )
        return web.Response(body=msgspec.json.encode(document), content_type="application/json")


def _problem_of(error: InvalidDocument) -> Problem:
    return Problem(
        title="Unprocessable Content",
        status=422,
        detail="Configuration or inventory cannot be taken; what was in force stays.",
        faults=[
            FaultDocument(source=fault.source, line=fault.line, field=fault.field, reason=fault.reason)
            for fault in error.faults
        ],
    )
