"""Numbers as the documents write them."""

from bench.figures import Target

TIMES = "\N{MULTIPLICATION SIGN}"
UNITS = {"us": "µs", "x": ""}


def amount(value: float) -> str:
    """Return a number with three digits or so: `0.25`, `3.4`, `14.4`, `107`, `1 402`."""
    size = abs(value)
    if size >= 99.95 or value == 0:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.1f}" if size >= 0.995 else f"{value:.2f}"


def with_unit(words: str, unit: str) -> str:
    """Return a figure's name with its unit behind it; ratios and counts have none."""
    shown = UNITS.get(unit, unit)
    return f"{words}, {shown}" if shown else words


def bound(target: Target | None) -> str:
    """Return what is aimed at: `at most 3`."""
    if target is None:
        return ""
    return f"{'at least' if target.at_least else 'at most'} {amount_of_target(target.value)}"


def amount_of_target(value: float) -> str:
    """Return a bound without digits it was not set with: `1.5`, `3`, `10 000`."""
    return f"{value:,g}".replace(",", " ")
