"""Fixtures that several rooms of tests share."""

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


@pytest.fixture
async def simulated_fleet() -> AsyncIterator[Callable[..., Awaitable[SimulatedFleet]]]:
    """Return a function that starts a fleet of SimulatedFleet's options and returns it, answering."""
    async with AsyncExitStack() as stack:

        async def start(**options: Any) -> SimulatedFleet:
            return await stack.enter_async_context(SimulatedFleet(**{"clock": SystemClock()} | options))

        yield start
