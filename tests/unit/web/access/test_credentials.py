from base64 import b64encode

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from monitor.domain.access.tokens import Refusal
from monitor.web.access.credentials import presented


def of(*fields: str) -> str | Refusal:
    """Return what a request with these Authorization fields presents."""
    headers = CIMultiDict([("Authorization", field) for field in fields])
    return presented(make_mocked_request("GET", "/", headers=headers))


def basic(text: str) -> str:
    """Return a field of the scheme Basic."""
    return f"Basic {b64encode(text.encode()).decode()}"


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ((), Refusal.MISSING),
        (("Bearer posmon_abc",), "posmon_abc"),
        (("bearer  posmon_abc ",), "posmon_abc"),
        ((basic("anybody:posmon_abc"),), "posmon_abc"),
        ((basic("a:b:c"),), "b:c"),
        ((basic("nobody"),), ""),
        (("Basic !!!",), Refusal.MALFORMED),
        (("Basic /w==",), Refusal.MALFORMED),
        (("Digest realm=x",), Refusal.SCHEME),
        (("",), Refusal.SCHEME),
        (("Bearer a", "Bearer b"), Refusal.MALFORMED),
        (("Bearer " + "a" * 1024,), Refusal.MALFORMED),
    ],
)
def test_what_a_request_presents(fields: tuple[str, ...], found: str | Refusal) -> None:
    """A bearer token, or one as the password of any user; else the reason why there is none."""
    assert of(*fields) == found
