"""Systems of tickets as their interfaces are documented: ServiceNow, Jira, Zammad, GLPI, on real sockets.

Each refuses what the real one refuses: wrong credentials, wrong content types, missing fields, steps that its
work flow does not have.
"""

import asyncio
import re
from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

REF = re.compile(r"posmon-[0-9a-f]{16}")


@dataclass
class Filed:
    """A ticket as the system has it."""

    id: str
    number: str
    title: str
    text: str
    state: str
    ref: str = ""
    told: list[str] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)


class TicketSystem(ABC):
    """What all have in common; `troubles` are answered first, `lose` counts answers to be lost."""

    OPEN: str
    CLOSED: str

    def __init__(self) -> None:
        self.filed: list[Filed] = []
        self.asked: list[str] = []
        self.refused: list[str] = []
        self.troubles: list[web.Response] = []
        self.lose = 0
        self.url = ""

    @abstractmethod
    def routes(self) -> list[web.RouteDef]:
        """Return what it answers."""

    @abstractmethod
    def secrets(self) -> Mapping[str, str]:
        """Return what the files of the recipe hold."""

    @abstractmethod
    def refusal(self, status: int, said: str) -> web.Response:
        """Return its way of saying no."""

    def is_known(self, request: web.Request) -> bool:
        """Tell whether the credentials are right."""
        del request
        return True

    def find(self, ticket_id: str) -> Filed | None:
        """Return a ticket by its id."""
        return next((one for one in self.filed if ticket_id in {one.id, one.number}), None)

    def no(self, status: int, said: str) -> web.Response:
        """Refuse, and remember it."""
        self.refused.append(f"{status} {said}")
        return self.refusal(status, said)


async def _document(system: TicketSystem, request: web.Request) -> dict[str, Any] | web.Response:
    if request.content_type != "application/json":
        return system.no(415, f"Unsupported media type {request.content_type}")
    try:
        document = await request.json()
    except ValueError:
        return system.no(400, "not JSON")
    return document if isinstance(document, dict) else system.no(400, "not an object")


@asynccontextmanager
async def serving(system: TicketSystem) -> AsyncIterator[TicketSystem]:
    """Serve a system for the length of a block."""

    @web.middleware
    async def guard(request: web.Request, handler: Callable[..., Any]) -> web.StreamResponse:
        system.asked.append(f"{request.method} {request.path}")
        if system.troubles:
            return system.troubles.pop(0)
        if not system.is_known(request):
            return system.no(401, "User Not Authenticated")
        answer: web.StreamResponse = await handler(request)
        if system.lose and request.method == "POST":
            system.lose -= 1
            assert request.transport is not None
            request.transport.abort()
            await asyncio.sleep(0)  # noqa: TID251 - a turn, for the connection to break
        return answer

    app = web.Application(middlewares=[guard])
    app.add_routes(system.routes())
    async with TestServer(app) as server:
        system.url = str(server.make_url("/")).removesuffix("/")
        yield system


def _basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


class ServiceNow(TicketSystem):
    """The Table API on incidents: `result` around everything, ids of 32 hex digits, closed ones are final."""

    OPEN, CLOSED = "1", "6"

    def secrets(self) -> Mapping[str, str]:
        """Return what the files of the recipe hold."""
        return {"servicenow": "s3cr3t-pass"}

    def is_known(self, request: web.Request) -> bool:
        """Tell whether the user is."""
        return request.headers.get("Authorization") == _basic("posmon", "s3cr3t-pass")

    def routes(self) -> list[web.RouteDef]:
        """Return the Table API."""
        table = "/api/now/table/incident"
        return [
            web.get(table, self.search),
            web.post(table, self.create),
            web.patch(table + "/{id}", self.change),
        ]

    def refusal(self, status: int, said: str) -> web.Response:
        """Say no as it does."""
        return web.json_response(
            {"error": {"message": said, "detail": None}, "status": "failure"}, status=status
        )

    async def search(self, request: web.Request) -> web.Response:
        """Answer a query by correlation id."""
        field, _, value = request.query["sysparm_query"].partition("=")
        if field != "correlation_id":
            return self.no(400, f"Invalid field {field}")
        found = [{"sys_id": one.id, "number": one.number} for one in self.filed if one.ref == value]
        return web.json_response({"result": found[: int(request.query["sysparm_limit"])]})

    async def create(self, request: web.Request) -> web.Response:
        """Make an incident; unknown fields are ignored, as it does."""
        body = await _document(self, request)
        if isinstance(body, web.Response):
            return body
        if not body.get("short_description") or body.get("urgency") not in {"1", "2", "3"}:
            return self.no(403, "Operation against file 'incident' was aborted by Data Policy")
        number = len(self.filed) + 1
        made = Filed(
            id=f"{number:032x}",
            number=f"INC{10000 + number:07d}",
            title=body["short_description"],
            text=body["description"],
            state=self.OPEN,
            ref=body["correlation_id"],
            fields=body,
        )
        self.filed.append(made)
        answer = {"result": {"sys_id": made.id, "number": made.number, "state": made.state}}
        return web.json_response(
            answer, status=201, headers={"Location": f"{self.url}{request.path}/{made.id}"}
        )

    async def change(self, request: web.Request) -> web.Response:
        """Change an incident; a resolution needs code and notes, what is closed stays so."""
        body = await _document(self, request)
        one = self.find(request.match_info["id"])
        if isinstance(body, web.Response):
            return body
        if one is None:
            return self.no(404, "No Record found")
        if one.state == "7":
            return self.no(403, "Operation against file 'incident' was aborted by Business Rule")
        if body.get("state") == "6" and not (body.get("close_code") and body.get("close_notes")):
            return self.no(403, "Data Policy Exception: Close notes is mandatory")
        one.state = body.get("state", one.state)
        one.told.append(body.get("work_notes") or body.get("close_notes") or "")
        return web.json_response({"result": {"sys_id": one.id, "number": one.number, "state": one.state}})


class Jira(TicketSystem):
    """REST version 3: documents in ADF, keys, transitions, search by JQL at its new address."""

    OPEN, CLOSED = "To Do", "Done"
    VERSION = "3"

    def secrets(self) -> Mapping[str, str]:
        """Return what the files of the recipe hold."""
        return {"jira": "s3cr3t-token"}

    def is_known(self, request: web.Request) -> bool:
        """Tell whether the user is."""
        return request.headers.get("Authorization") == _basic("posmon@example.com", "s3cr3t-token")

    def routes(self) -> list[web.RouteDef]:
        """Return what posmon needs of it."""
        issue = f"/rest/api/{self.VERSION}/issue"
        return [
            web.post("/rest/api/3/search/jql", self.search),
            web.post(issue, self.create),
            web.post(issue + "/{id}/comment", self.comment),
            web.post(issue + "/{id}/transitions", self.transition),
        ]

    def refusal(self, status: int, said: str) -> web.Response:
        """Say no as it does."""
        return web.json_response({"errorMessages": [said], "errors": {}}, status=status)

    def plain(self, document: Any) -> str | None:
        """Return the text of a document, None when it is none."""
        try:
            if (document["type"], document["version"]) != ("doc", 1):
                return None
            (block,) = document["content"]
            (text,) = block["content"]
        except (KeyError, TypeError, ValueError):
            return None
        return str(text["text"]) or None

    async def search(self, request: web.Request) -> web.Response:
        """Answer JQL on labels."""
        body = await _document(self, request)
        if isinstance(body, web.Response):
            return body
        return self.found(body["jql"])

    def found(self, jql: str) -> web.Response:
        """Answer JQL on labels."""
        match = re.fullmatch(r'labels\s*=\s*"([^"]+)"', jql)
        if match is None:
            return self.no(400, f"Error in the JQL Query: {jql}")
        issues = [{"id": one.id, "key": one.number} for one in self.filed if match[1] == one.ref]
        return web.json_response({"issues": issues, "isLast": True})

    async def create(self, request: web.Request) -> web.Response:
        """Make an issue."""
        body = await _document(self, request)
        if isinstance(body, web.Response):
            return body
        given = body.get("fields", {})
        text = self.plain(given.get("description"))
        if (
            not given.get("summary")
            or "\n" in given["summary"]
            or not given.get("project")
            or not given.get("issuetype")
        ):
            return self.no(400, "summary, project and issuetype are required, the summary in one line")
        if text is None:
            return self.no(400, "Operation value must be an Atlassian Document")
        if any(" " in label for label in given["labels"]):
            return self.no(400, "The label contains spaces which is invalid.")
        number = len(self.filed) + 1
        ref = next(label for label in given["labels"] if REF.fullmatch(label))
        made = Filed(
            str(10_000 + number), f"OPS-{number}", given["summary"], text, self.OPEN, ref, fields=given
        )
        self.filed.append(made)
        answer = {"id": made.id, "key": made.number, "self": f"{self.url}{request.path}/{made.id}"}
        return web.json_response(answer, status=201)

    async def comment(self, request: web.Request) -> web.Response:
        """Add a comment."""
        body = await _document(self, request)
        one = self.find(request.match_info["id"])
        if isinstance(body, web.Response):
            return body
        text = self.plain(body.get("body"))
        if one is None or text is None:
            return self.no(
                400 if one else 404, "Comment body is not valid!" if one else "Issue does not exist"
            )
        one.told.append(text)
        return web.json_response({"id": "1"}, status=201)

    async def transition(self, request: web.Request) -> web.Response:
        """Take a transition that the state has: 31 from To Do to Done, 11 back."""
        body = await _document(self, request)
        one = self.find(request.match_info["id"])
        if isinstance(body, web.Response):
            return body
        if one is None:
            return self.no(404, "Issue does not exist or you do not have permission to see it.")
        wanted = body.get("transition", {}).get("id")
        if {self.OPEN: "31", self.CLOSED: "11"}.get(one.state) != wanted:
            return self.no(400, "It seems that you have tried to perform an illegal workflow operation.")
        one.state = self.CLOSED if one.state == self.OPEN else self.OPEN
        for comment in body.get("update", {}).get("comment", []):
            one.told.append(comment["add"]["body"])
        return web.Response(status=204)


class JiraDataCenter(Jira):
    """REST version 2: texts are plain, tokens are bearers, the search is a GET."""

    VERSION = "2"

    def is_known(self, request: web.Request) -> bool:
        """Tell whether the token is right."""
        return request.headers.get("Authorization") == "Bearer s3cr3t-token"

    def routes(self) -> list[web.RouteDef]:
        """Return the issues, and the old search."""
        return [web.get("/rest/api/2/search", self.old_search), *super().routes()[1:]]

    async def old_search(self, request: web.Request) -> web.Response:
        """Answer JQL on labels."""
        return self.found(request.query["jql"])

    def plain(self, document: Any) -> str | None:
        """Return a text, None when it is none."""
        return document if isinstance(document, str) and document else None


class Zammad(TicketSystem):
    """Tickets with articles, whole numbers as ids, 422 for what is no state or group."""

    OPEN, CLOSED = "new", "closed"

    def secrets(self) -> Mapping[str, str]:
        """Return what the files of the recipe hold."""
        return {"zammad": "Token token=s3cr3t-token"}

    def is_known(self, request: web.Request) -> bool:
        """Tell whether the token is right."""
        return request.headers.get("Authorization") == "Token token=s3cr3t-token"

    def routes(self) -> list[web.RouteDef]:
        """Return what posmon needs of it."""
        return [
            web.get("/api/v1/tickets/search", self.search),
            web.post("/api/v1/tickets", self.create),
            web.put("/api/v1/tickets/{id}", self.change),
            web.post("/api/v1/ticket_articles", self.article),
        ]

    def refusal(self, status: int, said: str) -> web.Response:
        """Say no as it does."""
        return web.json_response({"error": said, "error_human": said}, status=status)

    async def search(self, request: web.Request) -> web.Response:
        """Answer a search by title."""
        match = re.fullmatch(r'title:"([^"]+)"', request.query["query"])
        found = [self.shown(one) for one in self.filed if match is not None and match[1] in one.title]
        return web.json_response(found)

    @staticmethod
    def shown(one: Filed) -> dict[str, Any]:
        """Return a ticket as it shows one."""
        return {"id": int(one.id), "number": one.number, "title": one.title}

    async def create(self, request: web.Request) -> web.Response:
        """Make a ticket with its first article."""
        body = await _document(self, request)
        if isinstance(body, web.Response):
            return body
        article = body.get("article", {})
        if body.get("group") != "Users" or not body.get("customer") or not body.get("title"):
            return self.no(422, "No lookup value found for 'group'")
        if body.get("priority") not in {"1 low", "2 normal", "3 high"} or not article.get("body"):
            return self.no(422, "No lookup value found for 'priority'")
        number = len(self.filed) + 1
        found = REF.search(body["title"])
        made = Filed(
            str(number),
            str(22000 + number),
            body["title"],
            article["body"],
            self.OPEN,
            found[0] if found else "",
        )
        self.filed.append(made)
        return web.json_response(self.shown(made), status=201)

    async def change(self, request: web.Request) -> web.Response:
        """Change a ticket."""
        body = await _document(self, request)
        one = self.find(request.match_info["id"])
        if isinstance(body, web.Response):
            return body
        if one is None:
            return self.no(404, "Couldn't find Ticket")
        if body.get("state", "open") not in {"open", "closed"}:
            return self.no(422, "No lookup value found for 'state'")
        one.state = body.get("state", one.state)
        if body.get("article"):
            one.told.append(body["article"]["body"])
        return web.json_response(self.shown(one))

    async def article(self, request: web.Request) -> web.Response:
        """Add an article; the ticket is named by a number."""
        body = await _document(self, request)
        if isinstance(body, web.Response):
            return body
        one = self.find(str(body.get("ticket_id"))) if isinstance(body.get("ticket_id"), int) else None
        if one is None or not body.get("body"):
            return self.no(422, 'Need at least article: { body: "some text" }')
        one.told.append(body["body"])
        return web.json_response({"id": 1}, status=201)


class Glpi(TicketSystem):
    """`apirest.php`: a session first, errors are lists of two, items are `input`, followups and solutions."""

    OPEN, CLOSED = "1", "5"

    def __init__(self) -> None:
        super().__init__()
        self.sessions: list[str] = []

    def secrets(self) -> Mapping[str, str]:
        """Return what the files of the recipe hold."""
        return {"glpi-app": "app-s3cr3t", "glpi-user": "user_token s3cr3t-user"}

    def routes(self) -> list[web.RouteDef]:
        """Return what posmon needs of it."""
        return [
            web.get("/apirest.php/initSession", self.begin),
            web.get("/apirest.php/search/Ticket", self.search),
            web.post("/apirest.php/Ticket", self.create),
            web.put("/apirest.php/Ticket/{id}", self.change),
            web.post("/apirest.php/ITILFollowup", self.followup),
            web.post("/apirest.php/ITILSolution", self.solution),
        ]

    def refusal(self, status: int, said: str) -> web.Response:
        """Say no as it does."""
        return web.json_response([said.split(" ", maxsplit=1)[0], said], status=status)

    async def begin(self, request: web.Request) -> web.Response:
        """Begin a session."""
        if "Session-Token" in request.headers or request.headers.get("App-Token") != "app-s3cr3t":
            return self.no(400, "ERROR_WRONG_APP_TOKEN_PARAMETER")
        if request.headers.get("Authorization") != "user_token s3cr3t-user":
            return self.no(401, "ERROR_GLPI_LOGIN_USER_TOKEN")
        self.sessions.append(f"session-{len(self.sessions) + 1:026d}")
        return web.json_response({"session_token": self.sessions[-1]})

    def checked(self, request: web.Request) -> web.Response | None:
        """Return what is wrong with the session."""
        if request.headers.get("App-Token") != "app-s3cr3t":
            return self.no(400, "ERROR_WRONG_APP_TOKEN_PARAMETER")
        if not self.sessions or request.headers.get("Session-Token") != self.sessions[-1]:
            return self.no(401, "ERROR_SESSION_TOKEN_INVALID session_token seems invalid")
        return None

    async def given(self, request: web.Request) -> dict[str, Any] | web.Response:
        """Return the input of a request in a session."""
        if (wrong := self.checked(request)) is not None:
            return wrong
        body = await _document(self, request)
        if isinstance(body, web.Response):
            return body
        found = body.get("input")
        return (
            found
            if isinstance(found, dict)
            else self.no(400, "ERROR_JSON_PAYLOAD_INVALID JSON payload seems not valid")
        )

    async def search(self, request: web.Request) -> web.Response:
        """Answer a search by name; rows are keyed by the numbers of their columns."""
        if (wrong := self.checked(request)) is not None:
            return wrong
        asked = request.query
        if (asked["criteria[0][field]"], asked["criteria[0][searchtype]"]) != ("1", "contains"):
            return self.no(400, "ERROR")
        found = [one for one in self.filed if asked["criteria[0][value]"] in one.title]
        rows = [{"1": one.title, asked["forcedisplay[0]"]: int(one.id)} for one in found]
        document: dict[str, Any] = {"totalcount": len(rows), "count": len(rows)}
        return web.json_response(document | ({"data": rows} if rows else {}))

    async def create(self, request: web.Request) -> web.Response:
        """Make a ticket."""
        given = await self.given(request)
        if isinstance(given, web.Response):
            return given
        if not given.get("name") or not given.get("content") or given.get("urgency") not in range(1, 6):
            return self.no(400, "ERROR_GLPI_ADD")
        ref = REF.search(given["name"])
        number = len(self.filed) + 1
        made = Filed(str(number), "", given["name"], given["content"], self.OPEN, ref[0] if ref else "")
        self.filed.append(made)
        answer = {"id": number, "message": f"Item successfully added: {made.title}"}
        return web.json_response(
            answer, status=201, headers={"Location": f"{self.url}/apirest.php/Ticket/{number}"}
        )

    async def change(self, request: web.Request) -> web.Response:
        """Change a ticket."""
        given = await self.given(request)
        if isinstance(given, web.Response):
            return given
        one = self.find(request.match_info["id"])
        if one is None:
            return self.no(404, "ERROR_ITEM_NOT_FOUND")
        one.state = "1" if given["status"] == 2 else str(given["status"])
        return web.json_response([{one.id: True, "message": ""}])

    async def followup(self, request: web.Request) -> web.Response:
        """Add a followup."""
        return await self._said(request, self.OPEN)

    async def solution(self, request: web.Request) -> web.Response:
        """Add a solution, which solves the ticket; a solved one takes no other."""
        return await self._said(request, self.CLOSED)

    async def _said(self, request: web.Request, state: str) -> web.Response:
        given = await self.given(request)
        if isinstance(given, web.Response):
            return given
        wanted = given.get("items_id")
        one = (
            self.find(str(wanted)) if isinstance(wanted, int) and given.get("itemtype") == "Ticket" else None
        )
        if one is None or not given.get("content") or (state == self.CLOSED and one.state == self.CLOSED):
            return self.no(400, "ERROR_GLPI_ADD You don't have permission to perform this action.")
        one.state = state
        one.told.append(given["content"])
        return web.json_response({"id": 1, "message": ""}, status=201)


SYSTEMS: Mapping[str, type[TicketSystem]] = {
    "servicenow": ServiceNow,
    "jira": Jira,
    "jira-dc": JiraDataCenter,
    "zammad": Zammad,
    "glpi": Glpi,
}
"""By the names that the recipes of docs/tickets.md give them."""

_RECIPE = re.compile(
    r"^```yaml\n(notify:\n  tickets:\n    - name: ([a-z-]+)\n.*?)^```$", re.MULTILINE | re.DOTALL
)


def recipes() -> dict[str, str]:
    """Return the recipes of docs/tickets.md by their names."""
    text = Path("docs/tickets.md").read_text(encoding="utf-8")
    return {found[2]: found[1] for found in _RECIPE.finditer(text)}


def adapted(name: str, system: TicketSystem, folder: Path) -> str:
    """Return a recipe that leads to a stand-in, with its secrets in a folder."""
    path = "/apirest.php" if name == "glpi" else ""
    written = re.sub(
        r"^      url: .*$", f"      url: {system.url}{path}", recipes()[name], flags=re.MULTILINE
    )
    for file, secret in system.secrets().items():
        (folder / file).write_text(secret, encoding="utf-8")
    return written.replace("/run/secrets/", f"{folder}/")
