"""Content negotiation (RFC 9110, section 12.5)."""

from collections.abc import Sequence


def preferred(field: str, choices: Sequence[str]) -> str:
    """Return the one of `choices` that an Accept or Accept-Language field likes best.

    The first where the field is empty, likes none of them or several alike. `zh-CN` in the field speaks
    for the choice `zh`, `text/*` and `*` for whatever they cover.
    """
    weights = dict(map(_weighted, field.lower().split(",")))
    return max(choices, key=lambda choice: _weight(choice, weights))


def _weighted(part: str) -> tuple[str, float]:
    name, _, parameters = part.partition(";")
    for parameter in parameters.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            return name.strip(), _number(value.strip())
    return name.strip(), 1.0


def _number(text: str) -> float:
    # Three decimals are the most that the form allows; anything else is no weight at all.
    digits = text.replace(".", "", 1)
    return float(text) if digits.isascii() and digits.isdecimal() and len(digits) <= 4 else 0.0  # noqa: PLR2004


def _weight(choice: str, weights: dict[str, float]) -> float:
    if choice in weights:
        return weights[choice]
    narrower = [weight for name, weight in weights.items() if name.startswith(f"{choice}-")]
    if narrower:
        return max(narrower)
    kind = choice.partition("/")[0]
    return next((weights[wider] for wider in (f"{kind}/*", "*/*", "*") if wider in weights), 0.0)
