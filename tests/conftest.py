"""Fixtures that several rooms of tests share."""

import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from hypothesis import settings

from monitor.adapters.system import SystemClock
from monitor.simulator.simulated_fleet import SimulatedFleet

# A busy machine may stall any example; no test here is a measurement.
settings.register_profile("posmon", deadline=None)
settings.load_profile("posmon")

# In the background or under nohup they are ignored, here and by every program a test starts: who sends
# them would wait for ever.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
async def simulated_fleet() -> AsyncIterator[Callable[..., Awaitable[SimulatedFleet]]]:
    """Return a function that starts a fleet of SimulatedFleet's options and returns it, answering."""
    async with AsyncExitStack() as stack:

        async def start(**options: Any) -> SimulatedFleet:
            return await stack.enter_async_context(SimulatedFleet(**{"clock": SystemClock()} | options))

        yield start
