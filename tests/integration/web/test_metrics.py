import asyncio
import zlib
from itertools import chain

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.fleets import make_fleet
from tests.integration.web.site import Site, raw_peer, serving

TERMINALS = "/metrics/terminals"


async def test_the_page_is_served_as_prometheus_wants_it() -> None:
    """The media type names the format and its version, and a parser reads the page."""
    async with serving(make_fleet(3)) as site:
        response, body = await site.get("/metrics")
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    names = {family.name for family in text_string_to_metric_families(body.decode())}
    assert {"posmon_terminal_info", "posmon_polls", "process_open_fds"} <= names


async def test_only_the_head_is_sent_when_asked_for() -> None:
    """HEAD has the fields and no body."""
    async with serving(make_fleet(3)) as site:
        response, body = await site.ask("HEAD", "/metrics")
    assert (response.status, body) == (200, b"")


async def test_the_setting_reaches_the_page() -> None:
    """Without series per terminal the page has counts only."""
    async with serving(make_fleet(3), per_terminal="none") as site:
        _, body = await site.get("/metrics")
    assert b"posmon_terminal_info" not in body
    assert b"posmon_fleet_terminals" in body


async def test_others_have_their_turn_while_a_large_page_is_rendered() -> None:
    """A scrape of a large fleet is done in many small steps, between which anything else can run."""
    async with serving(make_fleet(6000)) as site:
        scrape = asyncio.ensure_future(site.get("/metrics"))
        turns = 0
        while not scrape.done():
            await asyncio.sleep(0)  # noqa: TID251 - a turn of the loop, no time passes
            turns += 1
        _, body = await scrape
    assert body.count(b"\n") > 10_000
    assert turns > 6000 // 512 * 2


async def test_a_fleet_may_change_during_a_scrape() -> None:
    """Terminals that leave while the page is rendered do not break it."""
    living = make_fleet(3000)
    async with serving(living) as site, site.client.get(f"{site.url}/metrics") as response:
        await response.content.readany()
        for number in range(3000):
            living.evaluation.membership.remove(f"{10_000_000 + number}", living.clock.now())
        page = (await response.read()).decode()
    assert page.endswith("\n")


def ids_of(page: bytes) -> list[str]:
    """Return the terminals that a page has series of."""
    (infos,) = (
        family
        for family in text_string_to_metric_families(page.decode())
        if family.name == "posmon_terminal_info"
    )
    return [sample.labels["terminal_id"] for sample in infos.samples]


async def body_as_sent(site: Site, accept_encoding: str) -> tuple[str, bytes]:
    """Return the head and the body of the terminals' page as they come over the wire."""
    async with raw_peer(site) as peer:
        # HTTP/1.0 has no chunks: the body is all there is until the end.
        peer.write(
            f"GET {TERMINALS} HTTP/1.0\r\nHost: localhost\r\nAccept-Encoding: {accept_encoding}\r\n\r\n"
        )
        return await peer.read_head(), await peer.read_rest()


async def test_a_page_is_compressed_for_whom_takes_it() -> None:
    """Gzip is sent to who names it, the same page; caches are told that it depends."""
    living = make_fleet(2000)
    living.hear_all(battery={"percent": 57})
    async with serving(living) as site:
        head, plain = await body_as_sent(site, "identity")
        assert "content-encoding" not in head.lower()
        assert "Vary: Accept-Encoding" in head
        head, packed = await body_as_sent(site, "br, gzip;q=0.5")
        assert "Content-Encoding: gzip" in head
    assert zlib.decompress(packed, wbits=16 + zlib.MAX_WBITS) == plain
    assert len(ids_of(plain)) == 2000
    assert len(packed) < len(plain) / 10


async def test_pages_that_are_made_at_once_are_whole() -> None:
    """Ten scrapers in parallel get a whole page each."""
    living = make_fleet(1500)
    living.hear_all(battery={"percent": 57})
    async with serving(living) as site:
        answers = await asyncio.gather(
            *(site.get(path) for path in ("/metrics", TERMINALS) for _ in range(5))
        )
    pages = [body for _, body in answers]
    assert [len(ids_of(page)) for page in pages] == [1500] * 10
    assert len(set(pages[5:])) == 1


async def test_terminals_are_served_whatever_the_setting_says() -> None:
    """Without series per terminal on the page they are where they are asked for, and nothing else is."""
    living = make_fleet(5)
    living.hear_all(battery={"percent": 57})
    async with serving(living, per_terminal="none") as site:
        response, body = await site.get(TERMINALS)
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert len(ids_of(body)) == 5
    assert {family.name[:16] for family in text_string_to_metric_families(body.decode())} == {
        "posmon_terminal_"
    }


async def test_shards_are_the_fleet() -> None:
    """Each terminal is in one shard, with all its series, and the shards together have what the page has."""
    living = make_fleet(500)
    living.hear_all(battery={"percent": 57})
    async with serving(living) as site:
        shards = [(await site.get(f"{TERMINALS}?shard={index}&of=3"))[1] for index in range(3)]
        _, whole = await site.get(TERMINALS)
        _, page = await site.get("/metrics")
    ids = [ids_of(shard) for shard in shards]
    assert sorted(chain.from_iterable(ids)) == ids_of(whole)
    assert min(map(len, ids)) > 100
    lines = [line for shard in shards for line in shard.splitlines() if not line.startswith(b"#")]
    assert sorted(lines) == sorted(line for line in page.splitlines() if line.startswith(b"posmon_terminal_"))


BAD_SHARDS = {
    "shard=1": "belong together",
    "of=4": "belong together",
    "shard=4&of=4": "0 to 3",
    "shard=-1&of=4": "shard: ",
    "shard=0&of=0": "of: ",
    "shard=0&of=1001": "of: ",
    "shard=one&of=4": "shard: ",
    "shard=0&shard=1&of=4": "shard: given more than once",
    "shards=4": "It takes shard, of.",
}


@pytest.mark.parametrize(("query", "words"), BAD_SHARDS.items())
async def test_a_shard_that_cannot_be_is_refused(query: str, words: str) -> None:
    """A wrong shard is an error that says what is right, never an empty page or the wrong terminals."""
    async with serving(make_fleet(1)) as site:
        problem = await site.problem(f"{TERMINALS}?{query}")
    assert problem.status == 400
    assert words in problem.detail
