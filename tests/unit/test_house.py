"""The project keeps the rules of its house, and each rule sees its breach."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

import monitor
from tests import house

ROOT = Path(__file__).parents[2]
HASH = "--hash=sha256:" + 64 * "0"
ROWS = "| `aiohttp` | a | b | c |\n| `ruff` | a | b | c |\n"


def second_versions(root: Path) -> list[str]:
    """Bind the rule to the version this project has."""
    return house.second_versions(root, monitor.__version__)


RULES = [
    house.registry_hosts,
    house.unpinned,
    house.unlocked,
    house.undocumented_dependencies,
    house.dead_links,
    second_versions,
    house.long_modules,
    house.long_functions,
    house.vague_names,
]


@pytest.mark.parametrize("rule", RULES)
def test_project_keeps_the_rule(rule: Callable[[Path], list[str]]) -> None:
    """The committed files hold no breach of any rule."""
    assert rule(ROOT) == []


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a small project that keeps every rule."""
    files = {
        "pyproject.toml": "[project]\ndynamic = ['version']\ndependencies = ['aiohttp>=3']\n"
        "optional-dependencies.dev = ['ruff>=0.15']\n",
        "requirements.txt": f"aiohttp==3.14.0 \\\n    {HASH} \\\n    {HASH}\n",
        "requirements-notify.txt": f"aiohttp==3.14.0 {HASH}\n",
        "requirements-dev.txt": f"aiohttp==3.14.0 {HASH}\nruff==0.15.1 ; os_name != 'x' {HASH}\n",
        "docs/dependencies.md": "| name | for |\n|---|---|\n" + ROWS,
        "docs/start.md": "[a](dependencies.md#to-run) [b](#here) [c](https://x.example/y)",
        "monitor/__init__.py": f'__version__ = "{monitor.__version__}"\n',
        "monitor/poll.py": "x = 1\n" * house.MODULE_LINES,
        "monitor/round.py": "def turn():\n" + "    x = 1\n" * (house.FUNCTION_LINES - 1),
        ".venv/pip.conf": f"--{'index'}-url\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("rule", RULES)
def test_rule_accepts_a_tidy_project(rule: Callable[[Path], list[str]], tree: Path) -> None:
    """A project at the very limits is not blamed."""
    assert rule(tree) == []


BREACHES = [
    ("a requirements file names an index", house.registry_hosts, "requirements.txt", f"--{'index'}-url x\n"),
    ("a document names a registry's host", house.registry_hosts, "docs/a.md", f"https://{'pypi'}.org/p/x"),
    (
        "a lock file names a download",
        house.registry_hosts,
        "a.lock",
        f"https://x.example/{'packages'}/ab/x.whl",
    ),
    ("a pin has no hash", house.unpinned, "requirements.txt", "aiohttp==3.14.0\n"),
    ("a hash is too short", house.unpinned, "requirements.txt", f"aiohttp==3.14.0 {HASH[:-1]}\n"),
    ("a version is a range", house.unpinned, "requirements.txt", f"aiohttp>=3.14.0 {HASH}\n"),
    (
        "a requirement comes from a URL",
        house.unpinned,
        "requirements-dev.txt",
        f"a @ https://x.example/a {HASH}\n",
    ),
    ("a requirements file sets an option", house.unpinned, "requirements-dev.txt", "--pre\n"),
    ("a dependency is not locked", house.unlocked, "requirements-dev.txt", f"aiohttp==3.14.0 {HASH}\n"),
    ("a pin is below the declared range", house.unlocked, "requirements.txt", f"aiohttp==2.9 {HASH}\n"),
    ("both files pin different versions", house.unlocked, "requirements.txt", f"aiohttp==3.15.0 {HASH}\n"),
    (
        "a dependency has no row",
        house.undocumented_dependencies,
        "docs/dependencies.md",
        "| `ruff` | a | b | c |\n",
    ),
    (
        "a row has an empty cell",
        house.undocumented_dependencies,
        "docs/dependencies.md",
        "| `ruff` | a | b | c |\n| `aiohttp` | a | | c |\n",
    ),
    (
        "a row outlives its dependency",
        house.undocumented_dependencies,
        "docs/dependencies.md",
        ROWS + "| `flask` | a | b | c |\n",
    ),
    (
        "a module states the version again",
        second_versions,
        "monitor/cli.py",
        f"X = '{monitor.__version__}'\n",
    ),
    ("a module has its own version", second_versions, "monitor/cli.py", "__version__ = '7'\n"),
    ("pyproject.toml states the version", second_versions, "pyproject.toml", "[project]\ndynamic = []\n"),
    ("a module is too long", house.long_modules, "monitor/poll.py", "x = 1\n" * (house.MODULE_LINES + 1)),
    (
        "a function is too long",
        house.long_functions,
        "monitor/round.py",
        "async def turn():\n" + "    x = 1\n" * house.FUNCTION_LINES,
    ),
    ("a module is called utils", house.vague_names, "monitor/utils.py", ""),
    ("a package is called common", house.vague_names, "monitor/common/poll.py", ""),
]


@pytest.mark.parametrize(("rule", "name", "text"), [b[1:] for b in BREACHES], ids=[b[0] for b in BREACHES])
def test_rule_sees_its_breach(rule: Callable[[Path], list[str]], name: str, text: str, tree: Path) -> None:
    """One breach in an otherwise tidy project is reported."""
    (tree / name).parent.mkdir(exist_ok=True)
    (tree / name).write_text(text, encoding="utf-8")
    assert rule(tree) != []


def test_installed_version_is_the_package_s() -> None:
    """The metadata takes its version from monitor/__init__.py."""
    assert version("posmon") == monitor.__version__
