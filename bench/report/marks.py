"""Blocks of a document between marks, which a program writes: `<!-- bench: NAME -->` to `<!-- end -->`."""

import re
from collections.abc import Mapping

_BLOCK = re.compile(r"(<!-- bench: (?P<name>[\w -]+) -->\n)(?P<body>.*?)(<!-- end -->)", re.DOTALL)


class NoSuchBlock(LookupError):
    """A document has no block of that name."""


def blocks(text: str) -> dict[str, str]:
    """Return what stands in each block of a document."""
    return {found["name"]: found["body"] for found in _BLOCK.finditer(text)}


def rewritten(text: str, bodies: Mapping[str, str]) -> str:
    """Return a document with the blocks of `bodies` replaced and everything else as it was.

    Raises NoSuchBlock when it lacks one of them.
    """
    if lacking := set(bodies) - set(blocks(text)):
        raise NoSuchBlock(", ".join(sorted(lacking)))

    def replace(found: re.Match[str]) -> str:
        body = bodies.get(found["name"], found["body"])
        return f"{found[1]}{body}{found[4]}"

    return _BLOCK.sub(replace, text)
