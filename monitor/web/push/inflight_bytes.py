"""What pushes may hold in memory at a time."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from monitor.views.documents import Problem
from monitor.web.routing.problems import Refused

MOST_BYTES = 16 * 2**20
MOST_BYTES_OF_ONE = 4 * 2**20


class InflightBytes:
    """Counts the bytes of bodies that are being read or judged: of all sources, and of each.

    Who would go beyond `most` or `most_of_one` is refused (503) and may come back.
    """

    def __init__(self, *, most: int = MOST_BYTES, most_of_one: int = MOST_BYTES_OF_ONE) -> None:
        self._most = most
        self._most_of_one = most_of_one
        self._held: Counter[str] = Counter()

    @contextmanager
    def of(self, source: str) -> Iterator[Callable[[int], None]]:
        """Yield what takes so many bytes more into a source's hand; with the block they are let go."""
        held = 0

        def take(size: int) -> None:
            nonlocal held
            if self._held.total() + size > self._most or self._held[source] + size > self._most_of_one:
                problem = Problem(
                    title="Service Unavailable", status=503, detail="Too much is pushed at once."
                )
                raise Refused(problem, headers={"Retry-After": "1"})
            held += size
            self._held[source] += size

        try:
            yield take
        finally:
            self._held[source] -= held
            if not self._held[source]:
                del self._held[source]
