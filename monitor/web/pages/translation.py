"""The texts of the pages in each language.

English stands where it is used, in templates and code; `languages/zh.yaml` has the Chinese.
"""

from collections.abc import Mapping
from importlib.resources import files

import yaml
from aiohttp import hdrs, web

from monitor.domain.runbooks.runbook import Language, Runbooks
from monitor.domain.runbooks.text import plain
from monitor.web.pages.content_negotiation import preferred
from monitor.web.pages.formatting import spoken

COOKIE = "lang"
"""Keeps the language that somebody chose by `?lang=`."""


def language_of(request: web.Request) -> Language:
    """Return the language of an answer: the one asked for, the one chosen earlier, or the browser's."""
    for wanted in (request.query.get(COOKIE), request.cookies.get(COOKIE)):
        if wanted in set(Language):
            return Language(wanted)
    return Language(preferred(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""), tuple(Language)))


def catalogue(language: Language) -> Mapping[str, str]:
    """Return the texts of the pages in a language, by their English."""
    if language is Language.EN:
        return {}
    text = files("monitor.web").joinpath("languages", f"{language.value}.yaml").read_text(encoding="utf-8")
    return {str(english): str(said) for english, said in yaml.safe_load(text).items()}


class Translation:
    """Translates English texts into one language; a text that the catalogue lacks stays English."""

    def __init__(self, language: Language, runbooks: Runbooks) -> None:
        self.language = language
        self._runbooks = runbooks
        self._catalogue = catalogue(language)

    def __call__(self, text: str, /, **values: object) -> str:
        """Return `text`, with `values` in the places named by braces."""
        said = self._catalogue.get(text, text)
        return said.format(**values) if values else said

    def count(self, number: int, one: str, many: str, **values: object) -> str:
        """Return `one` or `many`, whichever goes with `number`, which is `n` in it."""
        return self(one if number == 1 and self.language is Language.EN else many, n=number, **values)

    def alert(self, alertname: str) -> str:
        """Return an alert's name as people say it; in Chinese it is the title of its runbook."""
        runbook = self._runbooks.find(alertname, self.language)
        if self.language is Language.EN or runbook is None or runbook.language is not self.language:
            return spoken(alertname)
        return plain(runbook.title)
