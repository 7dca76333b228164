from collections.abc import Mapping

from monitor.domain.instant import Instant
from monitor.services.uplink import INTERVAL_S, Uplink
from tests.fakes import FakeClock, FakeUplinkProbe
from tests.running import running


async def test_every_place_is_probed_regularly() -> None:
    """The listener hears by name which places answered, at every round."""
    clock = FakeClock()
    rounds: list[dict[str, bool]] = []

    def listen(answers: Mapping[str, bool], _now: Instant) -> None:
        rounds.append(dict(answers))

    steady, shaky = FakeUplinkProbe("192.0.2.1:53"), FakeUplinkProbe("192.0.2.2:53")
    uplink = Uplink(probes=[steady, shaky], clock=clock, listener=listen)
    async with running(uplink.run()):
        await clock.advance(1.0)
        shaky.answers = False
        await clock.advance(INTERVAL_S)
    assert rounds == [
        {"192.0.2.1:53": True, "192.0.2.2:53": True},
        {"192.0.2.1:53": True, "192.0.2.2:53": False},
    ]


async def test_without_places_nothing_is_claimed_about_the_uplink() -> None:
    """The listener hears of no place, and the service goes on."""
    clock = FakeClock()
    rounds: list[dict[str, bool]] = []
    uplink = Uplink(probes=[], clock=clock, listener=lambda answers, _now: rounds.append(dict(answers)))
    async with running(uplink.run()):
        await clock.advance(INTERVAL_S + 1)
    assert rounds == [{}, {}]
