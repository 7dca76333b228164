"""The runbooks as pages, so that an alert's `runbook_url` leads somewhere without the internet."""

from collections.abc import Iterator
from itertools import islice
from typing import Protocol

from aiohttp import hdrs, web

from monitor.domain.detectors.table import DETECTORS
from monitor.domain.runbook import SECTIONS, Block, Language, Runbook
from monitor.domain.runbook_markdown import HEADINGS
from monitor.views.sources import Sources
from monitor.web.preference import preferred
from monitor.web.problems import refused
from monitor.web.query import RUNBOOK, read_query

HTML, MARKDOWN = "text/html", "text/markdown"
RUNBOOKS = "/runbooks"
"""The path below which they are, by alert name."""
MOST_OPEN = 20
"""So many open alerts are named beside their runbook."""

_VARIES = {hdrs.VARY: "Accept, Accept-Language"}


class Page(Protocol):
    """Renders a template."""

    def __call__(self, template: str, **names: object) -> web.Response:
        """Return the page that `template` makes of `names`."""


class RunbookPages:
    """Index and single runbook, in the language the browser asks for."""

    def __init__(self, *, sources: Sources, page: Page) -> None:
        self._sources = sources
        self._page = page

    async def index(self, request: web.Request) -> web.Response:
        """Answer with the list of all runbooks."""
        language = self._language(request)
        response = self._page(
            "runbooks.html", language=language, groups=list(self._groups(language)), base=RUNBOOKS
        )
        response.headers.update(_VARIES)
        return response

    async def runbook(self, request: web.Request) -> web.Response:
        """Answer with one runbook, as a page or as it was written."""
        language = self._language(request)
        runbook = self._sources.runbooks.find(request.match_info["alertname"], language)
        if runbook is None:
            raise refused(404, "Not Found", "There is no runbook of that name.")
        if preferred(request.headers.get(hdrs.ACCEPT, ""), (HTML, MARKDOWN)) == MARKDOWN:
            response = web.Response(text=runbook.text, content_type=MARKDOWN)
        else:
            response = self._runbook_page(runbook)
        response.headers.update(_VARIES)
        return response

    def _runbook_page(self, runbook: Runbook) -> web.Response:
        open_alerts = self._sources.book.named(runbook.alertname)
        headings = HEADINGS[runbook.language]
        sections: list[tuple[str, str, tuple[Block, ...]]] = [
            (name, heading, getattr(runbook, name)) for name, heading in zip(SECTIONS, headings, strict=True)
        ]
        return self._page(
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
        others = dict.fromkeys(set(self._sources.runbooks.alertnames) - set(names), "")
        by_category: dict[str, list[tuple[Runbook, int]]] = {}
        for alertname, category in (names | others).items():
            runbook = self._sources.runbooks.find(alertname, language)
            if runbook is not None:
                entry = (runbook, len(self._sources.book.named(alertname)))
                by_category.setdefault(category, []).append(entry)
        yield from by_category.items()

    @staticmethod
    def _language(request: web.Request) -> Language:
        asked = read_query(request.query, RUNBOOK)
        if "lang" in asked:
            return Language(asked["lang"])
        return Language(preferred(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""), tuple(Language)))


def runbook_address(target: str, language: Language) -> str:
    """Return where a link of a runbook leads on these pages, "" where that is not served here."""
    if target.startswith("https://"):
        return target
    name, dot, _ = target.partition(".")
    if not dot or "/" in name or not name.isalnum():
        return ""
    return f"{RUNBOOKS}/{name}?lang={language.value}"
