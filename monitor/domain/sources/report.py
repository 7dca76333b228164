"""What a source says of one terminal."""

from typing import NamedTuple

from monitor.domain.heartbeat.reading import Reading


class TerminalReport(NamedTuple):
    """One terminal as its source has it.

    `terminal` is the source's own id of it. `online` is None when the source does not say. `seen_at` is when
    the source last heard of the terminal (unix seconds), None when it does not say. `reading` has no terminal
    id: the inventory's and the source's are different things. `unreadable` names its fields that could not be
    read, each with a reason. `site` is the source's word for where the terminal stands, "" for none.
    """

    terminal: str
    reading: Reading
    online: bool | None = None
    seen_at: float | None = None
    unreadable: tuple[str, ...] = ()
    site: str = ""


class MappedField(NamedTuple):
    """What became of one field of one item, for people who write a mapping."""

    field: str
    expression: str
    raw: object
    becomes: object
    problem: str = ""


class RoundResult(NamedTuple):
    """How one round of asking a source ended.

    `is_complete`: every terminal of the source was reported. `detail` is a phrase in posmon's words. The
    source asks to be left alone for `pause_s` seconds; infinite: until posmon is restarted or reloaded.
    """

    result: str
    detail: str = ""
    is_complete: bool = True
    pause_s: float = 0.0

    @property
    def is_good(self) -> bool:
        """Whether the source answered."""
        return self.result == GOOD


GOOD = "ok"
UNAUTHORIZED = "unauthorized"
RATE_LIMITED = "rate_limited"
