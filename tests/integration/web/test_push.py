import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from io import BytesIO
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs

from monitor.domain.access.tokens import Scope, TokenRing
from monitor.domain.pushing.source import PushSource
from monitor.views.documents import PushReceipt, RejectedItem
from monitor.web.push.endpoints import AT_ONCE_BYTES
from monitor.web.routing.body import MAX_PUSH_BYTES
from tests.fleets import make_fleet
from tests.integration.web.site import FakeIntake, Site, raw_peer, serving
from tests.tokens import issued

EVENTS, HEARTBEATS = "/api/v1/events", "/api/v1/heartbeats"
JSON = {"Content-Type": "application/json"}
SHORT_OF_ROOM = "HTTP/1.1 503 Service Unavailable"
LINES = {"Content-Type": "application/x-ndjson"}
BOUND = issued(1, Scope.PUSH, terminal_id="10000001", name="till-1")
ANY = issued(2, Scope.PUSH, name="shipper")
RING = TokenRing([BOUND.token, ANY.token])


@asynccontextmanager
async def pushing(intake: FakeIntake, *, rate: float = 1e6, tokens: bool = False) -> AsyncIterator[Site]:
    """Serve a fleet that takes pushes."""
    ring = (lambda: RING) if tokens else None
    async with serving(make_fleet(1), intake=intake, push_rate=rate, tokens=ring) as site:
        yield site


def push(*ids: str, terminal_id: str = "10000001") -> dict[str, Any]:
    """Return a push of events."""
    return {"terminal_id": terminal_id, "events": [{"id": name} for name in ids]}


async def receipt(site: Site, path: str, body: bytes, headers: dict[str, str]) -> PushReceipt:
    """Push, and return what became of it."""
    response, answer = await site.ask("POST", path, data=body, headers=headers)
    assert response.status == 202, answer
    return msgspec.json.decode(answer, type=PushReceipt)


async def test_events_are_taken_and_one_bad_one_costs_no_other() -> None:
    """The answer counts what was taken and what was known, and names what was not by its index."""
    intake = FakeIntake(bad="at: not a time")
    async with pushing(intake) as site:
        first = await receipt(site, EVENTS, json.dumps(push("a", "bad", "b")).encode(), JSON)
        again = await receipt(site, EVENTS, json.dumps(push("a", "c")).encode(), JSON)
    assert first == PushReceipt(accepted=2, rejected=[RejectedItem(index=1, reason="at: not a time")])
    assert again == PushReceipt(accepted=1, duplicates=1)
    assert intake.taken[0] == (PushSource(name="127.0.0.1"), "10000001", {"id": "a"})


async def test_a_long_list_is_judged_in_parts_and_indexed_as_a_whole() -> None:
    """The last of many events has the index it was sent with."""
    names = [f"e{number}" for number in range(999)]
    async with pushing(FakeIntake(bad="at: missing")) as site:
        said = await receipt(site, EVENTS, json.dumps(push(*names, "bad")).encode(), JSON)
    assert said == PushReceipt(accepted=999, rejected=[RejectedItem(index=999, reason="at: missing")])


async def test_lines_are_pushes_of_their_own() -> None:
    """A log shipper's line that is bad is named by its number, and the others are taken."""
    lines = [
        json.dumps(push("a")),
        "{broken",
        "",
        json.dumps(push("b", "bad", terminal_id="10000002")) + "\r",
        json.dumps({"terminal_id": "10000001"}),
        '{"terminal_id": "1", "terminal_id": "2", "events": []}',
        json.dumps(push("x" * 270_000)),
        json.dumps(push("c")),
    ]
    intake = FakeIntake(bad="at: missing")
    async with pushing(intake) as site:
        said = await receipt(site, EVENTS, "\n".join(lines).encode(), LINES)
    assert said.accepted == 3
    assert [(item.index, item.reason) for item in said.rejected] == [
        (1, "not JSON in UTF-8"),
        (3, "events[1]: at: missing"),
        (4, "events: missing"),
        (5, "terminal_id: not text"),
        (6, "longer than 262144 bytes"),
    ]
    assert [terminal_id for _, terminal_id, _ in intake.taken] == ["10000001", "10000002", "10000001"]


async def test_heartbeats_are_taken_alone_and_by_lines() -> None:
    """The intake gets each document's own bytes."""
    good, bad = b'{"terminal_id": "10000001"}', b'{"terminal_id": "10000001", "battery": {"percent": "bad"}}'
    intake = FakeIntake()
    async with pushing(intake) as site:
        assert (await receipt(site, HEARTBEATS, good, JSON)).accepted == 1
        said = await receipt(site, HEARTBEATS, b"\n".join([good, bad, b"", good]), LINES)
        alone = await receipt(site, HEARTBEATS, bad, JSON)
    reason = "battery.percent: not a number"
    assert said == PushReceipt(accepted=2, rejected=[RejectedItem(index=1, reason=reason)])
    assert alone.rejected == [RejectedItem(index=0, reason=reason)]
    assert [body for *_, body in intake.taken] == [good] * 3


Refusal = tuple[str, str, bytes, dict[str, str], int, int | None, str | None]
REFUSED: list[Refusal] = [
    ("no JSON", EVENTS, b'{"terminal_id":\n x}', JSON, 400, 2, None),
    ("NaN", EVENTS, b'{"terminal_id": "1", "events": [NaN]}', JSON, 400, 1, None),
    (
        "two ids",
        EVENTS,
        b'{"terminal_id": "1", "terminal_id": "2", "events": []}',
        JSON,
        422,
        None,
        "terminal_id",
    ),
    ("a huge id", HEARTBEATS, b'{"terminal_id": %d}' % 2**70, JSON, 422, None, "terminal_id"),
    ("endless depth", EVENTS, b"[" * 20_000, JSON, 400, None, None),
    ("not UTF-8", HEARTBEATS, b'{"terminal_id": "\xff"}', JSON, 400, None, None),
    ("a list", EVENTS, b"[]", JSON, 422, None, None),
    ("no terminal", EVENTS, b'{"events": []}', JSON, 422, None, "terminal_id"),
    ("a number as id", HEARTBEATS, b'{"terminal_id": 10000001}', JSON, 422, None, "terminal_id"),
    ("no events", EVENTS, b'{"terminal_id": "1"}', JSON, 422, None, "events"),
    ("events that are none", EVENTS, b'{"terminal_id": "1", "events": {}}', JSON, 422, None, "events"),
    (
        "too many events",
        EVENTS,
        b'{"terminal_id": "1", "events": [%s]}' % b",".join([b"{}"] * 10_001),
        JSON,
        422,
        None,
        "events",
    ),
    (
        "too many lists",
        EVENTS,
        b'{"terminal_id": "1", "a": [%s]}' % b",".join([b"[]"] * 30_001),
        JSON,
        422,
        None,
        None,
    ),
    ("a large heartbeat", HEARTBEATS, b" " * (256 * 1024 + 1), JSON, 413, None, None),
    ("a large body", EVENTS, b" " * (MAX_PUSH_BYTES + 1), JSON, 413, None, None),
    ("too many lines", EVENTS, b"\n" * 10_001, LINES, 413, None, None),
    ("another type", EVENTS, b"{}", {"Content-Type": "text/plain"}, 415, None, None),
    ("a form", EVENTS, b"{}", {"Content-Type": "application/x-www-form-urlencoded"}, 415, None, None),
    ("compressed", EVENTS, gzip.compress(b"{}"), JSON | {"Content-Encoding": "gzip"}, 415, None, None),
    ("claimed to be compressed", EVENTS, b"{}", JSON | {"Content-Encoding": "br"}, 415, None, None),
]


@pytest.mark.parametrize("row", REFUSED, ids=[row[0] for row in REFUSED])
async def test_what_is_no_push_is_refused(row: Refusal) -> None:
    """Each is a problem document of its status, names line or field, and is counted; nothing is taken."""
    _, path, body, headers, status, line, field = row
    intake = FakeIntake()
    async with pushing(intake) as site:
        problem = await site.problem(path, method="POST", data=BytesIO(body), headers=headers)
        _, metrics = await site.get("/metrics")
    assert problem.status == status
    if status in (400, 422):
        (fault,) = problem.faults
        assert (fault.source, fault.line, fault.field) == ("body", line, field)
    assert intake.taken == []
    # What claims to be too large is refused before anybody looks what it is.
    assert (b'source="push"} 1.0' in metrics) == (len(body) <= MAX_PUSH_BYTES)


async def test_an_endless_body_is_cut() -> None:
    """A body without a length is counted while it comes, and refused at the bound."""
    async with pushing(FakeIntake()) as site:

        async def endless() -> AsyncIterator[bytes]:
            for _ in range(10_000):
                yield b" " * 65_536

        try:
            response, _ = await site.ask("POST", EVENTS, data=endless(), headers=JSON)
            assert response.status == 413
        except OSError:
            pass  # cut off while still writing


async def test_a_token_speaks_for_its_terminal_only() -> None:
    """Another id in the body is refused, counted and on record, whatever else the body says."""
    intake = FakeIntake()
    async with pushing(intake, tokens=True) as site:
        with capture_logs() as events:
            for path, body in (
                (EVENTS, push("a", terminal_id="10000002")),
                (HEARTBEATS, {"terminal_id": "10000002"}),
            ):
                problem = await site.problem(path, method="POST", json=body, headers=BOUND.header)
                assert problem.status == 403
                assert [fault.field for fault in problem.faults] == ["terminal_id"]
        lines = f"{json.dumps(push('b'))}\n{json.dumps(push('c', terminal_id='10000002'))}".encode()
        said = await receipt(site, EVENTS, lines, LINES | BOUND.header)
        padded = json.dumps(push("d", terminal_id="10000001  ")).encode()
        assert (await receipt(site, EVENTS, padded, JSON | BOUND.header)).accepted == 1
    assert [(event["event"], event["who"], event["reason"]) for event in events] == [
        ("audit.push_refused", "token 0000000001", "wrong_terminal")
    ] * 2
    reason = "terminal_id: this token speaks for another terminal"
    assert said == PushReceipt(accepted=1, rejected=[RejectedItem(index=1, reason=reason)])
    source = PushSource(name="till-1", terminal_id="10000001")
    assert intake.taken == [(source, "10000001", {"id": "b"}), (source, "10000001", {"id": "d"})]


async def test_a_token_for_any_terminal_pushes_for_all() -> None:
    """A log shipper's token is bound to nobody, and its name is the source."""
    intake = FakeIntake()
    async with pushing(intake, tokens=True) as site:
        for terminal_id in ("10000001", "10000002"):
            body = json.dumps(push(terminal_id, terminal_id=terminal_id)).encode()
            assert (await receipt(site, EVENTS, body, JSON | ANY.header)).accepted == 1
    assert {source for source, *_ in intake.taken} == {PushSource(name="shipper")}


async def test_a_flood_costs_its_own_source_only() -> None:
    """Beyond burst and rate a source waits as long as it is told; its neighbour does not notice."""
    big = json.dumps(push(*(f"e{number}" for number in range(200)))).encode()
    small = json.dumps(push("a", terminal_id="10000002")).encode()
    async with pushing(FakeIntake(), rate=10, tokens=True) as site:
        assert (await receipt(site, EVENTS, big, JSON | BOUND.header)).accepted == 200
        with capture_logs() as events:
            for _ in range(3):
                response, _ = await site.ask("POST", EVENTS, data=big, headers=JSON | BOUND.header)
                assert (response.status, response.headers["Retry-After"]) == (429, "11")
        assert (await receipt(site, EVENTS, small, JSON | ANY.header)).accepted == 1
        site.living.clock.turn(11.0)
        later = json.dumps(push("z")).encode()
        assert (await receipt(site, EVENTS, later, JSON | BOUND.header)).accepted == 1
    assert [event["event"] for event in events] == ["audit.push_flood"]


async def test_others_have_their_turn_while_much_is_pushed() -> None:
    """A megabyte of lines is judged in portions: between them the loop is free."""
    line = json.dumps(push(*(f"event-{number}" for number in range(20)))).encode()
    body = b"\n".join([line] * (MAX_PUSH_BYTES // (len(line) + 1)))
    turns = 0
    async with pushing(FakeIntake()) as site:
        done = asyncio.ensure_future(receipt(site, EVENTS, body, LINES))
        while not done.done():
            turns += 1
            await asyncio.sleep(0)  # noqa: TID251 - counts the turns of the loop
    assert (await done).duplicates + (await done).accepted == 20 * (body.count(b"\n") + 1)
    assert turns > body.count(b"\n")


async def test_what_was_pushed_is_not_repeated_in_a_refusal() -> None:
    """An answer quotes nothing of the body, which may hold what should not be there."""
    body = b'{"terminal_id": "10000001", "events": "4111111111111111", "pin": s3cret}'
    async with pushing(FakeIntake()) as site, raw_peer(site) as peer:
        with capture_logs() as events:
            peer.write(f"POST {EVENTS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n")
            peer.write(f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n")
            peer.writer.write(body)
            answer = await peer.read_rest()
    assert answer.startswith(b"HTTP/1.1 400 ")
    for text in (answer.decode(), json.dumps(events)):
        assert "4111" not in text
        assert "s3cret" not in text


async def test_nothing_is_taken_before_there_is_an_intake() -> None:
    """Without anybody to judge it a push is refused in a way that makes shippers try again."""
    async with serving(make_fleet(1)) as site:
        problem = await site.problem(EVENTS, method="POST", json=push("a"))
    assert problem.status == 503


async def test_a_source_in_debt_is_refused_however_many_pushes_are_under_way() -> None:
    """The second of two large pushes that came at once is refused: the first has used up the rate."""
    padding = "x" * AT_ONCE_BYTES
    bodies = [json.dumps(push(*map(str, range(at, at + 50))) | {"x": padding}) for at in (0, 50)]
    intake = FakeIntake()
    async with pushing(intake, rate=1) as site:
        answers = await asyncio.gather(
            *(site.ask("POST", EVENTS, data=body.encode(), headers=JSON) for body in bodies)
        )
    assert sorted(response.status for response, _ in answers) == [202, 429]
    assert len(intake.taken) == 50


async def test_bytes_are_paid_for_like_items() -> None:
    """A single event can be as large as ten thousand, and takes as long to judge."""
    huge = json.dumps(
        {"terminal_id": "10000001", "events": [{"id": "a", "note": "4111 " * 200_000}]}
    ).encode()
    async with pushing(FakeIntake(), rate=20) as site:
        assert (await receipt(site, EVENTS, huge, JSON)).accepted == 1
        response, _ = await site.ask("POST", EVENTS, data=huge, headers=JSON)
    assert (response.status, response.headers["Retry-After"]) == (429, "3")


async def test_bodies_under_way_are_bounded() -> None:
    """A source that begins many large pushes and ends none is refused more, and its memory is let go."""
    head = "POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {MAX_PUSH_BYTES}\r\n\r\n"
    begun = head + " " * (MAX_PUSH_BYTES - 1)
    async with pushing(FakeIntake()) as site:
        async with AsyncExitStack() as stack:
            peers = [await stack.enter_async_context(raw_peer(site)) for _ in range(6)]
            for peer in peers:
                peer.write(begun)
            heads = [asyncio.ensure_future(peer.read_head()) for peer in peers]
            done, waiting = await asyncio.wait(heads, return_when=asyncio.FIRST_COMPLETED)
            assert {one.result().partition("\r\n")[0] for one in done} == {SHORT_OF_ROOM}
            for unanswered in waiting:
                unanswered.cancel()
        whole = {"headers": JSON, "data": json.dumps(push("a")).encode()}
        assert (await site.ask("POST", EVENTS, **whole))[0].status == 202
