"""Device records over HTTP and on the pages."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from monitor.domain.access.tokens import TokenRing
from monitor.domain.device_record.notebook import DeviceNotebook
from monitor.domain.instant import rfc3339
from monitor.domain.persistence.record import Record
from monitor.services.device_notes import DeviceNotes
from monitor.views.device_record_documents import DeviceEntryDocument, DeviceRecordPage
from tests.fleets import LivingFleet, make_fleet
from tests.integration.web.site import Site, serving
from tests.integration.web.test_on_call import OPERATOR, READER

PATH = "/api/v1/terminals/10000000/record"


@asynccontextmanager
async def record_of(living: LivingFleet, *, with_tokens: bool = False) -> AsyncIterator[Site]:
    """Serve a fleet into whose records one can write."""
    notebook = DeviceNotebook()

    async def saved() -> None:
        await living.store.commit(Record(at=living.clock.now(), device_entries=notebook.drain_unsaved()))

    devices = DeviceNotes(notebook=notebook, clock=living.clock, saved=saved)
    ring = TokenRing([READER.token, OPERATOR.token])
    async with serving(living, devices=devices, tokens=(lambda: ring) if with_tokens else None) as site:
        yield site


async def written(site: Site, path: str = PATH, **document: Any) -> tuple[int, dict[str, Any]]:
    """Write a line; return status and answer."""
    response, body = await site.ask("POST", path, json=document)
    return response.status, msgspec.json.decode(body)


async def test_a_line_is_written_and_read() -> None:
    """With its author, its time and when it was written."""
    living = make_fleet(1)
    async with record_of(living) as site:
        then = rfc3339(living.clock.now().wall - 3600)
        status, made = await written(site, kind="repair", text="new display", at=then, by="ann")
        assert (status, made["by"], made["via"], made["at"]) == (201, "ann", "api", then)
        living.wait(10)
        assert (await written(site, text="looks well"))[0] == 201
        page = await site.decoded(PATH, DeviceRecordPage)
    assert page.terminal_id == "10000000"
    assert [(one.kind, one.text) for one in page.entries] == [
        ("note", "looks well"),
        ("repair", "new display"),
    ]
    assert page.entries[1].noted_at > then


async def test_a_record_is_read_page_by_page() -> None:
    """Until its first line."""
    living = make_fleet(1)
    async with record_of(living) as site:
        for number in range(5):
            living.wait(1)
            await written(site, text=f"line {number}")
        found: list[DeviceEntryDocument] = []
        cursor = ""
        while True:
            page = await site.decoded(f"{PATH}?limit=2{cursor}", DeviceRecordPage)
            found += page.entries
            if page.next_cursor is None:
                break
            cursor = f"&cursor={page.next_cursor}"
    assert [one.text for one in found] == [f"line {number}" for number in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize(
    ("path", "document", "status"),
    [
        (PATH, {"text": ""}, 422),
        (PATH, {"text": "x", "kind": "change"}, 422),
        (PATH, {"text": "4111111111111111"}, 422),
        ("/api/v1/terminals/99999999/record", {"text": "x"}, 404),
    ],
)
async def test_a_wrong_line_is_refused(path: str, document: dict[str, Any], status: int) -> None:
    """In words, and nothing is written."""
    living = make_fleet(1)
    async with record_of(living) as site:
        found, problem = await written(site, path, **document)
        assert (found, bool(problem["detail"])) == (status, True)
        assert (await site.decoded(PATH, DeviceRecordPage)).entries == []


@pytest.mark.parametrize("cursor", ["x", "WyJhIiwiYiJd", "WyJuYW4iLCJiIl0", "WyIxIl0"])
async def test_a_cursor_that_is_none_is_refused(cursor: str) -> None:
    """Whatever it is made of."""
    async with record_of(make_fleet(1)) as site:
        assert (await site.problem(f"{PATH}?cursor={cursor}")).status == 400


async def test_an_unknown_terminal_has_no_record() -> None:
    """404; and nothing is taken in where nobody writes (503)."""
    async with record_of(make_fleet(1)) as site:
        assert (await site.problem("/api/v1/terminals/99999999/record")).status == 404
    async with serving(make_fleet(1)) as site:
        assert (await site.problem(PATH, "POST", json={"text": "x"})).status == 503


async def test_only_who_may_operate_writes() -> None:
    """A reader sees the record and no form."""
    async with record_of(make_fleet(1), with_tokens=True) as site:
        reader, operator = READER.header, OPERATOR.header
        assert await site.status("POST", PATH, json={"text": "x"}, headers=reader) == 403
        assert await site.status("POST", PATH, json={"text": "x"}, headers=operator) == 201
        _, body = await site.get("/terminals/10000000/record", headers=reader)
        assert b"<form" not in body.split(b"<main")[1]
        _, body = await site.get("/terminals/10000000/record", headers=operator)
        assert b'name="text"' in body


async def test_the_page_has_a_form_that_writes() -> None:
    """The browser goes back to the record, which shows the line as text."""
    async with record_of(make_fleet(1)) as site:
        _, body = await site.get("/terminals/10000000/record")
        assert b"Nothing is written down yet." in body
        form = {"kind": "swap", "text": "old <b>one</b> 给仓库"}
        response, _ = await site.ask("POST", "/terminals/10000000/record", data=form, allow_redirects=False)
        assert (response.status, response.headers["Location"]) == (303, "/terminals/10000000/record")
        _, body = await site.get("/terminals/10000000/record")
        assert "old &lt;b&gt;one&lt;/b&gt; 给仓库" in body.decode()
        _, body = await site.get("/terminals/10000000")
        assert "old &lt;b&gt;one&lt;/b&gt;" in body.decode()
        assert re.search(r'href="/terminals/10000000/record"', body.decode())
        _, body = await site.get("/terminals/10000000/record?lang=zh")
        assert "更换" in body.decode()
