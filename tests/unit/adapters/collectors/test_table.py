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
        ("tills:4711", "lookup"),
    ],
)
def test_the_scheme_says_who_asks(endpoint: str, collector: str) -> None:
    """The collector of HTTP names the fault of an unknown scheme."""
    collectors = {name: FakeHeartbeatClient() for name in ("http", "zvt", "lookup")}
    sources: set[str] = set()
    table = CollectorTable(
        http=collectors["http"],
        others={"zvt": collectors["zvt"]},
        lookup=collectors["lookup"],
        sources=sources,
    )
    assert table.of("tills:4711") is collectors["http"]
    sources.add("tills")
    assert table.of(endpoint) is collectors[collector]
