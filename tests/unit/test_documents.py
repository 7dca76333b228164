"""Documents name only what exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?")
ENDINGS = (".py", ".md", ".yaml", ".toml", ".txt", ".sql", ".in")
DECISIONS = (ROOT / "docs/decisions").glob("*.md")
MADE_LATER = ("var/", ".venv")
"""Folders that commands make."""


def paths_in(text: str) -> list[str]:
    """Return what a document names in code marks that can only be a path."""
    names = [name for name in CODE.findall(text) if PATH.fullmatch(name) and not name.startswith(MADE_LATER)]
    return [name for name in names if "/" in name or name.endswith(ENDINGS)]


def is_there(name: str, folders: list[str]) -> bool:
    """Tell whether a path exists in the checkout, in the package, or in a folder that was named before."""
    return any((ROOT / folder / name).exists() for folder in ("", "monitor", *folders))


def missing_paths(text: str) -> list[str]:
    """Return the paths that lead nowhere; a bare file name may stand in a folder of its paragraph."""
    missing = []
    for paragraph in text.split("\n\n"):
        names = paths_in(paragraph)
        folders = [str(Path("monitor", name).parent) for name in names]
        folders += [str(Path("monitor", name)) for name in names if name.endswith("/")]
        missing += [name for name in names if not is_there(name, folders)]
    return missing


GUIDES = [
    "CONTRIBUTING.md",
    "docs/architecture.md",
    "docs/dependencies.md",
    *sorted(f"docs/decisions/{path.name}" for path in DECISIONS),
]


@pytest.mark.parametrize("name", GUIDES)
def test_every_path_that_guides_name_exists(name: str) -> None:
    """A newcomer who follows a path finds a file or a folder there."""
    assert missing_paths((ROOT / name).read_text(encoding="utf-8")) == []


def test_a_path_that_moved_is_reported() -> None:
    """Full paths and file names within a folder are both looked up."""
    text = (
        "In `domain/alerts/`, `lifecycle.py` and `gone.py`; `domain/lifecycle.py`; not `make check` or `now`."
    )
    assert missing_paths(text) == ["gone.py", "domain/lifecycle.py"]


def glossary() -> list[tuple[str, str]]:
    """Return the words of the glossary with the names that they have in the code."""
    lines = (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [(row[0], row[2]) for row in rows if row[0] != "word" and not row[0].startswith("---")]


def test_every_name_in_the_glossary_is_in_the_code() -> None:
    """The last column names classes and modules of the package."""
    package = sorted((ROOT / "monitor").rglob("*.py"))
    code = "\n".join(path.read_text(encoding="utf-8") for path in package)
    known = {*re.findall(r"^class (\w+)", code, re.MULTILINE), *(path.stem for path in package)}
    known |= {path.parent.name for path in package}
    named = {name for _, names in glossary() for name in CODE.findall(names)}
    assert named - known == set()


def test_the_glossary_defines_each_word_once() -> None:
    """One word has one meaning."""
    words = [word for word, _ in glossary()]
    assert sorted(words) == sorted(set(words))
