import ssl
from collections.abc import Callable

import pytest

from monitor.adapters.collectors.table import CollectorTable
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.ports.collector import PollTarget
from tests.fakes import FakeHeartbeatClient, loop_settled


class FakeHttp(FakeHeartbeatClient):
    """The collector of our own document, without sockets."""

    kept_connections = 7
    trusted: ssl.SSLContext | None = None

    def trust(self, tls: ssl.SSLContext) -> None:
        """Remember the settings."""
        self.trusted = tls


def coming_to(outcome: Outcome) -> Callable[[PollTarget], PollResult]:
    """Return what makes every poll come to `outcome`."""
    return lambda _target: PollResult(outcome, 0.0)


@pytest.mark.parametrize(
    ("endpoint", "outcome"),
    [
        ("http://192.0.2.1/", Outcome.HTTP_STATUS),
        ("https://192.0.2.1/", Outcome.HTTP_STATUS),
        ("ZVT://192.0.2.1", Outcome.RESET),
        ("zvt://192.0.2.1", Outcome.RESET),
        ("unheard-of://192.0.2.1", Outcome.HTTP_STATUS),
    ],
)
async def test_the_scheme_says_who_asks(endpoint: str, outcome: Outcome) -> None:
    """Each target goes to the collector of its scheme; an unknown scheme to the one that names the fault."""
    table = CollectorTable(
        http=FakeHttp(coming_to(Outcome.HTTP_STATUS)),
        others={"zvt": FakeHeartbeatClient(coming_to(Outcome.RESET))},
    )
    results: list[PollResult] = []
    target = PollTarget(endpoint=endpoint, timeout_s=1.0, interval_s=30.0)
    table.begin(target, results.append)
    await loop_settled()
    table.forget(target)
    assert [result.outcome for result in results] == [outcome]


def test_what_belongs_to_http_is_passed_on() -> None:
    """Kept connections and trust are the HTTP client's."""
    http, tls = FakeHttp(coming_to(Outcome.OK)), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    table = CollectorTable(http=http, others={})
    table.trust(tls)
    assert (table.kept_connections, http.trusted) == (7, tls)
