"""How many sockets polling may hold."""

import resource

RESERVE = 256
"""Descriptors left to the web side, the store, logs, Alertmanagers, the resolver and the interpreter."""
_PLENTY = 1_000_000


def socket_budget(*, reserve: int = RESERVE) -> int:
    """Return the process's soft limit of open files less `reserve`, but at least a quarter of it."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = _PLENTY if soft == resource.RLIM_INFINITY else soft
    return max(limit - reserve, limit // 4)


def raise_descriptor_limit() -> None:
    """Raise the soft limit of open files to the hard one; posmon calls no `select`, which alone minds."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
