"""The episodes that go on, and those that are not saved yet."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from monitor.domain.availability.facts import Episode, EpisodeKind

_Place = tuple[str, EpisodeKind, str]


class EpisodeBook:
    """Begins and ends episodes; at most one of a kind, about one thing, goes on for a subject."""

    def __init__(self) -> None:
        self._open: dict[_Place, Episode] = {}
        self._unsaved: dict[_Place, dict[int, Episode]] = {}

    def __iter__(self) -> Iterator[Episode]:
        """Iterate over the episodes that go on."""
        return iter([*self._open.values()])

    def restore(self, episodes: Iterable[Episode]) -> None:
        """Go on with the episodes of an earlier run."""
        for episode in episodes:
            self._open[episode.subject, episode.kind, episode.about] = episode

    def is_open(self, subject: str, kind: EpisodeKind, about: str = "") -> bool:
        """Tell whether an episode goes on."""
        return (subject, kind, about) in self._open

    def begin(self, episode: Episode) -> None:
        """Begin an episode, unless one of its kind goes on already."""
        if (episode.subject, episode.kind, episode.about) not in self._open:
            self._keep(episode)

    def end(self, subject: str, kind: EpisodeKind, at: int, *, about: str = "") -> None:
        """End an episode if one goes on; never before it began, whatever the clock says."""
        episode = self._open.get((subject, kind, about))
        if episode is not None:
            self._keep(replace(episode, ended=max(at, episode.began)))

    def add(self, episode: Episode) -> None:
        """Add an episode that is over."""
        self._note(episode)

    def explain(self, subject: str, kind: EpisodeKind, *, cause: str, fired: int | None) -> None:
        """Note what is known of the episode that goes on, or has ended since the last save."""
        episode = self._latest(subject, kind)
        if episode is None:
            return
        known = replace(
            episode, cause=cause or episode.cause, fired=episode.fired if fired is None else fired
        )
        if known != episode:
            self._keep(known)

    def acknowledged(self, subject: str, kind: EpisodeKind, at: int) -> None:
        """Note that somebody has acknowledged the alert behind an episode; only the first time counts."""
        episode = self._open.get((subject, kind, ""))
        if episode is not None and episode.acked is None:
            self._keep(replace(episode, acked=at))

    def drain_unsaved(self) -> list[Episode]:
        """Return the episodes that have changed since the last call; they count as saved."""
        unsaved, self._unsaved = self._unsaved, {}
        return [episode for episodes in unsaved.values() for episode in episodes.values()]

    def _latest(self, subject: str, kind: EpisodeKind) -> Episode | None:
        place = subject, kind, ""
        ended = self._unsaved.get(place, {}).values()
        return self._open.get(place) or next(reversed(ended), None)

    def _keep(self, episode: Episode) -> None:
        place = episode.subject, episode.kind, episode.about
        if episode.ended is None:
            self._open[place] = episode
        elif (known := self._open.get(place)) is not None and known.began == episode.began:
            del self._open[place]
        self._note(episode)

    def _note(self, episode: Episode) -> None:
        self._unsaved.setdefault((episode.subject, episode.kind, episode.about), {})[episode.began] = episode
