"""When an unattended alert goes to the next level."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationPolicy:
    """For the alerts that have one of the values of every key of `match`: after how many seconds each level.

    `after_s` rises.
    """

    match: Mapping[str, tuple[str, ...]]
    after_s: tuple[float, ...]


def levels_of(labels: Mapping[str, str], policies: Iterable[EscalationPolicy]) -> tuple[float, ...]:
    """Return the seconds after which each level is notified, by the first policy that matches."""
    for policy in policies:
        if all(labels.get(key, "") in values for key, values in policy.match.items()):
            return policy.after_s
    return ()
