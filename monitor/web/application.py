"""The web side as one aiohttp application."""

from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from monitor.adapters.exposition import Exposition, PerTerminal
from monitor.config.web_settings import PUSH_RATE
from monitor.domain.access.statistics import AccessStatistics
from monitor.domain.access.tokens import TokenRing
from monitor.domain.pushing.limits import PushLimits
from monitor.ports.availability_reports import AvailabilityReports
from monitor.ports.device_desk import DeviceDesk
from monitor.ports.on_call_desk import OnCallDesk
from monitor.ports.push_intake import PushIntakePort
from monitor.ports.store import Store
from monitor.views.read_model import ReadModel
from monitor.web.access import Authentication
from monitor.web.api.api import Api
from monitor.web.api.device_record import DeviceRecordApi, DeviceRecords
from monitor.web.api.digest import DigestApi
from monitor.web.api.event_stream import EventStream
from monitor.web.api.hours import HoursApi
from monitor.web.api.learnt_hours import HoursLearner
from monitor.web.api.metrics import MetricsPage
from monitor.web.api.on_call import OnCallApi
from monitor.web.api.operations import Operations, Reload
from monitor.web.api.reports import ReportApi, ReportDesk
from monitor.web.api.search import Search
from monitor.web.api.survey_cache import SurveyCache
from monitor.web.device_record_routes import device_record_routes
from monitor.web.journal_routes import journal_routes
from monitor.web.middleware.certificate_renewal import CertificateRenewal
from monitor.web.middleware.host_guard import HostGuard
from monitor.web.middleware.request_bounds import bounded
from monitor.web.middleware.request_counts import RequestCounts
from monitor.web.pages.alert_pages import AlertPages
from monitor.web.pages.assets import Assets
from monitor.web.pages.device_record_page import DeviceRecordPages
from monitor.web.pages.digest_page import DigestPage
from monitor.web.pages.fleet_pages import FleetPages
from monitor.web.pages.on_call_forms import OnCallForms
from monitor.web.pages.on_call_pages import OnCallPages
from monitor.web.pages.own_health_page import OwnHealthPage
from monitor.web.pages.report_pages import ReportPages
from monitor.web.pages.runbook_pages import RunbookPages
from monitor.web.pages.sources_page import SourcesPage
from monitor.web.pages.template_renderer import TemplateRenderer
from monitor.web.push import PushEndpoints
from monitor.web.report_routes import report_routes
from monitor.web.routes import routes
from monitor.web.routing.openapi import Description
from monitor.web.routing.problems import MAX_BODY_BYTES, ProblemAnswers
from monitor.web.routing.public_address import NO_ADDRESS, PublicAddress
from monitor.web.routing.route import Route
from monitor.web.routing.route_index import RouteIndex
from monitor.web.routing.security_headers import add_security_headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Who may come in, and how much each may push.

    `tokens` returns those in force, None when requests need no token. `listen_host` is where posmon listens,
    as the configuration says, `public` the address that people use for it, if that is known. The web side
    counts in `statistics`. `renew_certificate` takes a changed certificate into use.
    """

    statistics: AccessStatistics
    listen_host: str
    public: PublicAddress = NO_ADDRESS
    tokens: Callable[[], TokenRing] | None = None
    push_limits: PushLimits = field(default_factory=lambda: PushLimits(per_s=PUSH_RATE))
    renew_certificate: Callable[[], None] | None = None


def create_web(
    *,
    read_model: ReadModel,
    store: Store,
    reload: Reload,
    per_terminal: PerTerminal,
    admission: Admission,
    intake: PushIntakePort | None = None,
    desk: OnCallDesk | None = None,
    devices: DeviceDesk | None = None,
    reports: AvailabilityReports | None = None,
) -> web.Application:
    """Return the application.

    `intake` evaluates pushes, `desk` takes what people on call say, `devices` what they write of devices.
    `reports` calculates availability.
    """
    table, writer, stream = route_table(
        read_model=read_model,
        store=store,
        reload=reload,
        per_terminal=per_terminal,
        admission=admission,
        intake=intake,
        desk=desk,
        devices=devices,
        reports=reports,
    )
    app = _application(table, writer, read_model, admission)
    app.on_shutdown.append(stream.close)
    return app


def route_table(
    *,
    read_model: ReadModel,
    store: Store,
    reload: Reload,
    per_terminal: PerTerminal,
    admission: Admission,
    intake: PushIntakePort | None,
    desk: OnCallDesk | None = None,
    devices: DeviceDesk | None = None,
    reports: AvailabilityReports | None = None,
) -> tuple[tuple[Route, ...], TemplateRenderer, EventStream]:
    """Return every route as it is served, the renderer of its pages, and the event stream."""
    root = admission.public.root
    assets, description = Assets(root), Description(root)
    learner = HoursLearner(read_model=read_model, store=store)
    survey, stream = SurveyCache(read_model), EventStream(read_model)
    search = Search(read_model=read_model, survey=survey)
    writer = TemplateRenderer(read_model=read_model, assets=assets, root=root)
    records = DeviceRecords(read_model=read_model, store=store, desk=devices)
    table = routes(
        api=Api(read_model=read_model, search=search, store=store, survey=survey),
        on_call=OnCallApi(read_model=read_model, store=store, desk=desk),
        past=(*_journal(read_model, store, learner, writer), *_past(records, reports, read_model, writer)),
        pages=FleetPages(
            read_model=read_model,
            search=search,
            store=store,
            survey=survey,
            records=records,
            writer=writer,
            learner=learner,
        ),
        alerts=AlertPages(read_model=read_model, search=search, store=store, writer=writer, desk=desk),
        held=OnCallPages(read_model=read_model, store=store, desk=desk, writer=writer),
        forms=OnCallForms(read_model=read_model, desk=desk, writer=writer),
        own_health=OwnHealthPage(read_model=read_model, survey=survey, writer=writer),
        sources=SourcesPage(read_model=read_model, writer=writer),
        runbooks=RunbookPages(read_model=read_model, writer=writer),
        stream=stream,
        operations=Operations(read_model=read_model, reload=reload),
        metrics=_metrics(read_model, per_terminal),
        assets=assets,
        pushing=_pushing(read_model, admission, intake),
        openapi=description.get,
    )
    description.describe(table)
    return table, writer, stream


def _journal(
    read_model: ReadModel, store: Store, learner: HoursLearner, writer: TemplateRenderer
) -> tuple[Route, ...]:
    digest = DigestApi(store=store, read_model=read_model)
    hours = HoursApi(read_model=read_model, learner=learner)
    return journal_routes(digest, DigestPage(api=digest, writer=writer), hours)


def _past(
    records: DeviceRecords,
    reports: AvailabilityReports | None,
    read_model: ReadModel,
    writer: TemplateRenderer,
) -> tuple[Route, ...]:
    clock = read_model.clock
    desk = ReportDesk(reports=reports, clock=clock)
    return (
        *device_record_routes(DeviceRecordApi(records), DeviceRecordPages(records=records, writer=writer)),
        *report_routes(ReportApi(desk), ReportPages(desk=desk, clock=clock, writer=writer)),
    )


def _metrics(read_model: ReadModel, per_terminal: PerTerminal) -> MetricsPage:
    exposition = Exposition(read_model=read_model, per_terminal=per_terminal)
    return MetricsPage(exposition=exposition, clock=read_model.clock)


def _pushing(read_model: ReadModel, admission: Admission, intake: PushIntakePort | None) -> PushEndpoints:
    return PushEndpoints(
        intake=intake,
        clock=read_model.clock,
        statistics=admission.statistics,
        limits=admission.push_limits,
    )


def _application(
    table: tuple[Route, ...], writer: TemplateRenderer, read_model: ReadModel, admission: Admission
) -> web.Application:
    index = RouteIndex(table)
    authentication = Authentication(
        tokens=admission.tokens, routes=index, clock=read_model.clock, statistics=admission.statistics
    )
    guard = HostGuard(
        own_hosts=(admission.listen_host, admission.public.host),
        own_origin=admission.public.origin,
        any_host=admission.tokens is not None,
    )
    renewal = [CertificateRenewal(admission.renew_certificate)] if admission.renew_certificate else []
    app = web.Application(
        middlewares=[
            bounded,
            *map(web.middleware, renewal),
            web.middleware(RequestCounts(admission.statistics)),
            web.middleware(ProblemAnswers(error_page=writer.error, body_bytes=index.body_bytes)),
            web.middleware(guard),
            web.middleware(authentication),
        ],
        client_max_size=MAX_BODY_BYTES,
    )
    app.on_response_prepare.append(add_security_headers)
    for route in table:
        _add(app, route)
    return app


def _add(app: web.Application, route: Route) -> None:
    if route.method == "GET":
        app.router.add_get(route.path, route.handler)
    else:
        app.router.add_route(route.method, route.path, route.handler)
