"""An endpoint that answers as another terminal of the inventory."""

TURNS = 2
"""One turn may be a name or a kept connection that has just moved; a second id in use goes on."""


class Claim:
    """How often the claimed terminal has answered at its own endpoint while this one answers as it.

    Two terminals whose addresses were swapped each answer at one endpoint at a time: there is no turn then.
    """

    __slots__ = ("_seen_s", "turns")

    def __init__(self, now_s: float) -> None:
        self._seen_s = now_s
        self.turns = 0

    def is_doubled_by(self, owner_answered_s: float, now_s: float) -> bool:
        """Note when the owner last answered at its own endpoint; return whether the id is in use twice."""
        if owner_answered_s <= self._seen_s:
            return False
        self._seen_s = now_s
        self.turns += 1
        return self.turns >= TURNS
