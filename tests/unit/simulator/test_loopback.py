import pytest

from monitor.simulator.loopback import LoopbackAddress, read_address

TAKEN = [
    ("127.0.0.1:0", LoopbackAddress("127.0.0.1", 0)),
    ("127.8.9.10:8080", LoopbackAddress("127.8.9.10", 8080)),
    ("[::1]:80", LoopbackAddress("::1", 80)),
    ("localhost:65535", LoopbackAddress("127.0.0.1", 65535)),
]


@pytest.mark.parametrize(("written", "address"), TAKEN)
def test_loopback_is_taken(written: str, address: LoopbackAddress) -> None:
    """An address of this machine's loopback interface is read."""
    assert read_address(written) == address


REFUSED = [
    "0.0.0.0:80",
    "[::]:80",
    "192.168.1.5:80",
    "[::ffff:192.168.1.5]:80",
    "169.254.169.254:80",
    "example.com:80",
    "127.0.0.1",
    ":80",
    "127.0.0.1:65536",
    "127.0.0.1:-1",
    "::1:80",
    "2130706433:80",
    "",
]


@pytest.mark.parametrize("written", REFUSED)
def test_anything_else_is_refused(written: str) -> None:
    """Other interfaces, names that would be looked up and malformed addresses are refused."""
    with pytest.raises(ValueError, match=r"loopback|not an IP address"):
        read_address(written)
