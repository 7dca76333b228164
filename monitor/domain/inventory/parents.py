"""What a terminal hangs on, as an inventory says it: lines, routers, carriers."""

import re

MOST_PARENTS = 16
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}", re.ASCII)


class BadParents(ValueError):
    """The text names no parents; `str()` says why in posmon's words."""


def parse_parents(text: str) -> tuple[str, ...]:
    """Read `line-7;carrier-east`: at most MOST_PARENTS names, none of them twice; raises BadParents."""
    names = tuple(name.strip() for name in text.split(";")) if text.strip() else ()
    if not all(map(_NAME.fullmatch, names)):
        raise BadParents("must be names of at most 63 letters, digits, '.', '-' and '_', with ; between them")
    if len(set(names)) < len(names):
        raise BadParents("names a parent twice")
    if len(names) > MOST_PARENTS:
        raise BadParents(f"names more than {MOST_PARENTS} parents")
    return names
