"""The page that sums up a day, a week or another period."""

import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from markupsafe import Markup

from monitor.views.digest_sections import digest_sections
from monitor.views.digest_text import html_note
from monitor.web.api.digest import DigestApi, period_asked
from monitor.web.pages.formatting import moment
from monitor.web.pages.template_renderer import TemplateRenderer
from monitor.web.pages.translation import language_of
from monitor.web.routing.query import DIGEST_PAGE, read_query

_FROM_A_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?", re.ASCII)
_TO_MINUTES = 16


class DigestPage:
    """What happened, whom it was told to, what recurs, what nobody acted on."""

    def __init__(self, *, api: DigestApi, writer: TemplateRenderer) -> None:
        self._api = api
        self._writer = writer

    async def get(self, request: web.Request) -> web.Response:
        """Answer with the summary of the period that is asked for, the last 24 hours without one."""
        asked = _without_blanks(read_query(request.query, DIGEST_PAGE))
        document = await self._api.document(*period_asked(asked, self._api.now))
        days = asked.get("days", 0 if "from" in asked or "to" in asked else 1)
        every = {1: "daily", 7: "weekly"}.get(days, "summary")
        return await self._writer.page(
            request,
            "digest.html",
            text=digest_sections(document, language_of(request), moment, every),
            days=days,
            begin=document.since[:_TO_MINUTES],
            end=document.until[:_TO_MINUTES],
            note=lambda text: Markup(html_note(text)),  # nosec B704 # noqa: S704 - it is escaped
        )


def _without_blanks(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is asked for; of a form, blank fields say nothing, and its times are in UTC."""
    kept = {name: value for name, value in asked.items() if value != ""}
    for name in ("from", "to"):
        if name in kept and _FROM_A_FORM.fullmatch(kept[name]):
            kept[name] += "Z" if kept[name].count(":") > 1 else ":00Z"
    return kept
