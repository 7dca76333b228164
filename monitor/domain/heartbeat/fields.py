"""The fields of a heartbeat document, made from `Reading`: one table that reads, refuses and names them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from msgspec import Struct, inspect

from monitor.domain.heartbeat import spellings
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.heartbeat.spellings import Spelling

EVENTS = "events"
_NO_TIME = "not a time with an offset, such as 2026-11-21T01:00:00Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafField:
    """A field that is one value; `refusal` says what one that cannot be read is not."""

    refusal: str
    spelling: Spelling

    def read(self, written: object, unreadable: list[str]) -> object | None:
        """Return what was written, None when it cannot be read; then `unreadable` grows."""
        value = self.spelling(written)
        if value is None:
            unreadable.append(self.refusal)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class PartField:
    """A field that holds others: a component of the terminal."""

    refusal: str
    kind: type[Struct]
    fields: Mapping[str, LeafField]

    def read(self, written: object, unreadable: list[str]) -> Struct | None:
        """Return the component with what of it can be read, None when it is no object."""
        if type(written) is not dict:
            unreadable.append(self.refusal)
            return None
        return self.kind(**_values(self.fields, written, unreadable))


def read_fields(document: dict[str, Any]) -> tuple[Reading, list[str]]:
    """Return what of a document can be read, and for each field that cannot why not.

    A phrase begins with the field's dotted name: `battery.percent: not a number between 0 and 100`.
    `terminal_id` must be there, in its form.
    """
    unreadable: list[str] = []
    values = _values(_FIELDS, document, unreadable)
    if document.get(EVENTS) is not None and type(document[EVENTS]) is not list:
        unreadable.append(f"{EVENTS}: not a list")
    return Reading(**values), unreadable


def field_of(phrase: str) -> str:
    """Return the name of the field that a phrase of `read_fields` begins with."""
    return phrase.partition(":")[0]


def _values(
    fields: Mapping[str, LeafField | PartField], document: dict[str, Any], unreadable: list[str]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, field in fields.items():
        written = document.get(name)
        if written is not None:
            values[name] = field.read(written, unreadable)
    return values


def _spelling(kind: inspect.Type) -> tuple[Spelling, str]:
    """Return how a field of this type is read, and what it is not when it cannot be."""
    if isinstance(kind, inspect.Metadata):
        is_time = kind.extra_json_schema == {"format": "date-time"}
        return (spellings.moment, _NO_TIME) if is_time else _spelling(kind.type)
    match kind:
        case inspect.StrType(max_length=int(length)):
            return spellings.text_up_to(length), f"not printable text of at most {length} characters"
        case inspect.IntType(ge=int(low), le=int(high)):
            return (
                spellings.whole_number_between(low, high),
                f"not a whole number between {low} and {high}",
            )
        case inspect.FloatType(ge=low, le=high) if low is not None and high is not None:
            return spellings.number_between(low, high), f"not a number between {low:g} and {high:g}"
        case inspect.EnumType(cls=words):
            return spellings.word_of([*words]), f"not one of {' '.join(words)}"
    return _other_spelling(kind)


def _other_spelling(kind: inspect.Type) -> tuple[Spelling, str]:
    match kind:
        case inspect.BoolType():
            return spellings.flag, "not true or false"
        case inspect.VarTupleType(item_type=inspect.StrType(max_length=int(longest)), max_length=int(most)):
            return (
                spellings.words_up_to(most, longest),
                f"not a list of at most {most} printable texts of 1 to {longest} characters",
            )
    raise AssertionError(f"no spelling for {kind}")


def _table(fields: tuple[inspect.Field, ...], prefix: str = "") -> dict[str, LeafField | PartField]:
    table: dict[str, LeafField | PartField] = {}
    for field in fields:
        name = prefix + field.name
        kind = field.type.types[0] if isinstance(field.type, inspect.UnionType) else field.type
        if isinstance(kind, inspect.StructType):
            inner = _table(kind.fields, f"{name}.")
            values = {key: value for key, value in inner.items() if isinstance(value, LeafField)}
            table[field.name] = PartField(refusal=f"{name}: not an object", kind=kind.cls, fields=values)
        else:
            spelling, wanted = _spelling(kind)
            table[field.name] = LeafField(refusal=f"{name}: {wanted}", spelling=spelling)
    return table


def _names(fields: Mapping[str, LeafField | PartField]) -> list[str]:
    names = []
    for field in fields.values():
        names.append(field_of(field.refusal))
        names += _names(field.fields) if isinstance(field, PartField) else []
    return names


def _fields() -> dict[str, LeafField | PartField]:
    kind = inspect.type_info(Reading)
    assert isinstance(kind, inspect.StructType)  # noqa: S101 - tells mypy what Reading is
    return _table(kind.fields)


_FIELDS = _fields()
FIELD_NAMES: tuple[str, ...] = (*(name for name in _names(_FIELDS) if name != "terminal_id"), EVENTS)
"""What may be unreadable in a heartbeat that is taken: dotted names, in the order of the document."""
