"""Work on a whole fleet in steps, so that other tasks run in between."""

from collections.abc import Generator, Iterable, Iterator
from itertools import islice
from typing import TypeVar

Result = TypeVar("Result")
Item = TypeVar("Item")

Steps = Generator[None, None, Result]
"""Work that stops after each step, at most PART items further on, and returns what it was for."""

PART = 512
"""To look at so many terminals takes about a millisecond; no poll should wait much longer than that."""


def parts(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield `items` in lists of at most PART."""
    iterator = iter(items)
    while part := list(islice(iterator, PART)):
        yield part


def at_once(work: Steps[Result]) -> Result:
    """Do all the steps one after the other and return the result."""
    while True:
        try:
            next(work)
        except StopIteration as ended:
            result: Result = ended.value
            return result
