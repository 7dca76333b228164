"""Counts of callers who were let in and refused."""

from collections import Counter

from monitor.domain.access.tokens import Refusal


class AccessStatistics:
    """Plain counts of the web side, read by the exposition.

    `requests` by (route, status class such as `2xx`), `refusals` of credentials, `forbidden` requests
    beyond a caller's scope, `rejected_pushes` by reason. `tokens_readable` tells whether the file of
    tokens was good when it was last looked at; `certificate_expires_at` is unix seconds.
    """

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str]] = Counter()
        self.refusals: Counter[Refusal] = Counter()
        self.forbidden = 0
        self.rejected_pushes: Counter[str] = Counter()
        self.tokens_readable = True
        self.certificate_expires_at: float | None = None
