from monitor.domain.access.statistics import AccessStatistics
from monitor.domain.access.tokens import Refusal


def test_nothing_is_wrong_before_anything_was_counted() -> None:
    """A file of tokens counts as readable until a look at it failed; a certificate is unknown."""
    fresh = AccessStatistics()
    assert fresh.tokens_readable
    assert fresh.certificate_expires_at is None
    counts = (fresh.requests, fresh.refusals, fresh.rejected_pushes)
    assert not any(counts)
    assert fresh.forbidden == 0


def test_two_listeners_count_apart() -> None:
    """Counts belong to one object, not to the class."""
    one, other = AccessStatistics(), AccessStatistics()
    one.requests["/api/v1/status", "2xx"] += 1
    one.refusals.update(Refusal)
    one.rejected_pushes["rate"] += 1
    counts = (other.requests, other.refusals, other.rejected_pushes)
    assert not any(counts)
