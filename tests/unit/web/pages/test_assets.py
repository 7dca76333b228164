import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from monitor.web.pages.assets import Assets
from monitor.web.routing.problems import Refused


async def fetched(assets: Assets, name: str) -> web.Response:
    """Return the answer to a request for a file."""
    return await assets.get(make_mocked_request("GET", f"/static/{name}", match_info={"name": name}))


@pytest.mark.parametrize(
    ("name", "kind"),
    [("page.css", "text/css"), ("icon.svg", "image/svg+xml"), ("live.js", "text/javascript")],
)
async def test_a_file_is_served_with_its_type_and_kept_for_ever(name: str, kind: str) -> None:
    """Its address changes with its contents."""
    response = await fetched(Assets(), name)
    assert response.body
    assert response.content_type == kind
    assert "immutable" in response.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["page.css.map", "../page.css", "", "PAGE.CSS"])
async def test_no_other_file_is_served(name: str) -> None:
    """Names are looked up in a table, not on the disk."""
    with pytest.raises(Refused) as refusal:
        await fetched(Assets(), name)
    assert refusal.value.problem.status == 404


def test_an_address_is_below_the_root_and_has_a_hash() -> None:
    """Two files have different ones."""
    plain, rooted = Assets(), Assets("/posmon")
    assert rooted.url("page.css") == f"/posmon{plain.url('page.css')}"
    path, _, digest = plain.url("page.css").partition("?v=")
    assert path == "/static/page.css"
    assert len(digest) == 16
    assert not plain.url("live.js").endswith(digest)
    with pytest.raises(KeyError):
        plain.url("other.css")
