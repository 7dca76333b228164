import pytest

from monitor.config.loading import load_settings
from monitor.domain.errors import InvalidConfiguration


@pytest.mark.parametrize(
    ("environ", "address"),
    [
        ({}, "http://127.0.0.1:7676"),
        ({"POSMON_WEB__LISTEN": "[::1]:80"}, "http://[::1]:7676"),
        ({"POSMON_WEB__EXTERNAL_URL": "https://posmon.example.com/pos/"}, "https://posmon.example.com/pos"),
    ],
)
def test_links_begin_with_the_external_url_or_else_with_where_it_listens(
    environ: dict[str, str], address: str
) -> None:
    """The port is the one listened on, which the configuration may leave to the system."""
    assert load_settings(None, environ).web.address(7676) == address


@pytest.mark.parametrize(
    "url", ["posmon.example.com", "ftp://x.example", "https://u:p@x.example", "https://x.example/?a"]
)
def test_external_url_must_be_one(url: str) -> None:
    """What paths cannot be appended to is refused."""
    with pytest.raises(InvalidConfiguration, match=r"web\.external_url"):
        load_settings(None, {"POSMON_WEB__EXTERNAL_URL": url})
