"""What every watched terminal is to reports, and since when."""

from collections.abc import Callable, Iterable

from monitor.domain.availability.facts import Profile, ProfileFrom, profile_of
from monitor.domain.fleet.watched_terminal import WatchedTerminal


class ProfileBook:
    """The latest profile of each terminal. A change holds from its second on and leaves the past alone."""

    def __init__(self) -> None:
        self._latest: dict[str, Profile] = {}
        self._shared: dict[Profile, Profile] = {}
        self._unsaved: dict[str, ProfileFrom] = {}

    def restore(self, profiles: Iterable[ProfileFrom]) -> None:
        """Go on with what the run before has left."""
        for one in profiles:
            if one.profile is not None:
                self._latest[one.terminal_id] = self._shared.setdefault(one.profile, one.profile)

    def take(self, watched: WatchedTerminal, at: int) -> None:
        """Note what a terminal is now; nothing is kept of one that is as before."""
        terminal = watched.terminal
        profile = profile_of(terminal, model=watched.model, firmware=watched.firmware_version or "")
        if self._latest.get(terminal.terminal_id) != profile:
            profile = self._shared.setdefault(profile, profile)
            self._latest[terminal.terminal_id] = profile
            self._note(terminal.terminal_id, at, profile)

    def drop(self, terminal_id: str, at: int) -> None:
        """Note that a terminal is not watched any more."""
        if self._latest.pop(terminal_id, None) is not None:
            self._note(terminal_id, at, None)

    def drop_others(self, is_watched: Callable[[str], bool], at: int) -> None:
        """Note that all terminals but these are not watched any more."""
        for terminal_id in [one for one in self._latest if not is_watched(one)]:
            self.drop(terminal_id, at)

    def __contains__(self, terminal_id: object) -> bool:
        return terminal_id in self._latest

    def drain_unsaved(self) -> list[ProfileFrom]:
        """Return the changes since the last call; they count as saved."""
        drained, self._unsaved = [*self._unsaved.values()], {}
        return drained

    def _note(self, terminal_id: str, at: int, profile: Profile | None) -> None:
        # Two changes within a save count as one: the second has the last word from its own second on.
        self._unsaved[terminal_id] = ProfileFrom(terminal_id=terminal_id, since=at, profile=profile)
