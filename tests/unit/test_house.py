"""The project keeps the rules of its house, and each rule sees its breach."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

import monitor
from tests import house
from tests.house_exceptions import LARGE_CLASSES, PATCHES, SHARED_NAMES, TESTS_OF_NO_MODULE

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
    house.large_classes,
    house.shared_names,
    house.homeless_tests,
    house.untested_modules,
    house.patches,
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
        "monitor/poll.py": "class Poll:\n"
        + "    x = 1\n" * (house.CLASS_LINES - 1)
        + "def tell():\n    pass\n",
        "monitor/turn.py": "T = TypeVar('T')\nclass Turn:\n    def __init__(self): ...\n"
        + "".join(f"    def turn{n}(self): ...\n" for n in range(house.CLASS_METHODS)),
        "monitor/web/pages/chart.py": "def draw():\n    return 1\n",
        "monitor/web/pages/words.py": "class Page(Protocol):\n    def draw(self):\n        ...\n",
        "tests/unit/test_everything.py": "",
        "tests/unit/web/pages/test_chart.py": "",
        "tests/unit/web/test_pages.py": "",
        "monitor/round.py": "def turn():\n" + "    x = 1\n" * (house.FUNCTION_LINES - 1),
        ".venv/pip.conf": f"--{'index'}-url\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
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
    (
        "a class is too long",
        house.large_classes,
        "monitor/poll.py",
        "class Poll:\n" + "    x = 1\n" * house.CLASS_LINES,
    ),
    (
        "a class has too many methods",
        house.large_classes,
        "monitor/poll.py",
        "class Poll:\n" + "".join(f"    def poll{n}(self): ...\n" for n in range(house.CLASS_METHODS + 1)),
    ),
    ("two classes share a name", house.shared_names, "monitor/other.py", "class Poll: ...\n"),
    ("an alias is called like a class", house.shared_names, "monitor/other.py", "Turn = dict[str, int]\n"),
    ("a test is about no module", house.homeless_tests, "tests/unit/web/pages/test_graph.py", ""),
    (
        "a module has no test",
        house.untested_modules,
        "monitor/web/pages/graph.py",
        "class Graph:\n    def draw(self):\n        return 1\n",
    ),
    (
        "a function is too long",
        house.long_functions,
        "monitor/round.py",
        "async def turn():\n" + "    x = 1\n" * house.FUNCTION_LINES,
    ),
    (
        "a test patches a function",
        house.patches,
        "tests/unit/test_a.py",
        "monkeypatch.setattr(app, 'run', x)\n",
    ),
    ("a test sets a private attribute", house.patches, "tests/unit/test_a.py", "stage.store._clock = None\n"),
    ("a module is called utils", house.vague_names, "monitor/utils.py", ""),
    ("a package is called common", house.vague_names, "monitor/common/poll.py", ""),
]


@pytest.mark.parametrize(("rule", "name", "text"), [b[1:] for b in BREACHES], ids=[b[0] for b in BREACHES])
def test_rule_sees_its_breach(rule: Callable[[Path], list[str]], name: str, text: str, tree: Path) -> None:
    """One breach in an otherwise tidy project is reported."""
    (tree / name).parent.mkdir(exist_ok=True)
    (tree / name).write_text(text, encoding="utf-8")
    assert rule(tree) != []


def test_every_exception_is_still_needed() -> None:
    """A class that was split, a name or a test that was changed leaves the table of exceptions."""
    assert house.idle_exceptions(ROOT) == []


def test_every_exception_has_a_reason() -> None:
    """Of one sentence."""
    tables = (LARGE_CLASSES, SHARED_NAMES, TESTS_OF_NO_MODULE, PATCHES)
    assert [name for table in tables for name, reason in table.items() if len(reason.split()) < 4] == []


def test_installed_version_is_the_package_s() -> None:
    """The metadata takes its version from monitor/__init__.py."""
    assert version("posmon") == monitor.__version__
