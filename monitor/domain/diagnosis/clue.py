"""One row of a table of evidence, and a table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from monitor.domain.diagnosis.case import Case
from monitor.domain.diagnosis.cause import Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """A fact that speaks for or against causes.

    `holds(case)` is true if the fact is known to be true. An unknown fact never holds. A weight of +1 makes
    its cause twice as likely against the others, -1 half as likely. `words` follow "because".
    """

    name: str
    holds: Callable[[Case], bool]
    weights: Mapping[Cause, float]
    words: str
    words_zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The causes that alerts of one kind may have, and all clues for or against them.

    `clues` name no cause beyond `causes`. `priors` are weights by alert name that count from the start: some
    causes open that alert more often than others.
    """

    causes: tuple[Cause, ...]
    clues: tuple[Clue, ...]
    priors: Mapping[str, Mapping[Cause, float]] = field(default_factory=dict)
