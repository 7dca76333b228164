from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.config.description import describe
from monitor.config.loading import load_settings
from monitor.config.restarts import restart_needed
from monitor.config.settings import Settings
from monitor.domain.calendars.opening_hours import parse_opening_hours
from monitor.domain.calendars.planned_window import PlannedWindow
from monitor.domain.calendars.schedule import OnceOnly, Recurring
from monitor.domain.errors import InvalidConfiguration

NIGHTLY = '{name: nightly, match: {region: east}, every: "Mo-Su 02:00-04:00", timezone: site, comment: batch}'
SHANGHAI = '{name: shanghai, match: {}, every: "Mo 02:00-04:00", timezone: Asia/Shanghai}'
ROLL_OUT = (
    "{name: roll-out, match: {model: [N910, N950], alertname: PaperOut}, "
    'from: "2026-12-05T22:00+08:00", until: "2026-12-06T02:00+08:00", excuses_sla: false}'
)


def load(folder: Path, *windows: str) -> Settings:
    """Load a configuration with these windows."""
    (folder / "posmon.yaml").write_text(f"windows: [{', '.join(windows)}]\n", encoding="utf-8")
    return load_settings(folder / "posmon.yaml", {})


def faults(folder: Path, *windows: str) -> list[str]:
    """Return what is wrong with these windows, without the name of the file."""
    with pytest.raises(InvalidConfiguration) as caught:
        load(folder, *windows)
    return [f":{fault.line}: {fault.field}: {fault.reason}" for fault in caught.value.faults]


def test_windows_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    """A single value is a list of one."""
    begin = datetime(2026, 12, 5, 14, tzinfo=UTC).timestamp()
    assert load(tmp_path, NIGHTLY, SHANGHAI, ROLL_OUT).windows() == (
        PlannedWindow(
            name="nightly",
            match={"region": ("east",)},
            schedule=Recurring(parse_opening_hours("Mo-Su 02:00-04:00")),
            comment="batch",
            every="Mo-Su 02:00-04:00",
        ),
        PlannedWindow(
            name="shanghai",
            schedule=Recurring(parse_opening_hours("Mo 02:00-04:00")),
            zone=ZoneInfo("Asia/Shanghai"),
            every="Mo 02:00-04:00",
        ),
        PlannedWindow(
            name="roll-out",
            match={"model": ("N910", "N950"), "alertname": ("PaperOut",)},
            schedule=OnceOnly(begin, begin + 4 * 3600),
            excuses_sla=False,
        ),
    )
    assert Settings().windows() == ()


def test_windows_are_shown_as_they_are_read(tmp_path: Path) -> None:
    """`config show` prints what `config check` reads."""
    settings = load(tmp_path, NIGHTLY, SHANGHAI, ROLL_OUT)
    (tmp_path / "posmon.yaml").write_text(describe(settings), encoding="utf-8")
    assert load_settings(tmp_path / "posmon.yaml", {}).windows() == settings.windows()


def test_a_reload_takes_windows_into_use(tmp_path: Path) -> None:
    """No restart is needed."""
    assert restart_needed(load(tmp_path, NIGHTLY), load(tmp_path, ROLL_OUT)) == []


EVERY = 'every: "Mo-Su 02:00-04:00"'
FROM = 'from: "2026-12-05T22:00+08:00"'
UNTIL = 'until: "2026-12-06T02:00+08:00"'


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (f"match: {{}}, {EVERY}", ".name: is missing"),
        (f"name: a, {EVERY}", ".match: is missing"),
        (f"name: a/b, match: {{}}, {EVERY}", ".name: a name is at most 63 letters, digits, '.', '-' and '_'"),
        (
            f"name: a, match: {{modell: x}}, {EVERY}",
            ".match.modell: not a key of a match; did you mean 'model'?",
        ),
        (f"name: a, match: {{model: []}}, {EVERY}", ".match.model: is empty"),
        (f"name: a, match: {{model: ''}}, {EVERY}", ".match.model: is empty"),
        (f"name: a, match: {{model: 910}}, {EVERY}", ".match.model: write text; quote it"),
        (
            f"name: a, match: {{alertname: PaperOuts}}, {EVERY}",
            ".match.alertname: not a value of alertname; did you mean 'PaperOut'?",
        ),
        (
            f"name: a, match: {{severity: [critical, warnin]}}, {EVERY}",
            ".match.severity: not a value of severity; did you mean 'warning'?",
        ),
        (
            f"name: a, match: {{category: devices}}, {EVERY}",
            ".match.category: not a value of category; did you mean 'device'?",
        ),
        (f"name: a, match: {{}}, {FROM}, until: '2026-12-05T22:00+08:00'", ".until: is not after from"),
        (f"name: a, match: {{}}, {FROM}, until: '2026-12-05T13:59Z'", ".until: is not after from"),
        (
            f"name: a, match: {{}}, from: '2026-12-05T22:00', {UNTIL}",
            ".from: has no time zone; write +08:00 or Z behind it",
        ),
        (
            f"name: a, match: {{}}, from: tomorrow, {UNTIL}",
            ".from: not a time written as 2026-12-05T22:00+08:00",
        ),
        (f"name: a, match: {{}}, {FROM}", ": until is missing"),
        (f"name: a, match: {{}}, {UNTIL}", ": from is missing"),
        ("name: a, match: {}", ": says not when; give every, or from and until"),
        (
            f"name: a, match: {{}}, {EVERY}, {FROM}",
            ".from: cannot stand beside every; a window recurs or is once",
        ),
        (
            f"name: a, match: {{}}, {FROM}, {UNTIL}, timezone: site",
            ".timezone: belongs to every; from and until say their own",
        ),
        (
            f"name: a, match: {{}}, {EVERY}, timezone: Asia/Peking",
            ".timezone: not a time zone of the IANA database, such as Asia/Shanghai",
        ),
        (
            "name: a, match: {}, every: 'Mo 2:00-4:00'",
            ".every: '2:00-4:00' is not a time written as 08:00-20:00",
        ),
        (
            "name: a, match: {}, every: 'Mo 02:00-04:00; PH off'",
            ".every: PH has no place in a window, which has no calendar; write the dates",
        ),
        (
            "name: a, match: {}, every: 24/7",
            ".every: is always in force; a window begins and ends. Disable the detector instead",
        ),
        (
            'name: a, match: {}, from: "2026-12-05T22:00Z", until: "2026-12-05T23:00Z", length: 61m',
            ".length: is longer than the window",
        ),
        (f"name: a, match: {{}}, {EVERY}, coment: x", ".coment: unknown key; did you mean 'comment'?"),
        (f"name: a, match: {{}}, {EVERY}, excuses_sla: maybe", ".excuses_sla: write true or false"),
    ],
)
def test_every_mistake_is_named_with_its_key(tmp_path: Path, keys: str, said: str) -> None:
    """In words, with the line."""
    assert faults(tmp_path, NIGHTLY, f"{{{keys}}}") == [f":1: windows[1]{said}"]


def test_two_windows_of_one_name_are_refused(tmp_path: Path) -> None:
    """Both forms count alike."""
    renamed = ROLL_OUT.replace("roll-out", "nightly")
    assert faults(tmp_path, NIGHTLY, renamed) == [":1: windows[1].name: is the name of another window"]


def test_a_window_may_be_flexible(tmp_path: Path) -> None:
    """Of a length between a minute and a day."""
    (window,) = load(tmp_path, NIGHTLY.replace("comment", "length: 45m, comment")).windows()
    assert window.length_s == 2700.0
    for wrong in ("59s", "25h", "soon"):
        (said,) = faults(tmp_path, NIGHTLY.replace("comment", f"length: {wrong}, comment"))
        assert said.startswith(":1: windows[0].length: ")
