"""The web side as one aiohttp application."""

from aiohttp import web

from monitor.adapters.exposition import Exposition, PerTerminal
from monitor.ports.store import Store
from monitor.views.sources import Sources
from monitor.views.terminal_listing import TerminalListing
from monitor.web.api import Api
from monitor.web.assets import Assets
from monitor.web.connection import bounded
from monitor.web.metrics import MetricsPage
from monitor.web.openapi import Description
from monitor.web.operations import Operations, Reload
from monitor.web.pages import Pages
from monitor.web.problems import MAX_BODY_BYTES, ProblemAnswers
from monitor.web.request_guard import RequestGuard
from monitor.web.routes import Route, routes
from monitor.web.security_headers import add_security_headers


def create_web(
    *,
    sources: Sources,
    store: Store,
    reload: Reload,
    per_terminal: PerTerminal,
    listen_host: str,
) -> web.Application:
    """Return the application; `listen_host` is where it will listen, as the configuration says."""
    assets = Assets()
    listing = TerminalListing(fleet=sources.fleet, book=sources.book)
    pages = Pages(sources=sources, listing=listing, store=store, assets=assets)
    app = web.Application(
        middlewares=[
            bounded,
            web.middleware(ProblemAnswers(error_page=pages.error)),
            web.middleware(RequestGuard(listen_host=listen_host)),
        ],
        client_max_size=MAX_BODY_BYTES,
    )
    app.on_response_prepare.append(add_security_headers)
    description = Description()
    table = routes(
        api=Api(sources=sources, listing=listing, store=store),
        pages=pages,
        operations=Operations(sources=sources, reload=reload),
        metrics=MetricsPage(
            exposition=Exposition(sources=sources, per_terminal=per_terminal), clock=sources.clock
        ),
        assets=assets,
        openapi=description.get,
    )
    description.describe(table)
    for route in table:
        _add(app, route)
    return app


def _add(app: web.Application, route: Route) -> None:
    if route.method == "GET":
        app.router.add_get(route.path, route.handler)
    else:
        app.router.add_route(route.method, route.path, route.handler)
