"""Whether a connection kept open between two polls saves work, and disturbs no other client."""

LOSSES = 2
"""So many kept connections lost in a row mean that the terminal does not keep them."""
PAUSE = 100
"""Polls on fresh connections before a kept one is tried again: terminals get updated."""

LONG_PAUSE = 1000
"""The same for a terminal that serves one client at a time: each trial keeps a till waiting for a moment."""


class KeepAliveMemory:
    """What was learned of one terminal, for the setting `auto`.

    After LOSSES kept connections in a row were gone when they were wanted, or when the terminal said
    it keeps them for less than the interval, the next PAUSE polls ask for the connection to be closed; the
    next LONG_PAUSE when it did not serve anybody else meanwhile. `is_shared` tells that it does.
    """

    __slots__ = ("_losses", "_pause", "is_shared")

    def __init__(self) -> None:
        self.is_shared = False
        self._losses = 0
        self._pause = 0

    def wants(self) -> bool:
        """Whether to ask the terminal to keep the connection of the poll that begins now."""
        if self._pause:
            self._pause -= 1
            return False
        return True

    def reused(self) -> None:
        """Note that a kept connection carried another poll."""
        self._losses = 0

    def lost(self) -> None:
        """Note that a kept connection was gone, or mute, when it was wanted again."""
        self.is_shared = False
        self._losses += 1
        if self._losses >= LOSSES:
            self._pause = PAUSE
            self._losses = LOSSES - 1

    def tried(self, *, is_served: bool) -> None:
        """Note whether the terminal served a second connection while one was kept."""
        self.is_shared = is_served
        if not is_served:
            self._pause = LONG_PAUSE

    def accepts(self, kept_for_s: int | None, *, interval_s: float) -> bool:
        """Whether a terminal that keeps connections for `kept_for_s` (None: unsaid) will keep this one."""
        if kept_for_s is None or kept_for_s > interval_s:
            return True
        self._pause = PAUSE
        return False
