"""What a daemon did in a stretch of time."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.daemon import Daemon, samples
from bench.processes import NotMeasured

Buckets = dict[float, float]
"""A histogram, cumulative: how many at most so large, by bound in seconds."""

_LE = re.compile(r'le="([^"]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Polls finished (`good` ones among them) and skipped, CPU time used, and how late polls began.

    `cpu_share` is in seconds a second, without what it cost to ask for all this.
    """

    elapsed_s: float
    polls: float
    good: float
    skipped: float
    cpu_share: float
    lateness: Buckets

    @property
    def rate(self) -> float:
        """Polls a second."""
        return self.polls / self.elapsed_s

    @property
    def cpu_us(self) -> float:
        """CPU µs for each poll."""
        if not self.polls:
            raise NotMeasured("no poll was finished")
        return 1e6 * self.cpu_share / self.rate

    def late_ms(self, quantile: float) -> float:
        """Return a quantile of how late polls began, in ms."""
        return 1000 * at_quantile(self.lateness, quantile)

    @property
    def latest_ms(self) -> float:
        """The bound of the bucket that the latest poll fell into, in ms: it was no later than that."""
        return latest_ms(self.lateness)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    """What a daemon has counted so far."""

    at: float
    results: dict[str, float]
    skipped: float
    lateness: Buckets


def _moment(posmon: Daemon) -> _Moment:
    page = posmon.own_metrics()
    at = time.perf_counter()  # they are told at the end of what a large fleet's page takes to prepare
    return _Moment(
        at=at,
        results=samples("posmon_polls_total", page),
        skipped=sum(samples("posmon_polls_skipped_total", page).values()),
        lateness=_lateness_on(page),
    )


def lateness_of(posmon: Daemon) -> Buckets:
    """Return how late polls began so far."""
    return _lateness_on(posmon.own_metrics())


def _lateness_on(page: str) -> Buckets:
    buckets = samples("posmon_poll_lateness_seconds_bucket", page)
    return {_bound(labels): count for labels, count in buckets.items()}


def since(before: Buckets, now: Buckets) -> Buckets:
    """Return what a histogram counted between two moments."""
    return {bound: count - before[bound] for bound, count in now.items()}


def latest_ms(lateness: Buckets) -> float:
    """Return the bound of the bucket that the latest poll fell into, in ms."""
    everybody = lateness[float("inf")]
    return 1000 * min(bound for bound, count in lateness.items() if count == everybody)


def _bound(labels: str) -> float:
    found = _LE.search(labels)
    if found is None:
        raise NotMeasured(f"a bucket without a bound: {labels}")
    return float(found[1])


def observe(posmon: Daemon, *, window_s: float) -> Window:
    """Watch a daemon for `window_s`; the pages of metrics that this takes cost it little."""
    return observe_all([posmon], window_s=window_s)[0]


def observe_all(daemons: Sequence[Daemon], *, window_s: float) -> list[Window]:
    """Watch all of `daemons` in the same stretch of time."""
    before = [(_moment(posmon), posmon.cpu_s()) for posmon in daemons]
    began = time.perf_counter()
    time.sleep(window_s)
    after = [posmon.cpu_s() for posmon in daemons]
    elapsed_s = time.perf_counter() - began
    return [
        _between(first, _moment(posmon), cpu_share=(used - used_before) / elapsed_s)
        for posmon, (first, used_before), used in zip(daemons, before, after, strict=True)
    ]


def _between(first: _Moment, last: _Moment, *, cpu_share: float) -> Window:
    done = {labels: count - first.results.get(labels, 0) for labels, count in last.results.items()}
    return Window(
        elapsed_s=last.at - first.at,
        polls=sum(done.values()),
        good=sum(count for labels, count in done.items() if '"ok"' in labels),
        skipped=last.skipped - first.skipped,
        cpu_share=cpu_share,
        lateness=since(first.lateness, last.lateness),
    )


def at_quantile(buckets: Buckets, quantile: float) -> float:
    """Return the quantile of a histogram, linear within its bucket, as Prometheus does."""
    rank, below, before = quantile * buckets[float("inf")], 0.0, 0.0
    for bound, count in sorted(buckets.items()):
        if count >= rank and count > before:
            return below + (bound - below) * (rank - before) / (count - before)
        below, before = bound, count
    raise NotMeasured("no poll was timed")
