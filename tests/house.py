"""Rules of the house, as functions from a tree of files to the faults found in it."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

MODULE_LINES = 400
FUNCTION_LINES = 50
BANNED_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"})
NOT_OURS = frozenset({".git", ".venv", "var", "build", "dist", "__pycache__"})
REQUIREMENTS = {"requirements.txt": "", "requirements-notify.txt": "notify", "requirements-dev.txt": "dev"}
"""Each file of pins, and the extra whose dependencies it holds beside those that posmon runs with."""

REGISTRY = re.compile(
    r"--(?:extra-)?index-url"
    r"|\b(?:pypi|pythonhosted|npmjs|crates)\.(?:org|com|io)\b"
    r"|https?://\S+/(?:simple|packages/[0-9a-f]{2})/"
)
LINK = re.compile(r"\]\(([^)#\s]+)")
PINNED = re.compile(r"[a-z0-9-]+==\S+(?: ; [^\n]+?)?(?: +--hash=sha256:[0-9a-f]{64})+")


def files_of(root: Path) -> Iterator[Path]:
    """Yield every file of the project under `root`, leaving out what tools made."""
    for path in sorted(root.iterdir()):
        if path.name in NOT_OURS or path.name.endswith("_cache") or path.name == ".hypothesis":
            continue
        if path.is_dir():
            yield from files_of(path)
        else:
            yield path


def registry_hosts(root: Path) -> list[str]:
    """Name the files that tie the project to one package registry."""
    return [
        f"{path.relative_to(root)}: {found.group()}"
        for path in files_of(root)
        if (found := REGISTRY.search(path.read_text(encoding="utf-8", errors="replace")))
    ]


def _entries(requirements: Path) -> list[str]:
    text = requirements.read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def unpinned(root: Path) -> list[str]:
    """Name the requirements without exact version and hash, or that come with an option or a URL."""
    return [
        f"{path.name}: {entry[:60]}"
        for path in sorted(root.glob("requirements*.txt"))
        for entry in _entries(path)
        if not PINNED.fullmatch(entry)
    ]


def declared(root: Path, extra: str) -> list[Requirement]:
    """Return the dependencies that pyproject.toml declares, those of an extra too unless it is empty."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    more = project["optional-dependencies"].get(extra, [])
    return [Requirement(text) for text in project["dependencies"] + more]


def pins(requirements: Path) -> dict[str, str]:
    """Return the exact release of each package that a file pins."""
    return dict(entry.split()[0].split("==", 1) for entry in _entries(requirements))


def unlocked(root: Path) -> list[str]:
    """Name the dependencies without a pin in the declared range, and pins that differ between the files."""
    pinned = {name: pins(root / name) for name in REQUIREMENTS}
    faults = [
        f"{name}: {wanted}"
        for name, extra in REQUIREMENTS.items()
        for wanted in declared(root, extra)
        if not wanted.specifier.contains(pinned[name].get(wanted.name, "0"))
    ]
    dev = pinned.pop("requirements-dev.txt")
    return faults + [
        f"{name}: {pin} and {dev.get(name)}"
        for pins_of_users in pinned.values()
        for name, pin in pins_of_users.items()
        if dev.get(name) != pin
    ]


def undocumented_dependencies(root: Path) -> list[str]:
    """Name the dependencies without a full row in docs/dependencies.md, and the rows without a dependency.

    A row is `| name | what for | licence | why it is kept |`.
    """
    lines = (root / "docs/dependencies.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines if "|" in line]
    rows = {row[0].strip("`"): row[1:] for row in cells if row[0].startswith("`")}
    names = {wanted.name for wanted in declared(root, "dev")}
    missing = [name for name in names if len([cell for cell in rows.get(name, []) if cell]) < 3]
    return sorted(missing) + sorted(f"{name}: not a dependency" for name in rows.keys() - names)


def dead_links(root: Path) -> list[str]:
    """Name the links in documents that lead to no file."""
    return [
        f"{path.relative_to(root)}: {link}"
        for path in files_of(root)
        if path.suffix == ".md"
        for link in LINK.findall(path.read_text(encoding="utf-8"))
        if "://" not in link and not (path.parent / link).exists()
    ]


def second_versions(root: Path, version: str) -> list[str]:
    """Name the places beside monitor/__init__.py that state the version again."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    again = [] if "version" in project["dynamic"] and "version" not in project else ["pyproject.toml"]
    return again + [
        str(path.relative_to(root))
        for path in sorted((root / "monitor").rglob("*.py"))
        if path != root / "monitor/__init__.py"
        and re.search(rf"__version__\s*=|[\"']{re.escape(version)}[\"']", path.read_text(encoding="utf-8"))
    ]


def long_modules(root: Path) -> list[str]:
    """Name the modules of the package that have more than MODULE_LINES lines."""
    return [
        f"{path.relative_to(root)}: {lines} lines"
        for path in sorted((root / "monitor").rglob("*.py"))
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MODULE_LINES
    ]


def long_functions(root: Path) -> list[str]:
    """Name the functions of the package that have more than FUNCTION_LINES lines."""
    return [
        f"{path.relative_to(root)}:{node.lineno} {node.name}: {lines} lines"
        for path in sorted((root / "monitor").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]


def vague_names(root: Path) -> list[str]:
    """Name the modules and packages whose name says nothing about what is in them."""
    return [
        str(path.relative_to(root))
        for room in ("monitor", "tests", "bench", "dashboards")
        for path in sorted((root / room).rglob("*"))
        if path.stem in BANNED_NAMES and (path.suffix == ".py" or path.is_dir())
    ]
