"""A survey of the whole fleet that requests at about the same time share."""

from asyncio import Lock

from monitor.views.read_model import ReadModel
from monitor.views.survey import Survey, surveying
from monitor.web.api.cooperative import in_turns

SHARE = 20
"""A survey may be this many times as old as it took to make: looking costs 5 % of the time at most."""

OLDEST_S = 5.0
"""But no older: on a busy machine a look at a large fleet takes seconds, most of them others' turns."""


class SurveyCache:
    """Surveys the fleet on request, and gives later requests the same survey for a short time."""

    def __init__(self, read_model: ReadModel) -> None:
        self._read_model = read_model
        self._lock = Lock()
        self._latest: Survey | None = None
        self._good_until = 0.0

    async def latest(self) -> Survey:
        """Return a survey that is at most SHARE times as old as it took to make, and at most OLDEST_S."""
        clock = self._read_model.clock
        async with self._lock:
            began = clock.monotonic()
            if self._latest is None or began >= self._good_until:
                self._latest = await in_turns(surveying(self._read_model), clock)
                ended = clock.monotonic()
                self._good_until = ended + min(OLDEST_S, SHARE * (ended - began))
            return self._latest
