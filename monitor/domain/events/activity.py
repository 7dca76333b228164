"""Summaries of the events of a terminal, a card or a source, as a diagnosis needs them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.domain.events.response_codes import CodeCategory
from monitor.domain.instant import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The outcomes of a terminal's transactions in a span of time.

    `codes` has the response codes as they came with their counts, most frequent first. Cards are counted
    where a card token was given: `cards` distinct ones, `wrong_pin_cards` those with a wrong PIN,
    `faulty_cards` those with a PIN-data or key fault, `recovered_cards` those approved after a wrong PIN.
    `gap_s` is the median time between two wrong PINs, None with fewer than two.
    """

    transactions: int = 0
    codes: tuple[tuple[str, int], ...] = ()
    categories: Mapping[CodeCategory, int] = field(default_factory=dict)
    cards: int = 0
    wrong_pin_cards: int = 0
    faulty_cards: int = 0
    recovered_cards: int = 0
    gap_s: float | None = None

    def count(self, *categories: CodeCategory) -> int:
        """Return how many transactions were of one of these categories."""
        return sum(self.categories.get(category, 0) for category in categories)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardActivity:
    """Wrong PINs of one card in the last day: `span_s` from the first to the last of them.

    `occasions` are those between which half an hour or more has passed.
    """

    tries: int = 0
    occasions: int = 0
    terminals: tuple[str, ...] = ()
    span_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventActivity:
    """A terminal's events: `recent` of the last minutes up to the latest event, `day` of the last 24 h.

    `failing` is of the minutes up to the latest wrong PIN, PIN-data or key fault: an alert on failing PINs
    can still be explained when customers pay again. `wrong_pin_run` counts the wrong PINs since the last
    approved transaction. `most_tried` is the card with most wrong PINs among those that had one here
    recently, on whichever terminals it had them. `operators` are those who signed on in the last day,
    `new_operators` those of them never seen here before, `failed_log_ins` of the last day. `serials` and
    `endpoints` are how many serial numbers and places were seen under this id in the last day.
    `network_incident` describes the present one, "" while there is none.
    """

    recent: Tally = Tally()
    failing: Tally = Tally()
    day: Tally = Tally()
    wrong_pin_run: int = 0
    last_approved: Instant | None = None
    last_event: Instant | None = None
    most_tried: CardActivity = CardActivity()
    operators: tuple[str, ...] = ()
    new_operators: tuple[str, ...] = ()
    failed_log_ins: int = 0
    serials: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    network_incident: str = ""
