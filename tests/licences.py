"""The licences of what posmon needs to run, as the packages' own metadata state them.

`python -m tests.licences >docs/licences.md` writes the list anew.
"""

from importlib.metadata import metadata
from pathlib import Path

from tests.house import pins

ROOT = Path(__file__).parents[1]
_LONGEST_NAME = 60

_HEAD = """# Licences

What is installed with posmon, directly or because something else needs it, and under which licence, as
each package's own metadata state it. A test holds this list to the pins in `requirements.txt`;
`python -m tests.licences >docs/licences.md` writes it anew. `make sbom` writes the same as a
CycloneDX bill of materials.

| package | licence |
|---|---|
"""


def licence_of(package: str) -> str:
    """Return an installed package's licence: the expression, else its classifiers, else its first line."""
    stated = metadata(package)
    if "License-Expression" in stated:
        return stated["License-Expression"]
    classifiers = stated.get_all("Classifier") or []
    named = [text.rpartition(" :: ")[2] for text in classifiers if text.startswith("License ::")]
    text = stated["License"] if "License" in stated else "not stated"  # noqa: SIM401 - no mapping
    return ", ".join(named) or text.splitlines()[0][:_LONGEST_NAME]


def page() -> str:
    """Return the list as docs/licences.md has it."""
    rows = (f"| `{package}` | {licence_of(package)} |\n" for package in pins(ROOT / "requirements.txt"))
    return _HEAD + "".join(rows)


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - the page is the output
