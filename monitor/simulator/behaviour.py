"""What a healthy terminal says at a moment: a pure function of its traits and the time.

Nothing here ever crosses a threshold at which posmon would speak, with one exception known from
shops: a roll of paper runs low for some seconds before somebody changes it.
"""

from functools import lru_cache

from monitor.domain.heartbeat.reading import (
    Activity,
    ComponentStatus,
    NetworkType,
    PinPadStatus,
    PrinterStatus,
    RegistrationStatus,
    SelfTestStatus,
)
from monitor.domain.instant import rfc3339
from monitor.simulator.chance import mixed
from monitor.simulator.document import (
    Battery,
    Component,
    Document,
    Network,
    PinPad,
    Printer,
    Registration,
    SelfTest,
)
from monitor.simulator.fleet import SimulatedTerminal
from monitor.simulator.traffic import events_at

DAY_S = 86_400
PAPER_LOW_S = 25
"""How long a roll runs low before it is changed: far less than the hold of `PaperLow`."""
FIRST_PAPER_S = 600
"""No roll runs low before this, so a demonstration or a test starts with quiet printers."""

_ACTIVITY_S = 6
_BUSY_OF_256 = 70
_SIGNAL_S = 5
_WANDER_S = 120

_WARMTH_S = 600
_PASSWORD_S = 60 * DAY_S
"""So often operators change their passwords."""

_TEST_OK = SelfTest(SelfTestStatus.OK)
_PRINTER_OK = Printer(PrinterStatus.OK)
_PRINTER_LOW = Printer(PrinterStatus.PAPER_LOW)
_PIN_PAD_OK = PinPad(PinPadStatus.OK)
_COMPONENT_OK = Component(ComponentStatus.OK)
_CABLE = Network(NetworkType.ETHERNET, host_reachable=True)


def document_at(
    terminal: SimulatedTerminal, *, elapsed_s: float, wall: float, transactions_per_day: int = 0
) -> Document:
    """Return what `terminal` says `elapsed_s` after the simulation began, at `wall` unix seconds.

    Its customers come by the wall clock, so that a simulation that begins anew repeats no event's id.
    """
    traits, model = terminal.traits, terminal.model
    second = int(elapsed_s)
    chance = _scatter(traits + second // _ACTIVITY_S)
    is_busy = chance < _BUSY_OF_256
    return Document(
        terminal_id=terminal.terminal_id,
        merchant_id=terminal.site.merchant_id,
        serial_number=terminal.serial_number,
        vendor=model.vendor,
        model=model.name,
        firmware_version=model.firmware,
        app_version=model.app_version,
        sent_at=stamp(int(wall)),
        uptime_seconds=3600 + traits % 1_700_000 + second,
        activity=Activity.BUSY if is_busy else Activity.IDLE,
        battery=_battery(traits, second) if model.has_battery else None,
        printer=_PRINTER_LOW if _paper_runs_low(traits >> 12, second) else _PRINTER_OK,
        registration=_registration(traits, int(wall)),
        pin_pad=_PIN_PAD_OK,
        card_reader=_COMPONENT_OK,
        display=_COMPONENT_OK,
        network=_network(terminal, second),
        unsent_transactions=chance & 1 if is_busy else 0,
        self_test=_TEST_OK,
        temperature_celsius=31 + (traits >> 20 & 7) + second // _WARMTH_S % 3,
        settled_at=_since(int(wall), traits, DAY_S),
        operator_password_changed_at=_since(int(wall), traits, _PASSWORD_S),
        boot_count=40 + traits % 700,
        configuration_version="2026.11.2",
        events=events_at(traits, wall=int(wall), per_day=transactions_per_day)
        if transactions_per_day
        else (),
    )


@lru_cache(maxsize=4096)
def stamp(wall: int) -> str:
    """Return whole unix seconds as an RFC 3339 UTC timestamp."""
    return rfc3339(wall)


def _scatter(number: int) -> int:
    """Return 0-255, unrelated to the look of `number`."""
    return mixed(number) >> 56


def _battery(traits: int, second: int) -> Battery:
    """Fall from about 97 to about 45 % in half an hour or more, then charge in a quarter of that."""
    high, low = 100 - (traits & 7), 40 + (traits >> 3 & 15)
    draining_s = 1800 + (traits >> 7 & 0x7FF)
    charging_s = draining_s // 4
    place = (second + (traits >> 18 & 0xFFFF)) % (draining_s + charging_s)
    if place < draining_s:
        return Battery(high - (high - low) * place // draining_s, charging=False)
    return Battery(low + (high - low) * (place - draining_s) // charging_s, charging=True)


def _paper_runs_low(traits: int, second: int) -> bool:
    roll_s = 3600 + (traits & 0xFFF)
    used_s = (traits >> 12) % (roll_s - FIRST_PAPER_S - PAPER_LOW_S)
    return (second + used_s) % roll_s >= roll_s - PAPER_LOW_S


@lru_cache(maxsize=4096)
def _registration_since(wall: int) -> Registration:
    return Registration(RegistrationStatus.REGISTERED, stamp(wall))


def _registration(traits: int, wall: int) -> Registration:
    """Terminals sign in once a day, each at a minute of its own."""
    minute_s = traits % 1440 * 60
    return _registration_since(wall - (wall - minute_s) % DAY_S)


def _since(wall: int, traits: int, every_s: int) -> str:
    """Return when a terminal last did what it does once in so long, at a minute of its own."""
    minute_s = traits % (every_s // 60) * 60
    return stamp(wall - (wall - minute_s) % every_s)


def _network(terminal: SimulatedTerminal, second: int) -> Network:
    """Signals wander slowly around a place of their own, with a little noise on top."""
    traits = terminal.traits
    links = terminal.model.links
    link = links[(traits >> 40) % len(links)]
    if link is NetworkType.ETHERNET:
        return _CABLE
    usual_dbm = (-60 if link is NetworkType.CELLULAR else -45) - (traits >> 44 & 15)
    place = (second + (traits >> 48 & 0xFF)) % _WANDER_S
    wander_db = abs(place - _WANDER_S // 2) // 8
    noise_db = _scatter(traits - second // _SIGNAL_S) & 3
    return Network(link, host_reachable=True, signal_dbm=usual_dbm - wander_db - noise_db)
