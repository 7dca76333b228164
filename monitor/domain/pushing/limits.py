"""How much each source may push, whichever way it comes."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from monitor.domain.access.rate_limit import RateLimit

BURST_S = 10
ITEM_BYTES = 4096
"""So much of a body counts as another item: evaluating a single event of a megabyte takes long."""
MOST_BYTES = 16 * 2**20
MOST_BYTES_OF_ONE = 4 * 2**20


class TooFast(Exception):
    """The source has to wait `wait_s` seconds; `is_first` on the first refusal of a flood."""

    def __init__(self, wait_s: float, *, is_first: bool) -> None:
        super().__init__(f"wait {wait_s:g} s")
        self.wait_s = wait_s
        self.is_first = is_first


class TooMuchAtOnce(Exception):
    """The bodies in memory would take more bytes than posmon allows."""


class PushLimits:
    """Bounds the rate and the memory of pushes, for each source by its key.

    A source may push `per_s` items a second, and ITEM_BYTES of a body are one item more. posmon knows what a
    large push holds once it has arrived: it is accepted, and its source has to wait until it is paid off.
    All bodies that are being read or evaluated hold at most `most_bytes`, those of one source at most
    `most_bytes_of_one`. `now` is monotonic.
    """

    def __init__(
        self, *, per_s: float, most_bytes: int = MOST_BYTES, most_bytes_of_one: int = MOST_BYTES_OF_ONE
    ) -> None:
        self._rate = RateLimit(per_s=per_s, burst=BURST_S * per_s)
        self._most_bytes = most_bytes
        self._most_bytes_of_one = most_bytes_of_one
        self._held: Counter[str] = Counter()

    def check(self, source: str, now: float) -> None:
        """Raise TooFast while the source has pushed more than its rate allows."""
        if wait_s := self._rate.wait_s(source, now):
            raise TooFast(wait_s, is_first=self._rate.is_first_refusal(source, now))

    def pay(self, source: str, now: float, items: int) -> None:
        """Charge the source for so many items."""
        self._rate.pay(source, now, items)

    def pay_bytes(self, source: str, now: float, size: int) -> None:
        """Charge the source for a body of `size` bytes, beside its items."""
        self._rate.pay(source, now, size // ITEM_BYTES)

    @contextmanager
    def holding(self, source: str) -> Iterator[Callable[[int], None]]:
        """Yield a function that reserves bytes or raises TooMuchAtOnce; the block's end frees them."""
        held = 0

        def reserve(size: int) -> None:
            nonlocal held
            total, of_source = self._held.total() + size, self._held[source] + size
            if total > self._most_bytes or of_source > self._most_bytes_of_one:
                raise TooMuchAtOnce
            held += size
            self._held[source] += size

        try:
            yield reserve
        finally:
            self._held[source] -= held
            if not self._held[source]:
                del self._held[source]
