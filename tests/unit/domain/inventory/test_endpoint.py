import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.inventory.endpoint import (
    _PLAIN,
    BadEndpoint,
    Endpoint,
    _parse,
    authority_of,
    parse_endpoint,
)


@pytest.mark.parametrize(
    ("url", "host", "port", "target", "authority"),
    [
        pytest.param("http://10.0.0.1/heartbeat", "10.0.0.1", 80, "/heartbeat", "10.0.0.1", id="plain"),
        pytest.param("http://10.0.0.1:8080", "10.0.0.1", 8080, "/", "10.0.0.1:8080", id="no path"),
        pytest.param("HTTP://T1.Shop.test.:81/a", "t1.shop.test", 81, "/a", "t1.shop.test:81", id="name"),
        pytest.param("https://t1/a?b=c%20d", "t1", 443, "/a?b=c%20d", "t1", id="https and query"),
        pytest.param("http://t1?b", "t1", 80, "/?b", "t1", id="query without path"),
        pytest.param("http://t1:/a", "t1", 80, "/a", "t1", id="empty port"),
        pytest.param("http://[2001:DB8::1]:81/", "2001:db8::1", 81, "/", "[2001:db8::1]:81", id="IPv6"),
        pytest.param("http://münchen.example/ä?ö", "xn--mnchen-3ya.example", 80, "/%C3%A4?%C3%B6",
                     "xn--mnchen-3ya.example", id="beyond ASCII"),
        pytest.param("http://pos_1.example/", "pos_1.example", 80, "/", "pos_1.example", id="underscore"),
    ],
)  # fmt: skip
def test_a_good_url_is_split(url: str, host: str, port: int, target: str, authority: str) -> None:
    """Scheme, host, port and request target come out in their canonical forms."""
    endpoint = parse_endpoint(url)
    assert endpoint == Endpoint(
        secure=url.lower().startswith("https"),
        host=host,
        port=port,
        target=target,
        is_address=host in {"10.0.0.1", "2001:db8::1"},
    )
    assert endpoint.authority == authority


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        pytest.param("http://a b/", "contains a space, backslash or control character", id="space"),
        pytest.param("http://a/\r\nX: y", "contains a space, backslash or control character", id="CR LF"),
        pytest.param("http://a\\@b/", "contains a space, backslash or control character", id="backslash"),
        pytest.param("http://a/\ud800", "contains a space, backslash or control character", id="surrogate"),
        pytest.param("http://u:p@a/", "contains user information", id="password"),
        pytest.param("http://@a/", "contains user information", id="empty user"),
        pytest.param("http://a/#x", "contains a fragment", id="fragment"),
        pytest.param("ftp://a/", "neither http nor https", id="another scheme"),
        pytest.param("//a/", "neither http nor https", id="no scheme"),
        pytest.param("", "neither http nor https", id="nothing"),
        pytest.param("http:///a", "no host", id="no host"),
        pytest.param("http://:80/", "no host", id="a port alone"),
        pytest.param("http://a:0/", "port 0", id="port 0"),
        pytest.param("http://a:65536/", "not a URL", id="port too high"),
        pytest.param("http://a:x/", "not a URL", id="port not a number"),
        pytest.param("http://[::1/", "not a URL", id="bracket open"),
        pytest.param("http://[fe80::1%25eth0]/", "not a host name", id="IPv6 zone"),
        pytest.param("http://[a.b]/", "not a URL", id="name in brackets"),
        pytest.param("http://a..b/", "not a host name", id="empty label"),
        pytest.param("http://-a/", "not a host name", id="hyphen first"),
        pytest.param("http://a$b/", "not a host name", id="odd character"),
        pytest.param(f"http://{'a' * 64}/", "not a host name", id="long label"),
        pytest.param(f"http://{'a.' * 127}a-/", "not a host name", id="many labels, the last bad"),
        pytest.param(f"http://{'a.' * 127}a/", "not a host name", id="255 characters"),
    ],
)  # fmt: skip
def test_a_bad_url_is_refused_with_its_reason(url: str, reason: str) -> None:
    """The reason is a phrase of posmon's own and quotes nothing of the URL."""
    with pytest.raises(BadEndpoint) as refused:
        parse_endpoint(url)
    assert str(refused.value) == reason


@given(st.text() | st.text().map("http://t/{}".format) | st.text().map("http://{}/".format))
def test_what_goes_into_the_request_is_visible_ascii(url: str) -> None:
    """No URL raises anything but BadEndpoint or puts a separator into the request head."""
    try:
        endpoint = parse_endpoint(url)
    except BadEndpoint:
        return
    for part in (endpoint.target, endpoint.authority):
        assert part.isascii()
        assert part.isprintable()
        assert " " not in part


@given(
    st.from_regex(_PLAIN, fullmatch=True)
    | st.builds(
        "http://{}:{}{}".format,
        st.ip_addresses(v=4),
        st.integers(1, 65_535),
        st.sampled_from(["", "/", "/a/b.c"]),
    )
)
def test_the_short_way_says_what_the_long_way_says(url: str) -> None:
    """Most endpoints are not looked at closely; a closer look would find the same."""
    assert parse_endpoint(url) == _parse(url)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user.example:8443/heartbeat?key=secret", "user.example:8443"),
        ("http://[2001:db8::1]/secret", "[2001:db8::1]"),
        ("", ""),
        ("ftp://terminal/", ""),
        ("http://user:secret@terminal/", ""),
    ],
)
def test_only_host_and_port_are_shown(url: str, shown: str) -> None:
    """Path and query may hold a secret; of no endpoint, or a bad one, nothing is shown."""
    assert authority_of(url) == shown
