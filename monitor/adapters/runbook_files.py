"""The runbooks that posmon brings along; in a checkout monitor/runbooks leads to docs/runbooks."""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from monitor.domain.errors import Fault, InvalidDocument
from monitor.domain.runbooks.runbook import Language, Runbook, Runbooks

_SUFFIXES = {Language.EN: ".md", Language.ZH: ".zh.md"}
_NOT_RUNBOOKS = frozenset({"README.md"})


def runbook_folder() -> Traversable:
    """Return where the files are."""
    return files("monitor").joinpath("runbooks")


def alerts_with_runbook(folder: Traversable | None = None) -> tuple[str, ...]:
    """Return the names of the alerts that have a runbook in English, sorted; the files are not read."""
    names = {file.name for file in (folder or runbook_folder()).iterdir()} - _NOT_RUNBOOKS
    return tuple(sorted(name.removesuffix(".md") for name in names if name.count(".") == 1))


def load_runbooks(folder: Traversable | None = None) -> Runbooks:
    """Return every runbook; raises InvalidDocument with the first fault of each that is malformed."""
    faults: list[Fault] = []
    place = folder or runbook_folder()
    runbooks = list(_all(place, faults))
    if faults:
        raise InvalidDocument(faults)
    return Runbooks(runbooks)


def load_runbook(alertname: str, language: Language) -> Runbook | None:
    """Return one runbook, in English where there is none in `language`; raises InvalidDocument."""
    for choice in (language, Language.EN):
        file = runbook_folder().joinpath(f"{alertname}{_SUFFIXES[choice]}")
        if file.is_file():
            faults: list[Fault] = []
            runbook = _read(file, alertname, choice, faults)
            if faults:
                raise InvalidDocument(faults)
            return runbook
    return None


def _all(folder: Traversable, faults: list[Fault]) -> Iterator[Runbook]:
    for alertname in alerts_with_runbook(folder):
        for language, suffix in _SUFFIXES.items():
            file = folder.joinpath(f"{alertname}{suffix}")
            runbook = _read(file, alertname, language, faults) if file.is_file() else None
            if runbook is not None:
                yield runbook


def _read(file: Traversable, alertname: str, language: Language, faults: list[Fault]) -> Runbook | None:
    # The Markdown reader takes 20 ms to import, which `posmon explain 97` need not wait for.
    from monitor.domain.runbooks.markdown import MalformedRunbook, parse_runbook  # noqa: PLC0415

    try:
        runbook = parse_runbook(file.read_text(encoding="utf-8"), language)
    except MalformedRunbook as error:
        faults.append(Fault(source=file.name, line=error.line, reason=error.reason))
        return None
    except UnicodeDecodeError:
        faults.append(Fault(source=file.name, reason="is not UTF-8"))
        return None
    if runbook.alertname != alertname:
        faults.append(Fault(source=file.name, line=1, reason=f"is the runbook of {runbook.alertname}"))
    return runbook
