import re
from pathlib import Path

import pytest

from monitor.config.dialect_files import OWN, UNSOURCED, load_response_codes
from monitor.config.loading import load_settings
from monitor.domain.errors import InvalidConfiguration
from monitor.domain.events.response_codes import CodeCategory
from monitor.domain.inventory.terminal import DEFAULT_DIALECT

C = CodeCategory

PUBLISHED = {
    "unionpay": {
        C.APPROVED: "00 11",
        C.UNKNOWN_MERCHANT: "03",
        C.CAPTURE_CARD: "04 41 43",
        C.INVALID_CARD: "14",
        C.FRAUD_SUSPECTED: "34 59",
        C.PIN_TRIES_EXCEEDED: "38 75",
        C.CHIP_FALLBACK: "45",
        C.INSUFFICIENT_FUNDS: "51",
        C.EXPIRED_CARD: "54",
        C.WRONG_PIN: "55",
        C.NOT_PERMITTED: "58",
        C.ISSUER_TIMEOUT: "68 98",
        C.SIGN_IN_REQUIRED: "77",
        C.PARAMETER_DOWNLOAD: "78",
        C.HOST_MAINTENANCE: "90",
        C.NETWORK: "91 92 96",
        C.UNKNOWN_TERMINAL: "97",
        C.PIN_DATA_FAULT: "99",
        C.KEY_FAULT: "A0 A7",
    },
    "visa": {
        C.UNKNOWN_MERCHANT: "03",
        C.WRONG_PIN: "55",
        C.NOT_PERMITTED: "58",
        C.PIN_TRIES_EXCEEDED: "75",
        C.KEY_FAULT: "81",
        C.PIN_DATA_FAULT: "86",
    },
    "mastercard": {C.WRONG_PIN: "55", C.PIN_TRIES_EXCEEDED: "75", C.KEY_FAULT: "86 88"},
    "gicc": {C.WRONG_PIN: "55", C.UNKNOWN_TERMINAL: "58", C.KEY_FAULT: "97", C.PIN_DATA_FAULT: "99"},
    "iso8583-1993": {
        C.PIN_TRIES_EXCEEDED: "106",
        C.UNKNOWN_MERCHANT: "109",
        C.WRONG_PIN: "112 117",
        C.NOT_PERMITTED: "120",
        C.PIN_DATA_FAULT: "126 127",
        C.KEY_FAULT: "128",
    },
}


@pytest.mark.parametrize(
    ("dialect", "code", "category"),
    [
        (dialect, code, category)
        for dialect, table in PUBLISHED.items()
        for category, codes in table.items()
        for code in codes.split()
    ],
)
def test_code_has_the_category_of_the_published_table(
    dialect: str, code: str, category: CodeCategory
) -> None:
    """The codes that alerts depend on say what the published tables say."""
    assert load_response_codes().category(dialect, code) is category


def test_own_dialects_are_there() -> None:
    """Every file in the package is a dialect, the default one first."""
    folder = Path(__file__).parents[3] / "monitor/config/dialects"
    assert load_response_codes().dialects == OWN
    assert {path.stem for path in folder.iterdir()} == set(OWN)
    assert OWN[0] == DEFAULT_DIALECT


@pytest.mark.parametrize("dialect", OWN)
def test_own_codes_are_told_in_both_languages_and_sourced(dialect: str) -> None:
    """Each code has an English and a Chinese text and says where its meaning is published."""
    for row in load_response_codes()[dialect].codes.values():
        assert row.text.isascii(), row
        assert re.search("[\u4e00-\u9fff]", row.text_zh), row
        assert row.source != UNSOURCED, row


def test_unknown_code_is_other() -> None:
    """A code that a dialect does not know has no text and the category `other`."""
    codes = load_response_codes()
    assert codes.find("unionpay", "ZZ") is None
    assert codes.category("unionpay", "ZZ") is C.OTHER
    assert codes.category("klingon", "55") is C.OTHER


def written(tmp_path: Path, text: str, name: str = "acme.yaml") -> Path:
    """Return the path of a new file."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_new_dialect_extends_a_known_one(tmp_path: Path) -> None:
    """It has the other's codes, its own in their place, and leaves the other as it is."""
    path = written(
        tmp_path,
        "dialect: acme\nextends: unionpay\nsource: handbook\n"
        "codes:\n  51: {category: other, text: See the bank}\n  Q9: {category: key_fault, text: a}\n",
    )
    codes = load_response_codes([path])
    assert codes.dialects == (*OWN, "acme")
    assert codes.category("acme", "55") is C.WRONG_PIN
    assert codes.category("acme", "51") is C.OTHER
    assert codes.category("unionpay", "51") is C.INSUFFICIENT_FUNDS
    row = codes.find("acme", "51")
    assert row is not None
    assert (row.text_zh, row.source) == ("See the bank", "handbook")


def test_known_dialect_is_added_to(tmp_path: Path) -> None:
    """A file with a known name keeps the codes it does not write; a later file sees the earlier ones."""
    first = written(tmp_path, "dialect: visa\ncodes:\n  77: {category: network, text: a}\n")
    second = written(
        tmp_path, "dialect: v2\nextends: visa\ncodes: {78: {category: other, text: b}}\n", "2.yaml"
    )
    codes = load_response_codes([first, second])
    assert [codes.category("v2", code) for code in ("55", "77", "78")] == [C.WRONG_PIN, C.NETWORK, C.OTHER]
    row = codes.find("visa", "77")
    assert row is not None
    assert row.source == UNSOURCED


BAD = [
    ("nothing", "", "1: must be keys and values, as in 'dialect: name'"),
    ("a list", "- 1\n", "1: must be keys and values, as in 'dialect: name'"),
    ("no YAML", "dialect: [\n", None),
    ("no name", "codes: {55: {category: other, text: a}}\n", "1: dialect: is missing"),
    ("empty name", "dialect:\ncodes: {55: {category: other, text: a}}\n", "1: dialect: is empty"),
    (
        "bad name",
        "dialect: A b\ncodes: {55: {category: other, text: a}}\n",
        "1: dialect: must be 1 to 40 of a-z 0-9 . - and begin with a letter or digit",
    ),
    ("no codes", "dialect: a\n", "1: codes: is missing"),
    (
        "codes are a list",
        "dialect: a\ncodes: [55]\n",
        "2: codes: must be codes, as in '\"55\": {category: ..., text: ...}'",
    ),
    (
        "unknown base",
        "dialect: a\nextends: vissa\ncodes: {55: {category: other, text: a}}\n",
        "2: extends: not a dialect; did you mean 'visa'?",
    ),
    (
        "unknown key",
        "dialect: a\nsorce: b\ncodes: {55: {category: other, text: a}}\n",
        "2: sorce: unknown key; did you mean 'source'?",
    ),
    (
        "unknown category",
        "dialect: a\ncodes:\n  55: {category: wrong_pn, text: a}\n",
        "3: codes.55.category: not a category; did you mean 'wrong_pin'?",
    ),
    ("no category", "dialect: a\ncodes:\n  55: {text: a}\n", "3: codes.55.category: is missing"),
    ("no text", "dialect: a\ncodes:\n  55: {category: other}\n", "3: codes.55.text: is missing"),
    ("empty text", "dialect: a\ncodes:\n  55: {category: other, text: ''}\n", "3: codes.55.text: is empty"),
    (
        "empty Chinese text",
        "dialect: a\ncodes:\n  55: {category: other, text: a, text_zh: ' '}\n",
        "3: codes.55.text_zh: is empty",
    ),
    (
        "text that is a list",
        "dialect: a\ncodes:\n  55: {category: other, text: [a]}\n",
        "3: codes.55.text: must be text, not a list or mapping",
    ),
    (
        "line break in a text",
        'dialect: a\ncodes:\n  55: {category: other, text: "a\\nb"}\n',
        "3: codes.55.text: contains a control character or a line break",
    ),
    (
        "endless text",
        f"dialect: a\ncodes:\n  55: {{category: other, text: {'a' * 201}}}\n",
        "3: codes.55.text: is longer than 200 characters",
    ),
    (
        "code twice",
        "dialect: a\ncodes:\n  55: {category: other, text: a}\n  55: {category: network, text: b}\n",
        "4: codes.55: stands here twice",
    ),
    (
        "bad code",
        "dialect: a\ncodes:\n  5-5: {category: other, text: a}\n",
        "3: codes.5-5: a code is 1 to 8 letters and digits",
    ),
    (
        "code without row",
        "dialect: a\ncodes:\n  55: wrong\n",
        "3: codes.55: must be keys and values, as in {category: ..., text: ...}",
    ),
]


@pytest.mark.parametrize(("text", "said"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_bad_file_is_refused_with_its_reason(tmp_path: Path, text: str, said: str | None) -> None:
    """One thing wrong with a file is one fault, with file, line, field and reason."""
    path = written(tmp_path, text)
    with pytest.raises(InvalidConfiguration) as caught:
        load_response_codes([path])
    (fault,) = map(str, caught.value.faults)
    assert fault.startswith(f"{path}:")
    if said is not None:
        assert fault == f"{path}:{said}"


def test_every_fault_of_every_file_is_named(tmp_path: Path) -> None:
    """Faults are told together, file by file and line by line; a file that is not there is one."""
    one = written(tmp_path, "dialect: a\ncodes:\n  1: {category: x, text: ''}\n  2: {text: a}\n")
    two = written(tmp_path, "dialect: b\n", "two.yaml")
    with pytest.raises(InvalidConfiguration) as caught:
        load_response_codes([one, tmp_path / "none.yaml", two])
    places = [(Path(fault.source).name, fault.line) for fault in caught.value.faults]
    assert places == [
        ("acme.yaml", 3),
        ("acme.yaml", 3),
        ("acme.yaml", 4),
        ("none.yaml", None),
        ("two.yaml", 1),
    ]


def test_configuration_names_files_beside_itself(tmp_path: Path) -> None:
    """Relative paths count from the configuration's folder; what the files say is part of the settings."""
    written(tmp_path, "dialect: acme\ncodes: {55: {category: other, text: a}}\n")
    path = written(tmp_path, "dialects: {files: [acme.yaml]}\n", "posmon.yaml")
    settings = load_settings(path, {})
    assert settings.response_codes().dialects == (*OWN, "acme")
    assert settings.dialects.files == (tmp_path / "acme.yaml",)


def test_bad_dialect_refuses_the_configuration(tmp_path: Path) -> None:
    """`posmon config check` names the faults of the dialects it lists."""
    written(tmp_path, "dialect: acme\n")
    path = written(tmp_path, "dialects: {files: [acme.yaml]}\n", "posmon.yaml")
    with pytest.raises(InvalidConfiguration, match=r"acme\.yaml:1: codes: is missing"):
        load_settings(path, {})
