"""Renders pages from templates, in the language of the request."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from aiohttp import hdrs, web
from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor import __version__
from monitor.domain.instant import rfc3339
from monitor.domain.runbooks.runbook import Language
from monitor.domain.runbooks.text import plain
from monitor.views.availability_report.figures import NOTHING, availability, share
from monitor.views.chunked_work import Steps, at_once, parts
from monitor.views.documents import HoldDocument, Problem
from monitor.views.hold_words import hold_words
from monitor.views.read_model import ReadModel
from monitor.views.terminal_row import what_it_says, what_it_says_zh
from monitor.views.terminal_segment import terminal_segment
from monitor.web.api.cooperative import in_turns
from monitor.web.pages import formatting as wording
from monitor.web.pages.assets import Assets
from monitor.web.pages.translation import COOKIE, Translation, language_of

YEAR_S = 365 * 24 * 3600
REFRESH_S = 15
"""How often a page that shows what is now is asked for again, where the browser runs no script."""


class TemplateRenderer:
    """Renders the templates of `web/templates`; one environment for each language."""

    def __init__(self, *, read_model: ReadModel, assets: Assets, root: str = "") -> None:
        self.root = root
        self._clock = read_model.clock
        self._environments = {
            language: _environment(Translation(language, read_model.runbooks), assets, root)
            for language in Language
        }

    async def page(self, request: web.Request, template: str, **names: object) -> web.Response:
        """Return the page that a template makes of `names`, in the language of the request.

        With `refresh_s` it is asked for again by every browser; with `is_live` by those that run script,
        which leave alone what somebody may be writing into its form.

        A language that is asked for is kept in a cookie, so that the next page is in the same.
        """
        language = language_of(request)
        names |= {"languages_url": _other_language(request, language)}
        text = await in_turns(self._rendering(template, language, names), self._clock)
        response = web.Response(text=text, content_type="text/html", headers={hdrs.VARY: _VARIES})
        response.enable_compression()
        if COOKIE in request.query:
            response.set_cookie(COOKIE, language.value, max_age=YEAR_S, httponly=True, samesite="Strict")
        return response

    def error(self, request: web.Request, problem: Problem) -> str:
        """Return an error as a page."""
        language = language_of(request)
        names = {"problem": problem, "languages_url": _other_language(request, language)}
        return at_once(self._rendering("error.html", language, names))

    def _rendering(self, template: str, language: Language, names: dict[str, object]) -> Steps[str]:
        now = self._clock.now()
        given: dict[str, Any] = {"refresh_s": 0, "is_live": False} | names
        context = given | {"now": rfc3339(now.wall), "now_s": now.wall}
        text = ""
        for pieces in parts(self._environments[language].get_template(template).generate(context)):
            text += "".join(pieces)
            yield
        return text


def _other_language(request: web.Request, language: Language) -> str:
    """Return where the same page is in the other language, as a query string."""
    other = next(choice for choice in Language if choice is not language)
    kept = [(name, value) for name, value in request.query.items() if name != COOKIE]
    return f"?{urlencode([*kept, (COOKIE, other.value)])}"


_VARIES = "Accept, Accept-Language, Accept-Encoding, Cookie"


def _environment(speech: Translation, assets: Assets, root: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("monitor.web"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # an upgrade under a running posmon must not mix old code with new templates
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= _filters(speech)
    environment.globals |= {
        "_": speech,
        "count": speech.count,
        "language": speech.language.value,
        "asset": assets.url,
        "root": root,
        "version": __version__,
    }
    for name in environment.list_templates():
        environment.get_template(name)
    return environment


def _filters(speech: Translation) -> dict[str, Callable[..., object]]:
    return {
        "hold": partial(_held, speech.language),
        "availability": availability,
        "lasting": partial(_spoken_last, _lasting, speech),
        "share": share,
        "age": partial(_spoken_last, wording.age, speech),
        "iso": rfc3339,
        "moment": wording.moment,
        "clock_time": wording.clock_time,
        "when": wording.when,
        "percentage": wording.percentage,
        "parts": partial(_spoken_last, wording.parts_of, speech),
        "plain": plain,
        "says": what_it_says,
        "segment": terminal_segment,
        "says_zh": what_it_says_zh,
        "since": partial(_spoken_last, wording.since, speech),
        "span": partial(_spoken_last, wording.span, speech),
        "spoken": speech.alert,
        "words": partial(_spoken_last, wording.words, speech),
    }


def _lasting(seconds: float | None, speech: Translation) -> str:
    return NOTHING if seconds is None else wording.age(seconds, speech)


def _held(language: Language, hold: HoldDocument) -> str:
    return hold_words(hold, language)


def _spoken_last(say: Callable[..., object], speech: Translation, *values: object) -> object:
    return say(*values, speech)
