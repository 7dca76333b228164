import pytest

from monitor.domain.inventory.address import SCHEMES, parse_address, scheme_of
from monitor.domain.inventory.endpoint import BadEndpoint

NO_POI_ID = "has a path that is no POIID such as V400m-324770915"


@pytest.mark.parametrize(
    ("written", "host", "port"),
    [
        ("zvt://192.0.2.7", "192.0.2.7", 20007),
        ("zvt://192.0.2.7:22000/", "192.0.2.7", 22000),
        ("escpos://printer.shop.example", "printer.shop.example", 9100),
        ("tcp://[2001:db8::7]:443", "2001:db8::7", 443),
        ("nexo+https://192.0.2.7/V400m-324770915", "192.0.2.7", 8443),
        ("NEXO+HTTPS://till.shop.example:443/P400Plus-1", "till.shop.example", 443),
        ("nexo+https://[2001:db8::7]/V400m-324770915", "2001:db8::7", 8443),
        ("http://192.0.2.7/heartbeat", "192.0.2.7", 80),
    ],
)
def test_an_address_has_host_and_port(written: str, host: str, port: int) -> None:
    """Each scheme knows its port."""
    endpoint = parse_address(written)
    assert endpoint is not None
    assert (endpoint.host, endpoint.port) == (host, port)


def test_a_terminal_of_adyen_s_is_named_by_its_poi_id() -> None:
    """The path is the POIID, and no path of HTTP."""
    endpoint = parse_address("nexo+https://192.0.2.7/V400m-324770915")
    assert endpoint is not None
    assert (endpoint.target, endpoint.secure) == ("V400m-324770915", True)


def test_a_terminal_that_pushes_has_no_address() -> None:
    """Posmon connects to nothing for it."""
    assert parse_address("push:") is None


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("tcp://192.0.2.7", "names no port"),
        ("zvt://192.0.2.7/status", "has a path, and takes none"),
        ("zvt://123456@192.0.2.7", "contains user information"),
        ("zvt://", "no host"),
        ("nexo+https://192.0.2.7", "names no POIID: nexo+https://HOST/V400m-324770915"),
        ("nexo+https://192.0.2.7/", NO_POI_ID),
        ("nexo+https://192.0.2.7/V400m", NO_POI_ID),
        ("nexo+https://192.0.2.7/V400m-1?x", NO_POI_ID),
        ("nexo+https://192.0.2.7/nexo/V400m-1", "has a path, and takes none"),
        ("nexo+https://key@192.0.2.7/V400m-1", "contains user information"),
        ("push://x", "push: takes nothing after the colon"),
        ("ftp://192.0.2.7", f"begins with none of {', '.join(f'{name}:' for name in SCHEMES)}"),
        ("192.0.2.7", f"begins with none of {', '.join(f'{name}:' for name in SCHEMES)}"),
        ("escpos://192.0.2.7:0", "port 0"),
    ],
)
def test_a_bad_address_is_told_in_words(written: str, reason: str) -> None:
    """The phrase says what is wrong and quotes nothing."""
    with pytest.raises(BadEndpoint) as bad:
        parse_address(written)
    assert str(bad.value) == reason


@pytest.mark.parametrize(("written", "scheme"), [("ZVT://x", "zvt"), ("push:", "push"), ("x", "")])
def test_scheme(written: str, scheme: str) -> None:
    """The scheme stands before the first colon, in any case."""
    assert scheme_of(written) == scheme
