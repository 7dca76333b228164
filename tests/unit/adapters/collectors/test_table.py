import pytest

from monitor.adapters.collectors.table import CollectorTable
from tests.fakes import FakeHeartbeatClient


@pytest.mark.parametrize(
    ("endpoint", "collector"),
    [
        ("http://192.0.2.1/", "http"),
        ("https://192.0.2.1/", "http"),
        ("ZVT://192.0.2.1", "zvt"),
        ("zvt://192.0.2.1", "zvt"),
        ("unheard-of://192.0.2.1", "http"),
    ],
)
def test_the_scheme_says_who_asks(endpoint: str, collector: str) -> None:
    """The collector of HTTP names the fault of an unknown scheme."""
    collectors = {"http": FakeHeartbeatClient(), "zvt": FakeHeartbeatClient()}
    table = CollectorTable(http=collectors["http"], others={"zvt": collectors["zvt"]})
    assert table.of(endpoint) is collectors[collector]
