"""Terminals that are not asked for want of a setting."""

from monitor.adapters.collectors.not_set_up import NotSetUp
from monitor.domain.polling.cadence import Cadence
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.ports.collector import PollTarget
from tests.fakes import loop_settled


async def test_each_poll_names_the_setting() -> None:
    """It is a failed poll, so that a forgotten setting is heard of; a forgotten poll is not answered."""
    client, results = NotSetUp("polling.nexo"), list[PollResult]()
    target = PollTarget(
        endpoint="nexo+https://192.0.2.7/V400m-1", cadence=Cadence(interval_s=30.0, timeout_s=5.0)
    )
    client.begin(target, results.append)
    assert results == []
    await loop_settled()
    (result,) = results
    assert result.outcome is Outcome.REFUSED
    assert result.detail == "posmon does not ask it without polling.nexo"
    client.begin(target, results.append)
    client.forget(target)
    await loop_settled()
    assert len(results) == 1
