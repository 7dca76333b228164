"""The facts that a diagnosis weighs, as one plain value."""

from dataclasses import dataclass

from monitor.domain.heartbeat.reading import NetworkType, PinPadStatus, RegistrationStatus
from monitor.domain.polling.poll_result import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentChange:
    """A line of the device record: `what` changed `ago_s` seconds ago."""

    what: str
    before: str
    after: str
    ago_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The known facts about a terminal, a card, a source or a site that an alert is about.

    None, "", 0 and () mean not known or none. Counts of transactions are of the detectors' windows,
    durations in seconds, `battery_percent` 0-100, `codes` response codes with their counts, most frequent
    first.

    Transactions: `pin_faults` are answers about PIN data or keys, `host_failures` those that no
    host answered (68, 91, 98 and their like), `wrong_pin_cards` the distinct cards with a wrong PIN
    (`_of_day` in a day) and `faulty_cards` with a PIN-data fault, `recovered_cards` those approved after a
    wrong PIN, `card_tries` the most wrong PINs of any one card, `card_occasions`, `card_terminals` and
    `card_sites` on how many visits, on how many terminals and at how many sites it had them, `card_span_s`
    from its first to its last, `gap_s` the usual time between two wrong PINs of the case.

    Surroundings: `neighbours` are other terminals of the site, `troubled_neighbours` those with the same
    trouble, `down_neighbours` those that do not answer; `host_incident` tells that many terminals of the
    fleet get no answer from the host.

    Identity: `given_` is what the terminal says, `expected_` what the inventory does; `serials` are
    how many serial numbers take turns under one id, `endpoints` at how many it answers, `unknown_ids` how
    many ids unknown to the inventory one source gave. `claimed_id` is another's id under which it answers,
    `id_shape` what is wrong with an id as such (`empty`, `default`, `garbled`), `is_at_wrong_address` tells
    that the claimed terminal answers nowhere else, `is_swapped` that its endpoint answers as this one,
    `is_spelled_differently` that the id or serial number given is the expected one but for case, blanks and
    leading zeros, `is_in_inventory` whether the id is known, `is_spare_serial` whether the inventory has the
    serial number as a spare's, `is_serial_known` as another terminal's.

    `is_hot` tells that the device is hotter than `TerminalOverheating` bears by default, `was_asleep` that it
    last said that it sleeps.

    Connectivity: how the last poll ended; `is_closed` tells that the terminal is expected to be off, as its
    shop is closed; `wired_` and `cellular_` count the site's terminals by the link they last reported,
    `dark_sites` other sites of its region that fell silent about when it did.
    `wrong` terminals give one and the same wrong answer, in `wrong_places` places and of `wrong_models`
    models, while terminals of `well_models` models answer well.
    """

    codes: tuple[tuple[str, int], ...] = ()
    transactions: int = 0
    approved: int = 0
    wrong_pins: int = 0
    pin_faults: int = 0
    host_failures: int = 0
    unknown_terminal_answers: int = 0
    tries_exceeded: int = 0
    wrong_pin_cards: int = 0
    wrong_pin_cards_of_day: int = 0
    faulty_cards: int = 0
    recovered_cards: int = 0
    card_tries: int = 0
    card_occasions: int = 0
    card_terminals: int = 0
    card_sites: int = 0
    card_span_s: float | None = None
    gap_s: float | None = None

    pin_pad: PinPadStatus | None = None
    component_faults: int = 0
    battery_percent: float | None = None
    is_charging: bool | None = None
    link: NetworkType | None = None
    signal_dbm: float | None = None
    is_signal_weak: bool = False
    host_reachable: bool | None = None
    registration: RegistrationStatus | None = None
    signed_in_ago_s: float | None = None
    uptime_s: float | None = None
    restarts: int = 0
    firmware: str = ""
    usual_firmware: str = ""
    is_firmware_old: bool = False
    failed_polls_share: float = 0.0
    is_hot: bool = False
    was_asleep: bool = False
    changes: tuple[RecentChange, ...] = ()

    neighbours: int = 0
    troubled_neighbours: int = 0
    down_neighbours: int = 0
    host_incident: bool = False

    expected_serial: str = ""
    given_serial: str = ""
    expected_merchant: str = ""
    given_merchant: str = ""
    claimed_id: str = ""
    is_claimed_id_known: bool = False
    id_shape: str = ""
    is_spelled_differently: bool = False
    is_at_wrong_address: bool = False
    is_swapped: bool = False
    is_in_inventory: bool = True
    is_spare_serial: bool = False
    is_serial_known: bool = False
    serials: int = 0
    endpoints: int = 0
    unknown_ids: int = 0

    is_closed: bool = False
    outcome: Outcome | None = None
    detail: str = ""
    has_answered: bool | None = None
    members: int = 0
    down: int = 0
    wired_down: int = 0
    wired_up: int = 0
    cellular_down: int = 0
    cellular_up: int = 0
    dark_sites: int = 0
    wrong: int = 0
    wrong_places: int = 0
    wrong_models: int = 0
    well_models: int = 0

    def has_changed(self, *what: str) -> bool:
        """Return whether one of these has changed in the last 24 hours."""
        return any(change.what in what for change in self.changes)
