import pytest

from monitor.web.routing.public_address import NO_ADDRESS, PublicAddress

ADDRESSES = [
    ("", "", "", ""),
    ("https://posmon.example.com", "posmon.example.com", "https://posmon.example.com", ""),
    ("https://posmon.example.com/pos", "posmon.example.com", "https://posmon.example.com", "/pos"),
    ("http://[::1]:8080/a/b", "::1", "http://[::1]:8080", "/a/b"),
    (
        "https://posmon.example.com:443/%E5%BA%97",
        "posmon.example.com",
        "https://posmon.example.com",
        "/%E5%BA%97",
    ),
]


@pytest.mark.parametrize(("url", "host", "origin", "root"), ADDRESSES)
def test_parts_of_an_address(url: str, host: str, origin: str, root: str) -> None:
    """Host without port, origin as a browser writes it, path without a final slash."""
    assert PublicAddress.of(url) == PublicAddress(host=host, origin=origin, root=root)


def test_nothing_is_known_of_no_address() -> None:
    """Without `web.external_url` all parts are empty."""
    assert PublicAddress.of("") == NO_ADDRESS
