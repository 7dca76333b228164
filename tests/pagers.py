"""Receivers behind an Alertmanager: a webhook and a stand-in for PagerDuty, on real sockets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer

Told = tuple[str, str]
"""A terminal and what was said of it: `firing` or `resolved`."""


class Pagers:
    """What both receivers were told, in order; `configuration` makes an Alertmanager tell them."""

    def __init__(self) -> None:
        self.webhook: list[Told] = []
        self.pagerduty: list[Told] = []
        self.url = ""
        self._incidents: dict[str, str] = {}

    @property
    def all(self) -> tuple[list[Told], list[Told]]:
        """What the webhook and what PagerDuty was told."""
        return self.webhook, self.pagerduty

    def configuration(self, *, repeat: str = "1h", group_by: str = "...") -> str:
        """Return an Alertmanager's, which tells of news ten times a second."""
        return f"""
route:
  receiver: both
  group_by: ['{group_by}']
  group_wait: 0s
  group_interval: 100ms
  repeat_interval: {repeat}
receivers:
  - name: both
    webhook_configs: [{{url: '{self.url}/webhook', send_resolved: true}}]
    pagerduty_configs:
      - url: '{self.url}/pagerduty'
        routing_key: key
        send_resolved: true
        description: >-
          {{{{- range $n, $alert := .Alerts.Firing -}}}}
          {{{{- if $n -}}}} + {{{{- end -}}}} {{{{- .Labels.terminal_id -}}}}
          {{{{- end -}}}}
"""

    async def hear_webhook(self, asked: web.Request) -> web.Response:
        """Take Alertmanager's own document."""
        for alert in (await asked.json())["alerts"]:
            self.webhook.append((alert["labels"]["terminal_id"], alert["status"]))
        return web.Response()

    async def hear_pagerduty(self, asked: web.Request) -> web.Response:
        """Take an event of PagerDuty's Events API, version 2: one incident for each `dedup_key`."""
        event = await asked.json()
        key = event["dedup_key"]
        if event["event_action"] == "trigger":
            self._incidents[key] = event["payload"]["summary"]
        said = {"trigger": "firing", "resolve": "resolved"}[event["event_action"]]
        self.pagerduty.append((self._incidents[key], said))
        return web.json_response({"status": "success"}, status=202)


@asynccontextmanager
async def pagers() -> AsyncIterator[Pagers]:
    """Serve both for the length of a block."""
    both = Pagers()
    app = web.Application()
    app.router.add_post("/webhook", both.hear_webhook)
    app.router.add_post("/pagerduty", both.hear_pagerduty)
    async with TestServer(app) as server:
        both.url = str(server.make_url("/")).removesuffix("/")
        yield both
