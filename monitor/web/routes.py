"""Every route, with what its answer is: one table that serves and documents them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web
from msgspec import Struct

from monitor.views.documents import (
    AlertPage,
    ReloadDocument,
    StatusDocument,
    TerminalDetail,
    TerminalPage,
)
from monitor.web.api import Api
from monitor.web.assets import Assets
from monitor.web.metrics import MetricsPage
from monitor.web.operations import Operations
from monitor.web.pages import Pages
from monitor.web.query import ALERTS, RELOAD, TERMINALS, Parameter

TERMINAL_ID = {"terminal_id": "Terminal id (ISO 8583 DE41)."}


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route. `answer` is a document, or a media type where it is none.

    `in_path` describes the variables of `path`; `errors` are statuses of its own, beside those that
    any route may have.
    """

    method: str
    path: str
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    summary: str
    answer: type[Struct] | str
    parameters: tuple[Parameter, ...] = ()
    in_path: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[int, ...] = ()


def routes(
    *,
    api: Api,
    pages: Pages,
    operations: Operations,
    metrics: MetricsPage,
    assets: Assets,
    openapi: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> tuple[Route, ...]:
    """Return the table."""
    return (
        *_pages(pages, assets),
        Route(
            method="GET",
            path="/metrics",
            handler=metrics.get,
            summary="Metrics for Prometheus.",
            answer="text/plain",
        ),
        *_operations(operations),
        *_api(api),
        Route(
            method="GET",
            path="/api/v1/openapi.json",
            handler=openapi,
            summary="This document.",
            answer="application/json",
        ),
    )


def _pages(pages: Pages, assets: Assets) -> tuple[Route, ...]:
    return (
        Route(
            method="GET",
            path="/",
            handler=pages.overview,
            summary="Status page.",
            answer="text/html",
        ),
        Route(
            method="GET",
            path="/terminals",
            handler=pages.terminals,
            summary="Page that lists terminals.",
            answer="text/html",
            parameters=TERMINALS,
            errors=(400,),
        ),
        Route(
            method="GET",
            path="/terminals/{terminal_id}",
            handler=pages.terminal,
            summary="Page of one terminal.",
            answer="text/html",
            in_path=TERMINAL_ID,
        ),
        Route(
            method="GET",
            path="/static/{name}",
            handler=assets.get,
            summary="What the pages need beside themselves.",
            answer="text/css",
            in_path={"name": "File name."},
        ),
    )


def _operations(operations: Operations) -> tuple[Route, ...]:
    return (
        Route(
            method="GET",
            path="/-/healthy",
            handler=operations.healthy,
            summary="200 while every part of posmon gets on with its work, 503 when one is stuck.",
            answer="text/plain",
            errors=(503,),
        ),
        Route(
            method="GET",
            path="/-/ready",
            handler=operations.ready,
            summary="200 once the first inventory is loaded and being polled, 503 before.",
            answer="text/plain",
            errors=(503,),
        ),
        Route(
            method="POST",
            path="/-/reload",
            handler=operations.reload,
            summary="Take changed configuration and inventory into force; 422 names every fault.",
            answer=ReloadDocument,
            parameters=RELOAD,
            errors=(400, 403, 422),
        ),
    )


def _api(api: Api) -> tuple[Route, ...]:
    return (
        Route(
            method="GET",
            path="/api/v1/status",
            handler=api.status,
            summary="The whole fleet at a glance.",
            answer=StatusDocument,
        ),
        Route(
            method="GET",
            path="/api/v1/terminals",
            handler=api.terminals,
            summary="Terminals in the order of their ids.",
            answer=TerminalPage,
            parameters=TERMINALS,
            errors=(400,),
        ),
        Route(
            method="GET",
            path="/api/v1/terminals/{terminal_id}",
            handler=api.terminal,
            summary="Everything known of one terminal.",
            answer=TerminalDetail,
            in_path=TERMINAL_ID,
        ),
        Route(
            method="GET",
            path="/api/v1/alerts",
            handler=api.alerts,
            summary="Open alerts, pending and firing.",
            answer=AlertPage,
            parameters=ALERTS,
            errors=(400,),
        ),
    )
