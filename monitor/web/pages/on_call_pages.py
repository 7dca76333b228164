"""The pages of people on call: what is held back, and who did what."""

from collections.abc import Iterable
from urllib.parse import urlencode

from aiohttp import web

from monitor.domain.access.tokens import Scope
from monitor.domain.alerts.alert import Alert, AlertState
from monitor.domain.alerts.subjects import HOLD_ENDING
from monitor.ports.on_call_desk import OnCallDesk
from monitor.ports.store import Store
from monitor.views.cursor import BadCursor, decode_number
from monitor.views.documents import DEFAULT_LIMIT
from monitor.views.on_call_listing import acknowledgement_page, action_page, silence_page, window_page
from monitor.views.read_model import ReadModel
from monitor.web.access import caller_of
from monitor.web.pages.deeds import morning_after
from monitor.web.pages.template_renderer import TemplateRenderer
from monitor.web.routing.problems import refused
from monitor.web.routing.query import ACTIONS_PAGE, ON_CALL_PAGE, read_query

MOST_RULES_SHOWN = 200
"""Of more silences or acknowledgements the page says how many there are; the API lists them all."""


class OnCallPages:
    """Silences, acknowledgements and windows; the record of actions."""

    def __init__(
        self, *, read_model: ReadModel, store: Store, desk: OnCallDesk | None, writer: TemplateRenderer
    ) -> None:
        self._read_model = read_model
        self._store = store
        self._desk = desk
        self._writer = writer

    async def silences(self, request: web.Request) -> web.Response:
        """Answer with everything that people hold back, and a form for more."""
        asked = read_query(request.query, ON_CALL_PAGE)
        model = self._read_model
        board = model.suppression.on_call
        return await self._writer.page(
            request,
            "silences.html",
            is_live=True,
            asked=asked,
            silences=silence_page(model, most=MOST_RULES_SHOWN).silences,
            acks=acknowledgement_page(model, most=MOST_RULES_SHOWN).acks,
            left_out=[
                max(0, len(rules) - MOST_RULES_SHOWN) for rules in (board.silences, board.acknowledgements)
            ],
            windows=window_page(model).windows,
            endings={one.labels.get("hold", ""): one.annotations for one in self._endings()},
            may_act=may_act(request, self._desk),
            morning=f"{morning_after(model.clock.now().wall):%H:%M %Z}",
        )

    def _endings(self) -> Iterable[Alert]:
        alerts = self._read_model.book.named(HOLD_ENDING).values()
        return (alert for alert in alerts if alert.state is AlertState.FIRING)

    async def actions(self, request: web.Request) -> web.Response:
        """Answer with a page of the record of who did what."""
        asked = read_query(request.query, ACTIONS_PAGE)
        limit = asked.get("limit", DEFAULT_LIMIT)
        try:
            before = decode_number(asked["cursor"]) if "cursor" in asked else None
        except BadCursor:
            raise refused(400, "Bad Request", "cursor: not a cursor of this listing") from None
        page = action_page(await self._store.actions(before=before, limit=limit + 1), limit)
        kept = [("limit", str(limit))] if "limit" in asked else []
        return await self._writer.page(
            request,
            "actions.html",
            page=page,
            is_first="cursor" not in asked,
            first_url=f"/actions?{urlencode(kept)}",
            next_url=f"/actions?{urlencode([*kept, ('cursor', page.next_cursor or '')])}",
        )


def may_act(request: web.Request, desk: OnCallDesk | None) -> bool:
    """Tell whether the buttons of a page would do anything for the one who asks for it."""
    return desk is not None and caller_of(request).may(Scope.OPERATE)
