"""The configuration in force, as people read it."""

import json
import re
from collections.abc import Iterator
from enum import Enum

from pydantic import SecretStr

from monitor.config.durations import format_duration
from monitor.config.schema import is_marked, section_in
from monitor.config.section import Place, Section, key_of
from monitor.config.settings import Settings
from monitor.config.sources import scalar_value
from monitor.config.values import IsSecret
from monitor.config.yaml_nodes import Scalar

_COMMENT_COLUMN = 42
_WORDS = {None: "null", True: "true", False: "false"}
_PLAIN = re.compile(r"[A-Za-z0-9_./-]([A-Za-z0-9_./:@%+-]*[A-Za-z0-9_./@%+-])?", re.ASCII)
"""Text that means the same to YAML without quotes, but for numbers and words such as `true`."""


def describe(settings: Settings) -> str:
    """Return every setting as YAML, with a comment where it was written when it is no default.

    Of secrets it only says whether they are set. Without secrets, `load_settings` reads it back
    as the same settings.
    """
    return "".join(f"{line}\n" for line in _section(settings, settings, (), 0))


def _section(section: Section, settings: Settings, place: Place, depth: int) -> Iterator[str]:
    for name, field in type(section).model_fields.items():
        key, value = key_of(name), getattr(section, name)
        inner = (*place, key)
        margin = "  " * depth
        if isinstance(value, Section):
            yield f"{margin}{key}:"
            yield from _section(value, settings, inner, depth + 1)
        elif is_marked(field, IsSecret):
            yield _with_origin(f"{margin}# {key}: {'unset' if value is None else 'set'}", settings, inner)
        elif value is None:
            # Not `null`: an optional section may hold secrets, which are only told of when it is there.
            yield f"{margin}# {key}: unset"
        elif section_in(field) is not None:
            yield from _list(f"{margin}{key}:", value, settings, inner)
        else:
            yield _with_origin(f"{margin}{key}: {_written(name, value)}", settings, inner)


def _list(head: str, sections: tuple[Section, ...], settings: Settings, place: Place) -> Iterator[str]:
    yield _with_origin(head if sections else f"{head} []", settings, place)
    margin = " " * (len(head) - len(head.lstrip()) + 2)
    for number, section in enumerate(sections):
        given = [name for name in type(section).model_fields if name in section.model_fields_set]
        secrets = [name for name in given if is_marked(type(section).model_fields[name], IsSecret)]
        pairs = _pairs(section)
        told = "".join(f"  # {key_of(name)}: set" for name in secrets)
        yield _with_origin(f"{margin}- {{{', '.join(pairs)}}}{told}", settings, (*place, number))


def _pairs(section: Section) -> list[str]:
    """Return what was given of a section in a list, without its secrets."""
    fields = type(section).model_fields
    return [
        f"{key_of(name)}: {_written(name, getattr(section, name))}"
        for name, field in fields.items()
        if name in section.model_fields_set and not is_marked(field, IsSecret)
    ]


def _with_origin(line: str, settings: Settings, place: Place) -> str:
    origin = settings.origin_of(place)
    return line if origin is None else f"{line:<{_COMMENT_COLUMN}}  # {origin}"


def _written(name: str, value: object) -> str:
    if isinstance(value, tuple | list) and not hasattr(value, "_fields"):
        return f"[{', '.join(_written(name, item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_text(key)}: {_written(name, item)}' for key, item in value.items())}}}"
    if isinstance(value, Section):
        return f"{{{', '.join(_pairs(value))}}}"
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, int | float):
        return format_duration(value) if name.endswith("_s") else f"{value:.12g}"
    assert not isinstance(value, SecretStr)  # noqa: S101 - the last barrier before a secret is printed
    return _text(value.value if isinstance(value, Enum) else str(value))


def _text(value: str) -> str:
    is_same = scalar_value(Scalar(value, is_plain=True, line=1)) == value
    return value if is_same and _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
