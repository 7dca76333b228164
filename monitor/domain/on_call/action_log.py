"""Writing down who did what."""

from monitor.domain.on_call.action import Action, Author, OnCallRule


class ActionLog:
    """Numbers the actions, through all runs, and keeps them until they are saved."""

    def __init__(self) -> None:
        self._last = 0
        self._unsaved: list[Action] = []

    def go_on(self, last: int) -> None:
        """Go on after the action of that number."""
        self._last = last

    def add(
        self,
        author: Author,
        what: str,
        wall: float,
        rule: OnCallRule,
        *,
        matched: int = 0,
        comment: str | None = None,
    ) -> None:
        """Write down that somebody did something with a rule; without `comment` it has the rule's own."""
        self._last += 1
        self._unsaved.append(
            Action(
                number=self._last,
                at=wall,
                by=author.name,
                via=author.via,
                what=what,
                target=rule.id,
                comment=rule.comment if comment is None else comment,
                matched=matched,
                details=rule.details,
            )
        )

    def drain(self) -> list[Action]:
        """Return the actions since the last call; they count as saved."""
        drained, self._unsaved = self._unsaved, []
        return drained
