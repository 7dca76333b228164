"""Which alerts a silence or a window is about."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.domain.calendars.planned_window import MATCH_KEYS
from monitor.domain.card_number import contains_card_number
from monitor.domain.errors import Fault, InvalidAction

MOST_VALUES = 1_000
LONGEST_VALUE = 256

_NAMING = frozenset({"alertname", "category"})


@dataclass(frozen=True, slots=True)
class Matcher:
    """Matches the alerts whose labels have one of the values of every key; without keys, every alert."""

    terms: Mapping[str, tuple[str, ...]]

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Tell whether an alert with these labels matches."""
        return all(labels.get(key, "") in values for key, values in self.terms.items())

    @property
    def names_alerts(self) -> bool:
        """Whether it says which alerts it means: only then it also holds security alerts."""
        return not _NAMING.isdisjoint(self.terms)

    @property
    def narrowest(self) -> str:
        """The narrowest key it has, "" when it has none."""
        return next((key for key in MATCH_KEYS if key in self.terms), "")

    def __str__(self) -> str:
        """Return it for people: `region=east, model=N910|N920`."""
        parts = (f"{key}={'|'.join(self.terms[key])}" for key in MATCH_KEYS if key in self.terms)
        return ", ".join(parts) or "everything"


def read_matcher(written: object, *, source: str = "request", field: str = "match") -> Matcher:
    """Read `{"region": "east", "model": ["N910", "N920"]}`; raises InvalidAction with every fault."""
    if not isinstance(written, dict):
        raise InvalidAction([Fault(source=source, field=field, reason="is not an object of keys and values")])
    faults, terms = [], {}
    for key, value in written.items():
        values = tuple(value) if isinstance(value, list) else (value,)
        reason = _fault_of(str(key), values)
        if reason:
            faults.append(Fault(source=source, field=f"{field}.{str(key)[:LONGEST_VALUE]}", reason=reason))
        else:
            terms[str(key)] = values
    if faults:
        raise InvalidAction(faults)
    return Matcher(terms)


def _fault_of(key: str, values: tuple[object, ...]) -> str:
    if key not in MATCH_KEYS:
        return f"is no key of a match; it has {', '.join(MATCH_KEYS)}"
    if not values:
        return "names no value"
    if len(values) > MOST_VALUES:
        return f"names more than {MOST_VALUES} values"
    if not all(isinstance(value, str) and 0 < len(value) <= LONGEST_VALUE for value in values):
        return f"is not a text of 1 to {LONGEST_VALUE} characters, or a list of such texts"
    return next(filter(None, (fault_of_text(str(value)) for value in values)), "")


def fault_of_text(text: str) -> str:
    """Return why a text is not taken, "" when it is; the phrase quotes nothing of it.

    Texts of people go to logs, pages and receivers, and are kept for years.
    """
    if contains_card_number(text):
        return "holds what looks like a card number; no card number belongs here"
    return "" if text.isprintable() else "holds a line break or another character that cannot be shown"
