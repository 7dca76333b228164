import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.integration.cli.command import posmon
from tests.integration.cli.terminal import Terminal

ACME = "dialect: acme\nextends: unionpay\ncodes: {Q9: {category: key_fault, text: Keys expired}}\n"


def test_code_is_shown_in_every_dialect_that_knows_it() -> None:
    """The same code comes with its categories, unionpay first, what to do, and which alert counts it."""
    ended = posmon("explain", "97")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0] == "Response code 97"
    assert [line.split()[:2] for line in lines[1:3]] == [
        ["unionpay", "unknown_terminal"],
        ["gicc", "key_fault"],
    ]
    for said in ("Meaning", "In the shop", "On call", "Counted by   UnknownTerminalId", "Source"):
        assert said in ended.out


def test_dialect_narrows_it_down() -> None:
    """With a dialect only its meaning is shown; letter case does not count."""
    ended = posmon("explain", "a0", "--dialect", "unionpay", "-o", "json")
    assert ended.code == 0
    (code,) = json.loads(ended.out)["codes"]
    assert (code["dialect"], code["code"], code["category"]) == ("unionpay", "A0", "key_fault")
    assert code["alerts"] == ["PinDataFault"]
    assert code["text_zh"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["TerminalOffline"], "Likely causes"),
        (["terminaloffline", "--lang", "zh"], "门店现在怎么做"),
        (["wrong_pin"], "PinFailuresOnTerminal"),
        (["wrong-pin"], "In the shop"),
        (["connectivity"], "SiteOffline"),
        (["gicc"], "58  unknown_terminal"),
        ([], "posmon explain WORD"),
    ],
)
def test_words_of_every_kind_are_explained(arguments: list[str], said: str) -> None:
    """Alerts, categories of codes and of alerts, dialects, and nothing at all."""
    ended = posmon("explain", *arguments)
    assert ended.code == 0
    assert said in ended.out


@pytest.mark.parametrize("arguments", [["TerminalOffline"], ["TerminalOffline", "--lang=zh"], ["55"], []])
def test_piped_output_is_plain_and_fits(arguments: list[str]) -> None:
    """No line is wider than 80 cells, Chinese counted as two each; no escape, no spaces at the ends."""
    ended = posmon("explain", *arguments)
    assert "\x1b" not in ended.out
    for line in ended.out.splitlines():
        assert cell_len(line) <= 80
        assert line == line.rstrip()


def test_chinese_lines_are_filled() -> None:
    """Chinese is broken between characters, and no line begins with a closing mark."""
    ended = posmon("explain", "TerminalOffline", "--lang", "zh")
    lines = [line.strip() for line in ended.out.splitlines()]
    assert max(map(cell_len, lines)) > 70
    assert not any(line[:1] in {"，", "。", "、", "：", "；"} for line in lines)  # noqa: RUF001


def test_terminal_gets_styles() -> None:
    """On a terminal headings are bold."""
    with Terminal("explain", "TerminalOffline") as terminal:
        terminal.until("\x1b[1mTerminalOffline\x1b[0m")


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "应答码 55"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "Response code 55"),
        ({"LANG": "C", "LC_MESSAGES": "zh_TW"}, "应答码 55"),
        ({"LANG": "de_DE.UTF-8"}, "Response code 55"),
    ],
)
def test_language_is_the_locale_s(env: dict[str, str], said: str) -> None:
    """A Chinese locale gets Chinese, every other one English."""
    assert posmon("explain", "55", env={"PYTHONUTF8": "1"} | env).out.startswith(said)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["TerminalOfline"], "did you mean TerminalOffline?"),
        (["5"], "did you mean 05?"),
        (["offline"], "did you mean RegionOffline, SiteOffline, TerminalOffline?"),
        (["97", "--dialect", "visa"], "'97' is not known in the dialect visa; it is in unionpay, gicc"),
        (["97", "--dialect", "vsa"], "known are unionpay, visa"),
        (["\x1b[2J"], r"'\x1b[2J' is not known"),
        (["97", "--lang", "de"], "'de' is not one of"),
        (["97", "--config", "/nowhere.yaml"], "/nowhere.yaml: cannot be read"),
    ],
)
def test_what_is_not_known_ends_with_three(arguments: list[str], said: str) -> None:
    """The command says what may have been meant, and exits with 3."""
    ended = posmon("explain", *arguments)
    assert ended.code == 3
    assert said in ended.err
    assert ended.out == ""


def test_dialects_of_the_configuration_count(tmp_path: Path) -> None:
    """A dialect that the configuration lists is explained too, also where nobody names the configuration."""
    (tmp_path / "acme.yaml").write_text(ACME, encoding="utf-8")
    (tmp_path / "posmon.yaml").write_text("dialects: {files: [acme.yaml]}\n", encoding="utf-8")
    for arguments in ([], ["--config", "posmon.yaml"]):
        ended = posmon("explain", "q9", *arguments, cwd=tmp_path)
        assert "acme  key_fault  Keys expired" in ended.out


def test_limits_of_the_configuration_are_told(tmp_path: Path) -> None:
    """A runbook names the limits in force, also those of another alert; its head has the severity."""
    config = tmp_path / "posmon.yaml"
    config.write_text(
        "detectors:\n"
        "  BatteryLow: {below: 33, clear_at: 44, for: 7m, severity: info}\n"
        "  BatteryCritical: {below: 11}\n"
    )
    for lang, said in (("en", "below 33 % for 7 minutes"), ("zh", "低于 33% 已有 7 分钟")):
        ended = posmon("explain", "BatteryLow", "--lang", lang, "--config", str(config), cwd=tmp_path)
        assert said in " ".join(ended.out.split())
        assert "<!--" not in ended.out
    assert "info · power · 持续 7m · 先由门店处理" in ended.out
    assert "低于 11%" in ended.out


def test_faulty_configuration_is_not_in_the_way(tmp_path: Path) -> None:
    """One that merely lies there is remarked on; one that was named is an error."""
    (tmp_path / "posmon.yaml").write_text("poling: {}\n", encoding="utf-8")
    ended = posmon("explain", "97", cwd=tmp_path)
    assert ended.code == 0
    assert "posmon.yaml is faulty" in ended.err
    assert posmon("explain", "97", "--config", "posmon.yaml", cwd=tmp_path).code == 3


def test_listing_names_everything() -> None:
    """Alerts, categories and dialects with their codes, for scripts too."""
    listing = json.loads(posmon("explain", "-o", "json").out)
    assert "TerminalOffline" in listing["alerts"]
    assert "wrong_pin" in listing["categories"]
    assert "97" in listing["dialects"]["unionpay"]


def test_words_are_completed() -> None:
    """The shell completes alerts, categories, dialects and codes, in any letter case."""
    env = {"_POSMON_COMPLETE": "bash_complete", "COMP_WORDS": "posmon explain term", "COMP_CWORD": "2"}
    assert "plain,TerminalOffline" in posmon(env=env).out.split()
    assert "plain,97" in posmon(env=env | {"COMP_WORDS": "posmon explain 9"}).out.split()
    dialect = {"COMP_WORDS": "posmon explain --dialect g", "COMP_CWORD": "3"}
    assert posmon(env=env | dialect).out.split() == ["plain,gicc"]
