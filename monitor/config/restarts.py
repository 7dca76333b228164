"""Which settings a reload changes, and which need a restart."""

from collections.abc import Iterator

from monitor.config.schema import fields_of, holds_list, is_marked, section_in
from monitor.config.section import Section, key_of
from monitor.config.settings import Settings
from monitor.config.values import AtReload

DIALECTS = ("dialects", "files")


def restart_keys(model: type[Section] = Settings, prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the keys of every setting that is not marked as `AtReload`, nor stands in a section so marked."""
    for key, field in fields_of(model).items():
        section = section_in(field)
        if is_marked(field, AtReload):
            continue
        if section is None or holds_list(field):
            yield (*prefix, key)
        else:
            yield from restart_keys(section, (*prefix, key))


def restart_needed(at_start: Settings, now: Settings) -> list[str]:
    """Return the dotted names of settings that differ from those at the start and need a restart.

    `dialects.files` differs as well when only the content of such a file does.
    """
    return [
        ".".join(keys)
        for keys in restart_keys()
        if _value(at_start, keys) != _value(now, keys)
        or (keys == DIALECTS and at_start.response_codes() != now.response_codes())
    ]


def _value(settings: Settings, keys: tuple[str, ...]) -> object:
    """Return the value of a setting, None where its section is not set."""
    found: object = settings
    for key in keys:
        if isinstance(found, Section):
            found = getattr(found, next(name for name in type(found).model_fields if key_of(name) == key))
    return found
