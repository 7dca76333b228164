"""The runbooks as pages, so that an alert's `runbook_url` leads somewhere without the internet."""

from collections.abc import Iterator
from functools import partial
from itertools import islice

from aiohttp import hdrs, web

from monitor.domain.detectors.table import DETECTORS
from monitor.domain.runbooks.runbook import HEADINGS, SECTIONS, Block, Language, Runbook
from monitor.views.read_model import ReadModel
from monitor.web.pages.content_negotiation import preferred
from monitor.web.pages.template_renderer import TemplateRenderer
from monitor.web.pages.translation import language_of
from monitor.web.routing.problems import refused
from monitor.web.routing.query import RUNBOOK, read_query

HTML, MARKDOWN = "text/html", "text/markdown"
RUNBOOKS = "/runbooks"
"""The path below which they are, by alert name."""
MOST_OPEN = 20
"""So many open alerts are named beside their runbook."""


class RunbookPages:
    """Index and single runbook, in the language the browser asks for."""

    def __init__(self, *, read_model: ReadModel, writer: TemplateRenderer) -> None:
        self._read_model = read_model
        self._writer = writer

    async def index(self, request: web.Request) -> web.Response:
        """Answer with the list of all runbooks."""
        language = self._language(request)
        groups = list(self._groups(language))
        return await self._writer.page(request, "runbooks.html", groups=groups, base=RUNBOOKS)

    async def runbook(self, request: web.Request) -> web.Response:
        """Answer with one runbook, as a page or as Markdown, with the settings in force for the fleet."""
        language = self._language(request)
        written = self._read_model.runbooks.find(request.match_info["alertname"], language)
        if written is None:
            raise refused(404, "Not Found", "There is no runbook of that name.")
        runbook = written.filled(partial(self._read_model.setting, written.alertname))
        if preferred(request.headers.get(hdrs.ACCEPT, ""), (HTML, MARKDOWN)) == MARKDOWN:
            headers = {hdrs.VARY: "Accept, Accept-Language, Cookie"}
            return web.Response(text=runbook.text, content_type=MARKDOWN, headers=headers)
        return await self._runbook_page(request, runbook)

    async def _runbook_page(self, request: web.Request, runbook: Runbook) -> web.Response:
        open_alerts = self._read_model.book.named(runbook.alertname)
        headings = HEADINGS[runbook.language]
        sections: list[tuple[str, str, tuple[Block, ...]]] = [
            (name, heading, getattr(runbook, name)) for name, heading in zip(SECTIONS, headings, strict=True)
        ]
        return await self._writer.page(
            request,
            "runbook.html",
            runbook=runbook,
            sections=sections,
            open_alerts=list(islice(open_alerts.values(), MOST_OPEN)),
            open_total=len(open_alerts),
            link=lambda target: runbook_address(target, runbook.language),
            base=RUNBOOKS,
        )

    def _groups(self, language: Language) -> Iterator[tuple[str, list[tuple[Runbook, int]]]]:
        """Yield each category of alerts with its runbooks and how many of their alerts are open."""
        names = {detector.alertname: detector.category.value for detector in DETECTORS}
        others = dict.fromkeys(set(self._read_model.runbooks.alertnames) - set(names), "")
        by_category: dict[str, list[tuple[Runbook, int]]] = {}
        for alertname, category in (names | others).items():
            runbook = self._read_model.runbooks.find(alertname, language)
            if runbook is not None:
                entry = (runbook, len(self._read_model.book.named(alertname)))
                by_category.setdefault(category, []).append(entry)
        yield from by_category.items()

    @staticmethod
    def _language(request: web.Request) -> Language:
        read_query(request.query, RUNBOOK)
        return language_of(request)


def runbook_address(target: str, language: Language) -> str:
    """Return where a link of a runbook leads on these pages, "" where that is not served here."""
    if target.startswith("https://"):
        return target
    name, dot, _ = target.partition(".")
    if not dot or "/" in name or not name.isalnum():
        return ""
    return f"{RUNBOOKS}/{name}?lang={language.value}"
