"""Response codes from files: those that posmon brings along, and those of the setting `dialects.files`."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

from monitor.config.suggestions import did_you_mean
from monitor.config.text_file import Unreadable, read_text
from monitor.config.yaml_nodes import InvalidYaml, Mapping, MappingEntry, Node, Scalar, YamlReader
from monitor.domain.errors import Fault, InvalidConfiguration
from monitor.domain.events.response_codes import CodeCategory, Dialect, ResponseCode, ResponseCodes

OWN = ("unionpay", "visa", "mastercard", "gicc", "iso8583-1993")
"""The dialects that posmon brings along; the first is what an inventory that names none means."""

UNSOURCED = "unsourced"
LARGEST_FILE = 2**20

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}")
_CODE = re.compile(r"[A-Za-z0-9]{1,8}")
_KEYS = ("dialect", "extends", "source", "codes")
_CODE_KEYS = ("category", "text", "text_zh", "source")
_CATEGORIES = tuple(category.value for category in CodeCategory)
_LONGEST_TEXT = 200


def load_response_codes(paths: Iterable[Path] = ()) -> ResponseCodes:
    """Return posmon's own dialects with those of `paths` laid over them, in their order.

    A file that names a known dialect adds to it and replaces what it writes anew; `extends` begins a new
    one with another's codes. Raises InvalidConfiguration with every fault of every file.
    """
    known = {name: _own()[name] for name in OWN}
    faults: list[Fault] = []
    for path in paths:
        try:
            text = read_text(path, max_bytes=LARGEST_FILE)
        except Unreadable as error:
            faults.append(Fault(source=str(path), line=error.line, reason=error.reason))
            continue
        dialect = _read(text, str(path), known, faults)
        if dialect is not None:
            known[dialect.name] = dialect
    if faults:
        raise InvalidConfiguration(faults)
    return ResponseCodes(known.values())


@cache
def _own() -> dict[str, Dialect]:
    folder = files("monitor.config").joinpath("dialects")
    faults: list[Fault] = []
    dialects = {}
    for name in OWN:
        source = f"{name}.yaml"
        dialect = _read(folder.joinpath(source).read_text(encoding="utf-8"), source, {}, faults)
        if dialect is not None:
            dialects[name] = dialect
    if faults:
        raise InvalidConfiguration(faults)
    return dialects


def _read(text: str, source: str, known: dict[str, Dialect], faults: list[Fault]) -> Dialect | None:
    """Return the dialect in `text`, None when there was anything to blame."""
    file = _DialectFile(source, known)
    try:
        dialect = file.dialect(YamlReader(text).document())
    except InvalidYaml as error:
        file.blame(error.line, None, error.reason)
    faults += sorted(file.faults, key=lambda fault: fault.line or 0)
    return None if file.faults else dialect


class _DialectFile:
    """Reads one document; every fault goes to `faults`."""

    def __init__(self, source: str, known: dict[str, Dialect]) -> None:
        self.faults: list[Fault] = []
        self._source = source
        self._known = known

    def blame(self, line: int | None, field: str | None, reason: str) -> None:
        shown = field if field is None or field.isprintable() else ascii(field)[1:-1]
        self.faults.append(Fault(source=self._source, line=line, field=shown, reason=reason))

    def dialect(self, document: Node | None) -> Dialect:
        if not isinstance(document, Mapping):
            self.blame(
                document.line if document else 1, None, "must be keys and values, as in 'dialect: name'"
            )
            return Dialect(name="")
        entries = self._entries(document, _KEYS, "")
        name = self._name(entries.get("dialect"), document.line)
        base = self._base(entries.get("extends"), name)
        source = self._text(entries["source"], "source") if "source" in entries else UNSOURCED
        return Dialect(name=name, codes=base | dict(self._codes(entries.get("codes"), document.line, source)))

    def _entries(self, node: Mapping, known: tuple[str, ...], place: str) -> dict[str, MappingEntry]:
        """Return a mapping's entries by key; keys that are unknown or stand twice are faults."""
        for entry in node.duplicates:
            self.blame(entry.line, f"{place}{entry.key}", "stands here twice")
        for entry in node.entries:
            if known and entry.key not in known:
                self.blame(entry.line, f"{place}{entry.key}", f"unknown key{did_you_mean(entry.key, known)}")
        return {entry.key: entry for entry in node.entries}

    def _name(self, entry: MappingEntry | None, line: int) -> str:
        name = self._text(entry, "dialect") if entry else ""
        if entry is None:
            self.blame(line, "dialect", "is missing")
        elif name and not _NAME.fullmatch(name):
            self.blame(
                entry.line, "dialect", "must be 1 to 40 of a-z 0-9 . - and begin with a letter or digit"
            )
        return name

    def _base(self, entry: MappingEntry | None, name: str) -> dict[str, ResponseCode]:
        """Return the codes that a dialect begins with."""
        base = self._text(entry, "extends") if entry else name
        if entry and base and base not in self._known:
            self.blame(entry.line, "extends", f"not a dialect{did_you_mean(base, self._known)}")
        own = self._known[name].codes if name in self._known else {}
        return dict(own) | (dict(self._known[base].codes) if base in self._known else {})

    def _codes(
        self, entry: MappingEntry | None, line: int, source: str
    ) -> Iterator[tuple[str, ResponseCode]]:
        if entry is None or not isinstance(entry.value, Mapping) or not entry.value.entries:
            reason = (
                "is missing" if entry is None else "must be codes, as in '\"55\": {category: ..., text: ...}'"
            )
            self.blame(entry.line if entry else line, "codes", reason)
            return
        for code, row in self._entries(entry.value, (), "codes.").items():
            if not _CODE.fullmatch(code):
                self.blame(row.line, f"codes.{code}", "a code is 1 to 8 letters and digits")
            elif not isinstance(row.value, Mapping):
                self.blame(
                    row.line, f"codes.{code}", "must be keys and values, as in {category: ..., text: ...}"
                )
            else:
                yield code, self._code(code, row.value, source)

    def _code(self, code: str, row: Mapping, source: str) -> ResponseCode:
        place = f"codes.{code}."
        entries = self._entries(row, _CODE_KEYS, place)
        for key in ("category", "text"):
            if key not in entries:
                self.blame(row.line, f"{place}{key}", "is missing")
        texts = {
            key: self._text(entry, f"{place}{key}") for key, entry in entries.items() if key in _CODE_KEYS
        }
        category = texts.get("category", "")
        if category and category not in _CATEGORIES:
            reason = f"not a category{did_you_mean(category, _CATEGORIES)}"
            self.blame(entries["category"].line, f"{place}category", reason)
            category = ""
        text = texts.get("text", "")
        return ResponseCode(
            code=code,
            category=CodeCategory(category or CodeCategory.OTHER),
            text=text,
            text_zh=texts.get("text_zh", text),
            source=texts.get("source", source),
        )

    def _text(self, entry: MappingEntry, place: str) -> str:
        """Return an entry's text, "" when there is something wrong with it."""
        text = entry.value.text.strip() if isinstance(entry.value, Scalar) else None
        if text is None:
            self.blame(entry.line, place, "must be text, not a list or mapping")
        elif not text:
            self.blame(entry.line, place, "is empty")
        elif not text.isprintable():
            self.blame(entry.line, place, "contains a control character or a line break")
        elif len(text) > _LONGEST_TEXT:
            self.blame(entry.line, place, f"is longer than {_LONGEST_TEXT} characters")
        else:
            return text
        return ""
