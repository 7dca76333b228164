"""Every route with its answer and its scope: one table that serves and documents them."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from monitor.domain.access.tokens import Scope
from monitor.views.documents import (
    AlertPage,
    HeartbeatDocument,
    ParentPage,
    PushedEvents,
    PushReceipt,
    ReloadDocument,
    SourcePage,
    StatusDocument,
    TerminalDetail,
    TerminalPage,
)
from monitor.web.api.api import Api
from monitor.web.api.event_stream import CONTENT_TYPE as EVENT_STREAM
from monitor.web.api.event_stream import EventStream
from monitor.web.api.metrics import MetricsPage
from monitor.web.api.on_call import OnCallApi
from monitor.web.api.operations import Operations
from monitor.web.on_call_routes import on_call_forms, on_call_pages, on_call_routes
from monitor.web.pages.alert_pages import AlertPages
from monitor.web.pages.assets import Assets
from monitor.web.pages.fleet_pages import FleetPages
from monitor.web.pages.on_call_forms import OnCallForms
from monitor.web.pages.on_call_pages import OnCallPages
from monitor.web.pages.own_health_page import OwnHealthPage
from monitor.web.pages.runbook_pages import RUNBOOKS, RunbookPages
from monitor.web.pages.sources_page import SourcesPage
from monitor.web.push import PushEndpoints
from monitor.web.routing.body import JSON, LINES, MAX_PUSH_BYTES
from monitor.web.routing.query import (
    ALERT_PAGE,
    ALERTS,
    ALERTS_PAGE,
    PAGE,
    RELOAD,
    RUNBOOK,
    SHARDS,
    SITES_PAGE,
    TERMINALS,
    TERMINALS_PAGE,
)
from monitor.web.routing.route import Route

PUSH_ERRORS = (400, 403, 408, 413, 415, 422, 429, 503)
TERMINAL_ID = {"terminal_id": "Terminal id (ISO 8583 DE41)."}


def routes(
    *,
    api: Api,
    on_call: OnCallApi,
    past: tuple[Route, ...],
    pages: FleetPages,
    alerts: AlertPages,
    held: OnCallPages,
    forms: OnCallForms,
    own_health: OwnHealthPage,
    sources: SourcesPage,
    runbooks: RunbookPages,
    stream: EventStream,
    operations: Operations,
    metrics: MetricsPage,
    assets: Assets,
    pushing: PushEndpoints,
    openapi: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> tuple[Route, ...]:
    """Return the table; `past` are the routes of what was."""
    return (
        *_pages(pages, assets),
        *_other_pages(pages, alerts),
        *_own_pages(own_health, sources),
        *on_call_pages(held, alerts, pages),
        *on_call_forms(forms),
        *_runbooks(runbooks),
        *_metrics(metrics),
        *_operations(operations),
        *_api(api),
        *_api_around(api),
        *on_call_routes(on_call),
        *past,
        *_pushing(pushing),
        *_stream(stream),
        Route(
            method="GET",
            path="/api/v1/openapi.json",
            scope=Scope.READ,
            handler=openapi,
            summary="This document.",
            answer="application/json",
        ),
    )


def _pages(pages: FleetPages, assets: Assets) -> tuple[Route, ...]:
    return (
        Route(
            method="GET",
            path="/",
            scope=Scope.READ,
            handler=pages.overview,
            summary="Status page.",
            answer="text/html",
            parameters=PAGE,
            errors=(400,),
        ),
        Route(
            method="GET",
            path="/terminals",
            scope=Scope.READ,
            handler=pages.terminals,
            summary="Page that lists terminals.",
            answer="text/html",
            parameters=TERMINALS_PAGE,
            errors=(400,),
        ),
        Route(
            method="GET",
            path="/terminals/{terminal_id}",
            scope=Scope.READ,
            handler=pages.terminal,
            summary="Page of one terminal.",
            answer="text/html",
            parameters=PAGE,
            in_path=TERMINAL_ID,
            errors=(400,),
        ),
        Route(
            method="GET",
            path="/static/{name}",
            scope=Scope.READ,
            handler=assets.get,
            summary="What the pages need beside themselves.",
            answer="text/css",
            in_path={"name": "File name."},
        ),
    )


def _other_pages(pages: FleetPages, alerts: AlertPages) -> tuple[Route, ...]:
    return (
        Route(
            method="GET",
            path="/sites",
            scope=Scope.READ,
            handler=pages.sites,
            summary="Page that lists sites, the worst first.",
            answer="text/html",
            parameters=SITES_PAGE,
            errors=(400,),
        ),
        Route(
            method="GET",
            path="/alerts",
            scope=Scope.READ,
            handler=alerts.index,
            summary="Page that lists open alerts.",
            answer="text/html",
            parameters=ALERTS_PAGE,
            errors=(400,),
        ),
        Route(
            method="GET",
            path="/alerts/{alertname}",
            scope=Scope.READ,
            handler=alerts.alert,
            summary="Page of one alert, open or over.",
            answer="text/html",
            parameters=ALERT_PAGE,
            in_path={"alertname": "Name of the alert."},
            errors=(400,),
        ),
    )


def _own_pages(own_health: OwnHealthPage, sources: SourcesPage) -> tuple[Route, ...]:
    return (
        Route(
            method="GET",
            path="/posmon",
            scope=Scope.READ,
            handler=own_health.get,
            summary="Page about posmon's own health.",
            answer="text/html",
            parameters=PAGE,
            errors=(400,),
        ),
        Route(
            method="GET",
            path="/sources",
            scope=Scope.READ,
            handler=sources.get,
            summary="Page about the sources that speak for many terminals.",
            answer="text/html",
            parameters=PAGE,
            errors=(400,),
        ),
    )


def _runbooks(runbooks: RunbookPages) -> tuple[Route, ...]:
    return (
        Route(
            method="GET",
            path=RUNBOOKS,
            scope=Scope.READ,
            handler=runbooks.index,
            summary="Page that lists the runbooks.",
            answer="text/html",
            parameters=RUNBOOK,
            errors=(400,),
        ),
        Route(
            method="GET",
            path=f"{RUNBOOKS}/{{alertname}}",
            scope=Scope.READ,
            handler=runbooks.runbook,
            summary="One alert's runbook, settings in force; Markdown with `Accept: text/markdown`.",
            answer="text/html",
            parameters=RUNBOOK,
            in_path={"alertname": "Name of the alert."},
            errors=(400,),
        ),
    )


def _metrics(metrics: MetricsPage) -> tuple[Route, ...]:
    return (
        Route(
            method="GET",
            path="/metrics",
            scope=Scope.READ,
            handler=metrics.get,
            summary="Metrics for Prometheus.",
            answer="text/plain",
        ),
        Route(
            method="GET",
            path="/metrics/terminals",
            scope=Scope.READ,
            handler=metrics.terminals,
            summary="The series of terminals alone: all of them, or one shard of several.",
            answer="text/plain",
            parameters=SHARDS,
            errors=(400,),
        ),
    )


def _operations(operations: Operations) -> tuple[Route, ...]:
    return (
        Route(
            method="GET",
            path="/-/healthy",
            scope=None,
            handler=operations.healthy,
            summary="200 while every part of posmon gets on with its work, 503 when one is stuck.",
            answer="text/plain",
            errors=(503,),
        ),
        Route(
            method="GET",
            path="/-/ready",
            scope=None,
            handler=operations.ready,
            summary="200 once the first inventory is loaded and being polled, 503 before.",
            answer="text/plain",
            errors=(503,),
        ),
        Route(
            method="POST",
            path="/-/reload",
            scope=Scope.OPERATE,
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
            scope=Scope.READ,
            handler=api.status,
            summary="The whole fleet at a glance.",
            answer=StatusDocument,
        ),
        Route(
            method="GET",
            path="/api/v1/terminals",
            scope=Scope.READ,
            handler=api.terminals,
            summary="Terminals in the order of their ids.",
            answer=TerminalPage,
            parameters=TERMINALS,
            errors=(400,),
        ),
        Route(
            method="GET",
            path="/api/v1/terminals/{terminal_id}",
            scope=Scope.READ,
            handler=api.terminal,
            summary="Everything known of one terminal.",
            answer=TerminalDetail,
            in_path=TERMINAL_ID,
        ),
        Route(
            method="GET",
            path="/api/v1/alerts",
            scope=Scope.READ,
            handler=api.alerts,
            summary="Open alerts, pending and firing.",
            answer=AlertPage,
            parameters=ALERTS,
            errors=(400,),
        ),
    )


def _api_around(api: Api) -> tuple[Route, ...]:
    return (
        Route(
            method="GET",
            path="/api/v1/sources",
            scope=Scope.READ,
            handler=api.sources,
            summary="Sources that speak for many terminals, and how well each can be asked.",
            answer=SourcePage,
        ),
        Route(
            method="GET",
            path="/api/v1/parents",
            scope=Scope.READ,
            handler=api.parents,
            summary="What terminals hang on, such as lines, and whether it can be reached.",
            answer=ParentPage,
        ),
    )


def _stream(stream: EventStream) -> tuple[Route, ...]:
    return (
        Route(
            method="GET",
            path="/api/v1/stream",
            scope=Scope.READ,
            handler=stream.get,
            summary="Server-sent events: `changed` when there is something new, once a second at most.",
            answer=EVENT_STREAM,
            errors=(503,),
        ),
    )


def _pushing(pushing: PushEndpoints) -> tuple[Route, ...]:
    return (
        Route(
            method="POST",
            path="/api/v1/events",
            scope=Scope.PUSH,
            handler=pushing.events,
            summary="Push events of one terminal, or a line for each of several pushes.",
            answer=PushReceipt,
            status=202,
            takes={JSON: PushedEvents, LINES: PushedEvents},
            body_bytes=MAX_PUSH_BYTES,
            errors=PUSH_ERRORS,
        ),
        Route(
            method="POST",
            path="/api/v1/heartbeats",
            scope=Scope.PUSH,
            handler=pushing.heartbeats,
            summary="Push a heartbeat, or one a line.",
            answer=PushReceipt,
            status=202,
            takes={JSON: HeartbeatDocument, LINES: HeartbeatDocument},
            body_bytes=MAX_PUSH_BYTES,
            errors=PUSH_ERRORS,
        ),
    )
