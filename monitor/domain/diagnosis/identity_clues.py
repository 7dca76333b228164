"""Why a terminal is not the one it should be, or the host does not know it.

The weights are ours (unsourced): a clear fact weighs 3 or more, a common one 1.
"""

from monitor.domain.diagnosis.case import Case
from monitor.domain.diagnosis.cause import Cause
from monitor.domain.diagnosis.clue import Clue, Table
from monitor.domain.heartbeat.reading import RegistrationStatus
from monitor.domain.inventory.spelling import is_another

REPLACED, UPGRADED, PROVIDER, REGISTRATION, HARDWARE, CLONED, WRITTEN, ENDPOINT = (
    Cause.REPLACED_DEVICE,
    Cause.UPGRADED_SYSTEM,
    Cause.CHANGED_PROVIDER,
    Cause.WRONG_REGISTRATION,
    Cause.HARDWARE_FAULT,
    Cause.CLONED_TERMINAL,
    Cause.WRITTEN_DIFFERENTLY,
    Cause.WRONG_ENDPOINT,
)

MANY_IDS = 3
IDENTITY_FIELDS = ("serial_number", "firmware_version", "app_version", "merchant_id", "endpoint", "model")


def _serial_is_new(case: Case) -> bool:
    is_known = bool(case.expected_serial and case.given_serial)
    is_other = is_known and is_another(case.given_serial, case.expected_serial)
    return (is_other or case.has_changed("serial_number")) and case.serials < 2


def _serial_is_right(case: Case) -> bool:
    is_known = bool(case.expected_serial and case.given_serial)
    return is_known and not is_another(case.given_serial, case.expected_serial) and case.serials < 2


def _merchant_differs(case: Case) -> bool:
    is_known = bool(case.expected_merchant and case.given_merchant)
    return is_known and is_another(case.given_merchant, case.expected_merchant)


def _is_not_registered(case: Case) -> bool:
    return case.registration not in {None, RegistrationStatus.REGISTERED}


def _nothing_changed(case: Case) -> bool:
    is_same = not (case.claimed_id or _serial_is_new(case) or _merchant_differs(case))
    return bool(case.given_serial) and is_same and not case.has_changed(*IDENTITY_FIELDS)


IDENTITY = Table(
    causes=(REPLACED, UPGRADED, PROVIDER, REGISTRATION, HARDWARE, CLONED),
    priors={
        "UnknownTerminalId": {REGISTRATION: 1.0},
        "TerminalIdConflict": {CLONED: 2.0},
        "TerminalIdProbing": {CLONED: 2.0},
        "RegistrationLost": {REGISTRATION: 1.0},
    },
    clues=(
        Clue(
            name="serial_is_new",
            holds=_serial_is_new,
            weights={REPLACED: 4, UPGRADED: -1, CLONED: 1},
            words="the id comes from a new serial number",
            words_zh="终端号来自新的序列号",
        ),
        Clue(
            name="serial_is_a_spare",
            holds=lambda case: case.is_spare_serial,
            weights={REPLACED: 3, CLONED: -3},
            words="the new serial number is a spare of the inventory",
            words_zh="新序列号是档案中的备用机",
        ),
        Clue(
            name="serial_is_right",
            holds=_serial_is_right,
            weights={REPLACED: -4, CLONED: -1},
            words="the serial number is the inventory's",
            words_zh="序列号与档案一致",
        ),
        Clue(
            name="two_serials",
            holds=lambda case: case.serials >= 2,
            weights={CLONED: 4, REPLACED: -1},
            words="one id comes from several serial numbers in turn",
            words_zh="同一终端号交替来自多个序列号",
        ),
        Clue(
            name="two_endpoints",
            holds=lambda case: case.endpoints >= 2,
            weights={CLONED: 3, REGISTRATION: 1},
            words="one id answers at several endpoints",
            words_zh="同一终端号出现在多个地址",
        ),
        Clue(
            name="many_unknown_ids",
            holds=lambda case: case.unknown_ids >= MANY_IDS,
            weights={CLONED: 4, REGISTRATION: -1},
            words="one source gives many unknown ids",
            words_zh="同一来源使用多个未知终端号",
        ),
        Clue(
            name="software_changed",
            holds=lambda case: case.has_changed("firmware_version", "app_version"),
            weights={UPGRADED: 3.5},
            words="its firmware or application changed within a day",
            words_zh="一天内固件或应用有变更",
        ),
        Clue(
            name="software_is_as_before",
            holds=lambda case: (
                bool(case.firmware) and not case.has_changed("firmware_version", "app_version")
            ),
            weights={UPGRADED: -2},
            words="its software is as before",
            words_zh="软件没有变更",
        ),
        Clue(
            name="merchant_differs",
            holds=_merchant_differs,
            weights={PROVIDER: 4},
            words="its merchant id is not the inventory's",
            words_zh="商户号与档案不符",
        ),
        Clue(
            name="merchant_or_endpoint_changed",
            holds=lambda case: case.has_changed("merchant_id", "endpoint"),
            weights={PROVIDER: 1.5},
            words="merchant id or endpoint changed within a day",
            words_zh="一天内商户号或地址有变更",
        ),
        Clue(
            name="id_is_not_in_inventory",
            holds=lambda case: not case.is_in_inventory and not case.id_shape,
            weights={REGISTRATION: 2, CLONED: 1},
            words="the id is not in the inventory",
            words_zh="档案中没有该终端号",
        ),
        Clue(
            name="serial_is_known",
            holds=lambda case: case.is_serial_known,
            weights={REGISTRATION: 2, CLONED: -1},
            words="the inventory has its serial number under another id",
            words_zh="档案中该序列号登记在另一终端号下",
        ),
        Clue(
            name="answers_as_a_neighbour",
            holds=lambda case: case.is_claimed_id_known,
            weights={REGISTRATION: 3, CLONED: -1},
            words="the endpoint answers as another terminal of the inventory",
            words_zh="该地址应答的是档案中的另一台终端",
        ),
        Clue(
            name="answers_as_a_stranger",
            holds=lambda case: bool(case.claimed_id) and not case.is_claimed_id_known,
            weights={REPLACED: 1.5, CLONED: 2, REGISTRATION: 2},
            words="the endpoint answers as a terminal nobody knows",
            words_zh="该地址应答的是未知终端",
        ),
        Clue(
            name="host_does_not_know_it",
            holds=lambda case: bool(case.unknown_terminal_answers),
            weights={REGISTRATION: 1},
            words="the host calls it unknown",
            words_zh="主机应答终端号未登记",
        ),
        Clue(
            name="is_not_registered",
            holds=_is_not_registered,
            weights={REGISTRATION: 2},
            words="it says itself that it is not registered",
            words_zh="终端自报未登记",
        ),
        Clue(
            name="nothing_changed",
            holds=_nothing_changed,
            weights={REGISTRATION: 1.5},
            words="nothing about the device changed within a day",
            words_zh="一天内设备没有变更",
        ),
        Clue(
            name="id_is_broken",
            holds=lambda case: bool(case.id_shape),
            weights={HARDWARE: 5, CLONED: -1, REGISTRATION: 1},
            words="the id is empty, garbled or the maker's default",
            words_zh="终端号为空、乱码或出厂默认值",
        ),
        Clue(
            name="parts_are_faulty",
            holds=lambda case: bool(case.component_faults),
            weights={HARDWARE: 2},
            words="its parts report faults",
            words_zh="部件上报故障",
        ),
        Clue(
            name="it_restarts",
            holds=lambda case: case.restarts >= 2,
            weights={HARDWARE: 1},
            words="it restarts again and again",
            words_zh="反复重启",
        ),
        Clue(
            name="neighbours_suffer",
            holds=lambda case: bool(case.troubled_neighbours),
            weights={PROVIDER: 1, REGISTRATION: 1, UPGRADED: 1, REPLACED: -1, HARDWARE: -2},
            words="neighbours at the site have the same trouble",
            words_zh="同店其他终端也有同样问题",
        ),
    ),
)
"""For alerts on a terminal's identity and its standing with the host."""

SPELLING = Table(
    causes=(WRITTEN, REPLACED, REGISTRATION),
    clues=(
        Clue(
            name="is_spelled_differently",
            holds=lambda case: case.is_spelled_differently,
            weights={WRITTEN: 5, REPLACED: -1},
            words="only case, blanks or leading zeros differ",
            words_zh="仅大小写、空格或前导零不同",
        ),
        Clue(
            name="nothing_else_changed",
            holds=lambda case: case.is_spelled_differently and not case.has_changed(*IDENTITY_FIELDS),
            weights={WRITTEN: 1, REPLACED: -1},
            words="nothing else about the device changed within a day",
            words_zh="一天内设备没有其他变更",
        ),
        Clue(
            name="other_serial_is_new",
            holds=lambda case: bool(case.claimed_id) and _serial_is_new(case),
            weights={REPLACED: 3},
            words="its serial number is new",
            words_zh="序列号是新的",
        ),
        Clue(
            name="inventory_has_both",
            holds=lambda case: case.is_claimed_id_known,
            weights={REGISTRATION: 5},
            words="the inventory has both spellings, as two terminals",
            words_zh="档案中两种写法各有一台终端",
        ),
    ),
)
"""For an id or a serial number that is the inventory's, written differently."""

ADDRESS = Table(
    causes=(ENDPOINT, REPLACED, REGISTRATION),
    clues=(
        Clue(
            name="answers_nowhere_else",
            holds=lambda case: case.is_at_wrong_address,
            weights={ENDPOINT: 4, REPLACED: -1},
            words="another terminal of the inventory answers here, and nowhere else",
            words_zh="该地址应答的是档案中的另一台终端，且它只在此处应答",
        ),
        Clue(
            name="is_swapped",
            holds=lambda case: case.is_swapped,
            weights={ENDPOINT: 3, REPLACED: -1},
            words="the other's endpoint answers as this one",
            words_zh="对方的地址应答的正是本终端",
        ),
        Clue(
            name="used_to_be_right",
            holds=lambda case: case.is_at_wrong_address and bool(case.given_merchant or case.firmware),
            weights={ENDPOINT: 1},
            words="this endpoint used to lead to the right terminal",
            words_zh="该地址此前指向正确的终端",
        ),
        Clue(
            name="endpoint_was_changed",
            holds=lambda case: case.has_changed("endpoint"),
            weights={ENDPOINT: 1},
            words="the inventory's endpoint changed within a day",
            words_zh="一天内档案中的地址有变更",
        ),
    ),
)
"""For an endpoint that answers as another terminal of the inventory, which answers nowhere else."""
