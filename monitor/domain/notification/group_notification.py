"""One message to a receiver without Alertmanager: it is about one group of alerts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.domain.notification.postable_alert import PostableAlert

_FNV_OFFSET = 0xCBF29CE484222325
_FNV_PRIME = 0x100000001B3
_SEPARATOR = 0xFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """The present state of a group; `group` are the labels that its alerts were put together by.

    `new` and `resolved` are those the receiver does not know yet, `still` those it knows that still fire; all
    are of the group and in the order in which they came.
    """

    group: Mapping[str, str]
    new: Sequence[PostableAlert] = ()
    still: Sequence[PostableAlert] = ()
    resolved: Sequence[PostableAlert] = ()

    @property
    def firing(self) -> Sequence[PostableAlert]:
        """The alerts that fire now, the new ones first."""
        return [*self.new, *self.still]

    @property
    def notices(self) -> Sequence[PostableAlert]:
        """All alerts of the message: those that fire, then those that have ended."""
        return [*self.firing, *self.resolved]

    @property
    def status(self) -> str:
        """`firing` while anything of the group does, else `resolved`, as Alertmanager has it."""
        return "firing" if self.new or self.still else "resolved"

    @property
    def group_key(self) -> str:
        """The key of the group, in Alertmanager's notation."""
        return "{}:{" + ", ".join(f'{name}="{value}"' for name, value in sorted(self.group.items())) + "}"


def in_common(mappings: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return the pairs that stand in all of `mappings`."""
    first, *others = mappings or [{}]
    return {name: value for name, value in first.items() if all(other.get(name) == value for other in others)}


def fingerprint(labels: Mapping[str, str]) -> str:
    """Return the 16 hex digits by which Prometheus and Alertmanager know a set of labels (64-bit FNV-1a)."""
    digest = _FNV_OFFSET
    for name, value in sorted(labels.items()):
        for byte in (*name.encode(), _SEPARATOR, *value.encode(), _SEPARATOR):
            digest = (digest ^ byte) * _FNV_PRIME & 0xFFFFFFFFFFFFFFFF
    return f"{digest:016x}"
