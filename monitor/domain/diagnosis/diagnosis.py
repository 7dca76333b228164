"""Weighing the known facts: the causes of an alert, likeliest first."""

from dataclasses import dataclass

from monitor.domain.diagnosis.case import Case
from monitor.domain.diagnosis.cause import Cause
from monitor.domain.diagnosis.clue import Clue, Table

THIN_SHARE = 0.5
"""A leading cause that is not likelier than all others together cannot be relied on."""

THIN_FACTS = 2
"""One fact alone can be chance."""

_VERY_LIKELY = 0.8
_MOST_SURE = 0.99
_FACTS_TOLD = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedCause:
    """A cause, the sum of its weights, its share (0-1) of all likelihood, and all facts that hold."""

    cause: Cause
    weight: float
    share: float
    known: tuple[Clue, ...]

    @property
    def speaks_for(self) -> tuple[Clue, ...]:
        """The facts for it, the weightiest first."""
        return _speaking(self.known, self.cause, sign=1)

    @property
    def speaks_against(self) -> tuple[Clue, ...]:
        """The facts against it, the weightiest first."""
        return _speaking(self.known, self.cause, sign=-1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The causes of an alert, likeliest first; never fewer than two.

    `facts` counts the known facts that favour the first: those for it, and those against another but not
    against it.
    """

    causes: tuple[RankedCause, ...]
    facts: int

    @property
    def first(self) -> RankedCause:
        """The likeliest cause."""
        return self.causes[0]

    @property
    def runner_up(self) -> RankedCause:
        """The second likeliest."""
        return self.causes[1]

    @property
    def is_thin(self) -> bool:
        """Whether too little is known to rely on it."""
        return self.first.share < THIN_SHARE or self.facts < THIN_FACTS

    def share_of(self, cause: Cause) -> float:
        """Return the share (0-1) of a cause; 0 when it is not the first, or too little is known."""
        return self.first.share if self.first.cause is cause and not self.is_thin else 0.0

    @property
    def cause(self) -> str:
        """The annotation `cause`: likeliest first, how sure, the runner-up, and why."""
        first, second = self.first, self.runner_up
        text = (
            f"{self._sureness('perhaps', 'likely', 'very likely')} {first.cause.words} ({_percent(first)}), "
            f"next {second.cause.words} ({_percent(second)})"
        )
        if first.speaks_for:
            text += f"; because {_join(first.speaks_for)}"
        if first.speaks_against:
            text += f"; but {_join(first.speaks_against)}"
        return f"evidence is thin: {text}" if self.is_thin else text

    @property
    def cause_zh(self) -> str:
        """The annotation `cause_zh`: the same in Chinese."""
        first, second = self.first, self.runner_up
        text = (
            f"{self._sureness('也许是', '可能是', '很可能是')}{first.cause.words_zh}（{_percent(first)}），"
            f"其次{second.cause.words_zh}（{_percent(second)}）"
        )
        if first.speaks_for:
            text += f"；依据：{_join_zh(first.speaks_for)}"
        if first.speaks_against:
            text += f"；但{_join_zh(first.speaks_against)}"
        return f"依据不足：{text}" if self.is_thin else text

    def _sureness(self, perhaps: str, likely: str, very_likely: str) -> str:
        if self.is_thin:
            return perhaps
        return very_likely if self.first.share >= _VERY_LIKELY else likely


def weigh_causes(table: Table, alertname: str, case: Case) -> Diagnosis:
    """Return the diagnosis of `case` by `table`.

    A cause's weight is its prior for that alert and the weights of all clues that hold. Its share is
    2**weight over the sum of 2**weight of all causes: weights are odds in powers of two, taken as
    independent of each other. Equal weights are ranked in the order of Cause.
    """
    holding = tuple(clue for clue in table.clues if clue.holds(case))
    priors = table.priors.get(alertname, {})
    weights = {
        cause: priors.get(cause, 0.0) + sum(clue.weights.get(cause, 0.0) for clue in holding)
        for cause in table.causes
    }
    total = sum(2.0**weight for weight in weights.values())
    order = list(Cause)
    ranked = sorted(weights, key=lambda cause: (-weights[cause], order.index(cause)))
    return Diagnosis(
        causes=tuple(
            RankedCause(
                cause=cause,
                weight=weights[cause],
                share=2.0 ** weights[cause] / total,
                known=holding,
            )
            for cause in ranked
        ),
        facts=sum(_sets_apart(clue, ranked[0]) for clue in holding),
    )


def _sets_apart(clue: Clue, first: Cause) -> bool:
    own = clue.weights.get(first, 0.0)
    return own > 0 or (own == 0 and any(weight < 0 for weight in clue.weights.values()))


def _speaking(clues: tuple[Clue, ...], cause: Cause, *, sign: int) -> tuple[Clue, ...]:
    speaking = [clue for clue in clues if sign * clue.weights.get(cause, 0.0) > 0]
    return tuple(sorted(speaking, key=lambda clue: -abs(clue.weights[cause])))


def _percent(ranked: RankedCause) -> str:
    # The weights are rough, so their sums never show certainty.
    return f"{min(max(ranked.share, 1 - _MOST_SURE), _MOST_SURE):.0%}"


def _join(clues: tuple[Clue, ...]) -> str:
    return ", ".join(clue.words for clue in clues[:_FACTS_TOLD])


def _join_zh(clues: tuple[Clue, ...]) -> str:
    return "，".join(clue.words_zh for clue in clues[:_FACTS_TOLD])
