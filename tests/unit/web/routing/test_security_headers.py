from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from monitor.web.routing.security_headers import SECURITY_HEADERS, add_security_headers


async def test_every_response_has_them_and_is_not_cached_unless_it_says_so() -> None:
    """What a page loads comes from posmon itself, and nobody may frame it."""
    request = make_mocked_request("GET", "/")
    plain, asset = web.Response(), web.Response(headers={"Cache-Control": "max-age=60"})
    for response in (plain, asset):
        await add_security_headers(request, response)
        assert {name: response.headers[name] for name in SECURITY_HEADERS} == dict(SECURITY_HEADERS)
    assert (plain.headers["Cache-Control"], asset.headers["Cache-Control"]) == ("no-store", "max-age=60")
    policy = SECURITY_HEADERS["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(policy)
    assert not [rule for rule in policy if "unsafe" in rule or "*" in rule]
