"""Chance that repeats itself: numbers unrelated to the look of those they are made from."""

_MASK = 2**64 - 1


def mixed(number: int) -> int:
    """Return 64 bits that follow from `number` alone (the finish of SplitMix64)."""
    number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    number = (number ^ (number >> 27)) * 0x94D049BB133111EB & _MASK
    return number ^ (number >> 31)
