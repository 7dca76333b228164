"""Which silences of posmon's own an Alertmanager has."""

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.adapters.alertmanager.silence_api import ListedSilence
from monitor.domain.notification.postable_alert import Identity

AUTHOR = "posmon"
MARK = "[held by posmon]"
"""How the comment of each such silence begins: with the author it tells posmon's silences from others."""


@dataclass(frozen=True, slots=True)
class OwnSilence:
    """One silence, of the alert with exactly the labels of `identity`; times are unix seconds.

    `began` is None until Alertmanager has told it; `comment` is the mark and why the alert is held.
    """

    identity: Identity
    id: str
    began: float | None
    ends: float
    comment: str


def is_own(silence: ListedSilence) -> bool:
    """Tell whether a posmon made a silence, in this run or an earlier one, to hold back an alert."""
    return (
        silence.created_by == AUTHOR
        and silence.comment.startswith(MARK)
        and all(one.is_equal and not one.is_regex for one in silence.matchers)
    )


class OwnSilences:
    """The silences of posmon's own, by their alerts; usually one of each."""

    def __init__(self) -> None:
        self._silences: dict[Identity, tuple[OwnSilence, ...]] = {}

    def __bool__(self) -> bool:
        return bool(self._silences)

    def of(self, identity: Identity) -> tuple[OwnSilence, ...]:
        """Return those of one alert."""
        return self._silences.get(identity, ())

    def latest(self, identity: Identity) -> OwnSilence | None:
        """Return the one that ends last, None when there is none."""
        return max(self.of(identity), key=lambda silence: silence.ends, default=None)

    def add(self, silence: OwnSilence) -> None:
        """Note one that was made."""
        self._silences[silence.identity] = (*self.of(silence.identity), silence)

    def drop(self, silence: OwnSilence) -> None:
        """Note that one is over."""
        left = tuple(one for one in self.of(silence.identity) if one is not silence)
        if left:
            self._silences[silence.identity] = left
        else:
            self._silences.pop(silence.identity, None)

    def replace(self, listed: Iterable[ListedSilence]) -> None:
        """Know what Alertmanager lists, and nothing else."""
        self._silences = {}
        for silence in listed:
            if is_own(silence):
                labels = frozenset((one.name, one.value) for one in silence.matchers)
                self.add(OwnSilence(labels, silence.id, silence.began, silence.ends, silence.comment))

    def drop_over(self, wall: float) -> None:
        """Drop those that have ended by themselves."""
        for silences in list(self._silences.values()):
            for silence in silences:
                if silence.ends <= wall:
                    self.drop(silence)
