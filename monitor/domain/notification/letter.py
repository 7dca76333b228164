"""A message that is about no alert, such as a summary."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a receiver gets: `title` is one line, `text` the whole as plain text, `html` the same as HTML.

    `key` names it: sent again, it has the same. `document` is what a webhook gets besides these.
    """

    key: str
    title: str
    text: str
    html: str
    document: Mapping[str, object]
