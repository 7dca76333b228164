from datetime import date
from pathlib import Path

import pytest

from monitor.config.description import describe
from monitor.config.loading import load_settings
from monitor.config.restarts import restart_needed
from monitor.config.settings import Settings
from monitor.domain.calendars.opening_hours import parse_opening_hours
from monitor.domain.errors import InvalidConfiguration

CHINA = (
    "{name: cn, holidays: CN, working_days_too: true, "
    'closed: ["2026-12-31"], hours: {"2026-12-24": "09:00-14:00", 2026-12-25: "off"}}'
)
BAVARIA = "{name: bavaria, holidays: DE-BY}"
OWN = "{name: own, holidays: [2026-11-16]}"
HOURS = parse_opening_hours("Mo-Fr 08:00-20:00; PH off")
ALL_DAY = ((480, 1200),)


def load(folder: Path, *calendars: str) -> Settings:
    """Load a configuration with these calendars."""
    (folder / "posmon.yaml").write_text(f"calendars: [{', '.join(calendars)}]\n", encoding="utf-8")
    return load_settings(folder / "posmon.yaml", {})


def faults(folder: Path, *calendars: str) -> list[str]:
    """Return what is wrong with these calendars, without the name of the file."""
    with pytest.raises(InvalidConfiguration) as caught:
        load(folder, *calendars)
    return [f":{fault.line}: {fault.field}: {fault.reason}" for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("name", "day", "spans"),
    [
        ("cn", date(2026, 11, 16), ALL_DAY),
        ("cn", date(2026, 10, 1), ()),
        ("cn", date(2026, 2, 14), ALL_DAY),
        ("cn", date(2026, 12, 31), ()),
        ("cn", date(2026, 12, 24), ((540, 840),)),
        ("cn", date(2026, 12, 25), ()),
        ("bavaria", date(2026, 1, 6), ()),
        ("own", date(2026, 11, 16), ()),
        ("own", date(2026, 11, 17), ALL_DAY),
    ],
)
def test_a_calendar_says_when_a_shop_is_open(
    tmp_path: Path, name: str, day: date, spans: tuple[tuple[int, int], ...]
) -> None:
    """By a country, a part of one, or a list of days; with the operator's own dates above them."""
    assert load(tmp_path, CHINA, BAVARIA, OWN).calendar_book()[name].on(day, HOURS) == spans


def test_calendars_are_shown_as_they_are_read(tmp_path: Path) -> None:
    """`config show` prints what `config check` reads."""
    settings = load(tmp_path, CHINA, BAVARIA, OWN)
    (tmp_path / "posmon.yaml").write_text(describe(settings), encoding="utf-8")
    again = load_settings(tmp_path / "posmon.yaml", {})
    assert again.calendars == settings.calendars
    assert again.calendar_book() == settings.calendar_book()


def test_a_reload_takes_calendars_into_use(tmp_path: Path) -> None:
    """No restart is needed."""
    assert restart_needed(load(tmp_path, CHINA), load(tmp_path, OWN)) == []


@pytest.mark.parametrize(
    ("calendar", "said"),
    [
        ("{holidays: CN}", ".name: is missing"),
        ("{name: a b}", ".name: a name is at most 63 letters, digits, '.', '-' and '_'"),
        ("{name: a, holidays: XX}", ".holidays: no such country; write CN, DE-BY or a list of days"),
        ("{name: a, holidays: DE-ZZ}", ".holidays: DE has no such part; write CN, DE-BY or a list of days"),
        ("{name: a, holidays: ''}", ".holidays: write a country such as CN or DE-BY, or a list of days"),
        ("{name: a, holidays: [x]}", ".holidays: not a day written as 2026-12-31"),
        ("{name: a, closed: [2026-02-29]}", ".closed[0]: not a day written as 2026-12-31"),
        ("{name: a, hours: {x: off}}", ".hours.x: not a day written as 2026-12-31"),
        (
            "{name: a, hours: {2026-12-24: 9-14}}",
            ".hours.2026-12-24: '9-14' is not a time written as 08:00-20:00",
        ),
        (
            "{name: a, closed: [2026-12-24], hours: {2026-12-24: off}}",
            ".hours.2026-12-24: is a day of `closed` as well",
        ),
        (
            "{name: a, working_days_too: true}",
            ".working_days_too: needs a country in holidays; a list of days says nothing of work",
        ),
        ("{name: a, holiday: CN}", ".holiday: unknown key; did you mean 'holidays'?"),
    ],
)
def test_every_mistake_is_named_with_its_key(tmp_path: Path, calendar: str, said: str) -> None:
    """In words, with the line."""
    assert faults(tmp_path, OWN, calendar) == [f":1: calendars[1]{said}"]


def test_two_calendars_of_one_name_are_refused(tmp_path: Path) -> None:
    """A terminal would not know which."""
    assert faults(tmp_path, OWN, CHINA, OWN) == [":1: calendars[2].name: is the name of another calendar"]
