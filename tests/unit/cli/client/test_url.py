import pytest

from monitor.cli.client.url import DaemonUrl, read_url

URLS = [
    ("a whole URL", "http://127.0.0.1:7676", "http://127.0.0.1:7676"),
    ("without a scheme", "localhost:8080", "http://localhost:8080"),
    ("without a port", "posmon.example", "http://posmon.example"),
    ("the default port", "https://posmon.example:443/", "https://posmon.example"),
    ("behind a proxy", "https://ops.example/posmon/", "https://ops.example/posmon"),
    ("IPv6", "http://[::1]:7676/", "http://[::1]:7676"),
]


@pytest.mark.parametrize(("case", "text", "url"), URLS, ids=[row[0] for row in URLS])
def test_urls(case: str, text: str, url: str) -> None:
    """A daemon may be named with more or with fewer words."""
    assert str(read_url(text)) == url, case


def test_parts() -> None:
    """The parts are those that a connection needs."""
    assert read_url("https://[::1]/a/") == DaemonUrl(secure=True, host="::1", port=443, path="/a")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ftp://x",
        "http://",
        "http://x:port",
        "http://x:99999",
        "http://u:p@x",
        "http://x\n",
        "http://[::1",
    ],
)
def test_no_urls(text: str) -> None:
    """Anything else is refused with an example."""
    with pytest.raises(ValueError, match="is not a URL such as"):
        read_url(text)
