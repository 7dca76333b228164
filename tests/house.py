"""Rules of the house, as functions from a tree of files to the faults found in it."""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from packaging.requirements import Requirement

from tests.house_exceptions import (
    LARGE_CLASSES,
    PATCHES,
    SHARED_NAMES,
    TESTED_ELSEWHERE,
    TESTS_OF_NO_MODULE,
    Elsewhere,
)

CLASS_LINES = 200
CLASS_METHODS = 15
FUNCTION_LINES = 50
MIRRORED_ROOMS = frozenset({"domain", "cli", "web"})
TYPE_NAME = re.compile(r"[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*")
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


def _modules(root: Path) -> Iterator[tuple[str, ast.Module]]:
    """Yield the path below `root` and the tree of every module of the package."""
    for path in sorted((root / "monitor").rglob("*.py")):
        yield path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def _length(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _methods(node: ast.ClassDef) -> int:
    """Return how many methods a class has beside those that Python names, such as `__init__`."""
    names = [one.name for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    return len([name for name in names if not (name.startswith("__") and name.endswith("__"))])


def large_classes(root: Path, excused: Mapping[str, str] = LARGE_CLASSES) -> list[str]:
    """Name the classes of the package beyond CLASS_LINES or CLASS_METHODS that are not excused."""
    return [
        f"{path} {node.name}: {_length(node)} lines, {_methods(node)} methods"
        for path, tree in _modules(root)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and (_length(node) > CLASS_LINES or _methods(node) > CLASS_METHODS)
        and node.name not in excused
    ]


def shared_names(root: Path, excused: Mapping[str, str] = SHARED_NAMES) -> list[str]:
    """Name the public classes and type aliases that two modules of the package define."""
    homes: dict[str, list[str]] = {}
    for path, tree in _modules(root):
        for name in _public_types(tree):
            homes.setdefault(name, []).append(path)
    return [
        f"{name}: {', '.join(paths)}"
        for name, paths in homes.items()
        if len(paths) > 1 and name not in excused
    ]


def _public_types(tree: ast.Module) -> Iterator[str]:
    """Yield the classes and aliases that a module defines for others; type variables are its own affair."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            is_variable = isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "TypeVar"
            if TYPE_NAME.fullmatch(name) and not is_variable:
                yield name


def homeless_tests(root: Path, excused: Mapping[str, str] = TESTS_OF_NO_MODULE) -> list[str]:
    """Name the test modules below a room of tests/unit that are called like no module or package there."""
    return [
        name
        for path in sorted((root / "tests/unit").rglob("test_*.py"))
        if (name := path.relative_to(root / "tests/unit").as_posix()).count("/")
        and not _is_mirrored(root, path)
        and name not in excused
    ]


def _is_mirrored(root: Path, test: Path) -> bool:
    room = test.parent.relative_to(root / "tests/unit")
    subject = root / "monitor" / room / test.stem.removeprefix("test_")
    return subject.is_dir() or subject.with_suffix(".py").is_file()


def untested_modules(root: Path, elsewhere: Mapping[str, Elsewhere] = TESTED_ELSEWHERE) -> list[str]:
    """Name the modules of MIRRORED_ROOMS with logic that have no unit test and no row in `elsewhere`."""
    return [
        path
        for path, tree in _modules(root)
        if path.split("/")[1] in MIRRORED_ROOMS
        and _has_logic(tree)
        and not (root / _unit_test_of(path)).is_file()
        and path.removeprefix("monitor/") not in elsewhere
    ]


def _unit_test_of(path: str) -> str:
    room, _, module = path.removeprefix("monitor/").rpartition("/")
    return f"tests/unit/{room}/test_{module}"


def _has_logic(tree: ast.Module) -> bool:
    """Tell whether a module has a function that does more than return a constant or raise."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return any(_does_something(function) for function in functions)


def _does_something(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    body = [
        node
        for node in function.body
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]
    return bool(body) and not isinstance(body[0], ast.Pass)


def patches(root: Path, excused: Mapping[str, str] = PATCHES) -> list[str]:
    """Name the test modules that replace what is not theirs: by `monkeypatch`, or by a private attribute."""
    found = (
        path.relative_to(root).as_posix()
        for path in sorted((root / "tests").rglob("*.py"))
        if any(map(_patches, ast.walk(ast.parse(path.read_text(encoding="utf-8")))))
    )
    return [path for path in found if path.removeprefix("tests/") not in excused]


def _patches(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr == "setattr"
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and node.attr.startswith("_")
        and not node.attr.startswith("__")
        and not (isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"})
    )


def idle_exceptions(root: Path) -> list[str]:
    """Name the entries of the tables of exceptions that excuse nothing (any more)."""
    large = {entry.split(" ")[1].rstrip(":") for entry in large_classes(root, {})}
    shared = {entry.partition(":")[0] for entry in shared_names(root, {})}
    homeless = set(homeless_tests(root, {}))
    untested = {path.removeprefix("monitor/") for path in untested_modules(root, {})}
    return [
        *sorted(LARGE_CLASSES.keys() - large),
        *sorted(SHARED_NAMES.keys() - shared),
        *sorted(TESTS_OF_NO_MODULE.keys() - homeless),
        *sorted(TESTED_ELSEWHERE.keys() - untested),
        *sorted(PATCHES.keys() - {path.removeprefix("tests/") for path in patches(root, {})}),
        *(
            f"{module}: no {elsewhere.test}"
            for module, elsewhere in TESTED_ELSEWHERE.items()
            if not (root / "tests" / elsewhere.test).exists()
        ),
    ]


def long_functions(root: Path) -> list[str]:
    """Name the functions of the package that have more than FUNCTION_LINES lines."""
    return [
        f"{path}:{node.lineno} {node.name}: {_length(node)} lines"
        for path, tree in _modules(root)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _length(node) > FUNCTION_LINES
    ]


def vague_names(root: Path) -> list[str]:
    """Name the modules and packages whose name says nothing about what is in them."""
    return [
        str(path.relative_to(root))
        for room in ("monitor", "tests", "bench", "dashboards")
        for path in sorted((root / room).rglob("*"))
        if path.stem in BANNED_NAMES and (path.suffix == ".py" or path.is_dir())
    ]
