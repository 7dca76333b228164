"""Which keys the configuration has, read off its models."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo

from monitor.config.section import Place, Section, key_of


def fields_of(model: type[Section]) -> dict[str, FieldInfo]:
    """Return the fields of a section by their key."""
    return {key_of(name): field for name, field in model.model_fields.items()}


def section_in(field: FieldInfo) -> type[Section] | None:
    """Return the section that a field holds or holds a list of, None when it holds values."""
    return next((kind for kind in _kinds(field.annotation) if _is_section(kind)), None)


def holds_list(field: FieldInfo) -> bool:
    """Tell whether a field's value is a list."""
    return get_origin(field.annotation) is tuple


def is_marked(field: FieldInfo, mark: type[object]) -> bool:
    """Tell whether a field's type carries a mark such as `IsSecret`."""
    found = [*field.metadata, *_kinds(field.annotation)]
    return any(isinstance(entry, mark) for entry in found)


def takes(field: FieldInfo, *kinds: type[object]) -> bool:
    """Tell whether the type written for a field is one of `kinds`, annotations aside."""
    return any(get_origin(kind) in kinds or kind in kinds for kind in _kinds(field.annotation))


def model_at(model: type[Section], place: Place) -> type[Section] | None:
    """Return the section that stands at `place` below `model`, None when there is none."""
    found: type[Section] | None = model
    for part in place:
        if isinstance(part, str):
            field = fields_of(found).get(part) if found else None
            found = section_in(field) if field else None
    return found


def keys_below(
    model: type[Section], prefix: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], FieldInfo]]:
    """Yield every setting that is no section, with its keys; those inside lists are left out."""
    for key, field in fields_of(model).items():
        section = section_in(field)
        if section is None or holds_list(field):
            yield (*prefix, key), field
        else:
            yield from keys_below(section, (*prefix, key))


def _is_section(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Section)


def _kinds(annotation: object) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from _kinds(part)
