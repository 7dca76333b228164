"""How fast each of many sources may go, in bounded memory (token bucket).

A source pays for what it brings after it is known how much that was, so it may run into debt; while
in debt it is refused. One source's debt is never another's.
"""

from collections import OrderedDict
from dataclasses import dataclass


@dataclass(slots=True)
class _Account:
    credit: float
    at: float
    is_refused: bool = False


class RateLimit:
    """Credit of every source: `burst` at most, refilled with `per_s` a second.

    Of more than `most_sources` the longest silent are forgotten, which gives them full credit: a
    flood from ever new sources is for the bound on connections to end.
    """

    def __init__(self, *, per_s: float, burst: float, most_sources: int = 4096) -> None:
        self._per_s = per_s
        self._burst = burst
        self._most_sources = most_sources
        self._accounts: OrderedDict[str, _Account] = OrderedDict()

    def __len__(self) -> int:
        return len(self._accounts)

    def wait_s(self, source: str, now: float) -> float:
        """Return how many seconds a source has to wait, 0 when it may go on; `now` is monotonic."""
        account = self._accounts.get(source)
        if account is None:
            return 0.0
        self._refill(account, now)
        return 0.0 if account.credit > 0 else (1 - account.credit) / self._per_s

    def pay(self, source: str, now: float, cost: float = 1.0) -> None:
        """Charge a source for what it brought."""
        account = self._account(source, now)
        account.credit -= cost
        account.is_refused = False

    def is_first_refusal(self, source: str, now: float) -> bool:
        """Tell, of a source that is refused now, whether it went through before; true once per flood."""
        account = self._account(source, now)
        was_refused, account.is_refused = account.is_refused, True
        return not was_refused

    def _account(self, source: str, now: float) -> _Account:
        account = self._accounts.get(source)
        if account is None:
            account = self._accounts[source] = _Account(self._burst, now)
            if len(self._accounts) > self._most_sources:
                self._accounts.popitem(last=False)
        else:
            self._refill(account, now)
            self._accounts.move_to_end(source)
        return account

    def _refill(self, account: _Account, now: float) -> None:
        account.credit = min(self._burst, account.credit + (now - account.at) * self._per_s)
        account.at = now
