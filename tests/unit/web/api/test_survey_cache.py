import asyncio
from dataclasses import replace

from monitor.web.api.survey_cache import OLDEST_S, SHARE, SurveyCache
from tests.fakes import FakeClock
from tests.fleets import make_fleet

STEP_S = 0.001


class BusyClock(FakeClock):
    """A clock on which every turn of the loop takes `step_s`."""

    step_s = STEP_S

    async def sleep(self, seconds: float) -> None:
        """Let that time pass, too."""
        self.turn(self.step_s)
        await super().sleep(seconds)


async def test_who_asks_at_about_the_same_time_shares_a_survey() -> None:
    """Twenty screens on a wall cost one look at the fleet, not twenty."""
    clock = BusyClock()
    survey = SurveyCache(replace(make_fleet(2000).read_model, clock=clock))
    began = clock.monotonic()
    first, second = await asyncio.gather(survey.latest(), survey.latest())
    took_s = clock.monotonic() - began
    assert first is second
    assert took_s > STEP_S
    clock.turn(SHARE * took_s - STEP_S / 2)
    assert await survey.latest() is first
    clock.turn(STEP_S)
    assert await survey.latest() is not first


async def test_a_survey_that_took_long_is_soon_made_anew() -> None:
    """What a busy machine needs a minute for is not told for the next twenty."""
    clock = BusyClock()
    clock.step_s = 10.0
    survey = SurveyCache(replace(make_fleet(2000).read_model, clock=clock))
    first = await survey.latest()
    clock.turn(OLDEST_S - STEP_S)
    assert await survey.latest() is first
    clock.turn(STEP_S)
    assert await survey.latest() is not first
