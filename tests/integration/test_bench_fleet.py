"""The fleet that the bench polls."""

import http.client
from pathlib import Path

import pytest

from bench import fleet
from bench.references import terminals
from monitor.domain.heartbeat import decode_heartbeat


@pytest.mark.parametrize("port", ["kept", "closed"])
def test_fleet_answers_with_good_heartbeats(port: str, tmp_path: Path) -> None:
    """Each terminal answers for itself at its own address, the closed port only once a connection."""
    with terminals(300, tmp_path) as polled:
        for index in (0, 299):
            connection = http.client.HTTPConnection(fleet.host(index), getattr(polled, port), timeout=10)
            connection.request("GET", fleet.path(index))
            response = connection.getresponse()
            assert decode_heartbeat(response.read()).terminal_id == fleet.terminal_id(index)
            assert response.will_close is (port == "closed")
            connection.close()
        assert polled.answers() == 2
