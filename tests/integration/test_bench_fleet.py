"""The fleet that the bench polls."""

import http.client
from pathlib import Path

import msgspec
import pytest

from bench import fleet
from bench.processes import get
from bench.programs.simulated_polling import SimulatedPolling, inventory
from bench.terminals import terminals
from bench.unpolled import State, unpolled
from monitor.domain.heartbeat.decoding import decode_heartbeat
from monitor.domain.polling.cadence import Cadence
from monitor.domain.polling.poll_result import PollResult
from monitor.ports.collector import PollTarget
from monitor.views.documents import StatusDocument, Summary
from tests.fakes import loop_settled


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
        assert polled.unheard() == 298


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.WELL, Summary(ok=200)),
        (State.ILL, Summary(ok=198, critical=2)),
        (State.SILENT, Summary(critical=200)),
    ],
)
def test_unpolled_fleet_is_in_the_state_asked_for(state: State, expected: Summary, tmp_path: Path) -> None:
    """What its pages cost is measured with as many terminals ill as the tables say."""
    with unpolled(200, state, tmp_path) as served:
        status = msgspec.json.decode(get(served.port, "/api/v1/status"), type=StatusDocument)
    assert status.summary == expected


async def test_simulated_terminals_answer_for_themselves(tmp_path: Path) -> None:
    """Each has a heartbeat of its own, later than it was asked, and one that is forgotten says nothing."""
    simulated = SimulatedPolling(tmp_path / "covered")
    urls = [row.split(",")[1] for row in inventory(3)][1:]
    asked = [PollTarget(endpoint=url, cadence=Cadence(interval_s=30.0, timeout_s=1.0)) for url in urls]
    heard: list[PollResult] = []
    for target in asked:
        simulated.begin(target, heard.append)
    simulated.forget(asked[1])
    assert heard == []
    await loop_settled()
    readings = [result.reading for result in heard if result.reading]
    assert [reading.terminal_id for reading in readings] == [fleet.terminal_id(0), fleet.terminal_id(2)]
    assert [reading.serial_number for reading in readings] == ["N910-10000000", "N910-10000002"]
