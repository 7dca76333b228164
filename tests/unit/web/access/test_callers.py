import pytest
from aiohttp.test_utils import make_mocked_request

from monitor.domain.access.tokens import anybody
from monitor.web.access.callers import CALLER, caller_of, network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::1", "::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("token 0000000001", "token 0000000001"),
        ("", ""),
    ],
)
def test_what_counts_as_one_source(address: str, network: str) -> None:
    """An IPv6 customer has a whole network, and may not become many sources by that."""
    assert network_of(address) == network


def test_a_request_has_its_caller() -> None:
    """The one that authentication put there."""
    request = make_mocked_request("GET", "/")
    request[CALLER] = anybody("127.0.0.1")
    assert caller_of(request).name == "127.0.0.1"
