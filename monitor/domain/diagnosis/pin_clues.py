"""Why PINs fail: the cardholder, somebody guessing, the keypad and its keys, or the network.

The weights are ours (unsourced): a clear fact weighs 3 or more, a common one 1.
"""

from monitor.domain.diagnosis.case import Case
from monitor.domain.diagnosis.cause import Cause
from monitor.domain.diagnosis.clue import Clue, Table
from monitor.domain.heartbeat.reading import PinPadStatus, RegistrationStatus

CARDHOLDER, CARD, TERMINAL, KEYS, NETWORK = (
    Cause.CARDHOLDER_ERROR,
    Cause.CARD_ATTACK,
    Cause.TERMINAL_ATTACK,
    Cause.KEY_FAULT,
    Cause.HOST_NETWORK,
)

FEW_CARDS = 2
MANY_CARDS = 5
MANY_CARDS_IN_A_DAY = 8
"""Of 200 customers two or three mistype."""
MANY_TRIES = 4
MANY_OCCASIONS = 3
FAST_S = 45.0
"""Real customers need longer than this between one card and the next."""
PATIENT_S = 1800.0
NEXT_TILL_S = 600.0
RECENT_START_S = 3600.0
OLD_SIGN_IN_S = 26 * 3600.0
"""Terminals sign in once a day."""
NOTICEABLE = 0.2


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _keys_are_named(case: Case) -> bool:
    return case.pin_faults >= 2 and case.pin_faults >= case.wrong_pins


def _pin_pad_is_bad(case: Case) -> bool:
    return case.pin_pad in {PinPadStatus.FAULT, PinPadStatus.TAMPERED}


def _others_succeed(case: Case) -> bool:
    return case.approved >= 3 and _share(case.approved, case.transactions) >= 0.4


def _nobody_succeeds(case: Case) -> bool:
    return case.transactions >= 5 and not case.approved


def _one_card_keeps_failing(case: Case) -> bool:
    return case.card_tries >= MANY_TRIES


def _tries_are_spread(case: Case) -> bool:
    return case.card_tries >= 2 and (case.card_span_s or 0.0) >= PATIENT_S


def _tries_are_close(case: Case) -> bool:
    return case.card_terminals == 1 and case.card_tries >= 2 and _spans(case, 300.0)


def _spans(case: Case, at_most_s: float) -> bool:
    return case.card_span_s is not None and case.card_span_s <= at_most_s


def _stays_in_the_shop(case: Case) -> bool:
    is_one_shop = case.card_terminals >= 2 and case.card_sites == 1
    return is_one_shop and case.wrong_pin_cards <= FEW_CARDS and _spans(case, NEXT_TILL_S)


def _each_card_fails_once(case: Case) -> bool:
    return case.wrong_pin_cards >= 2 and case.card_tries == 1


def _cards_change_fast(case: Case) -> bool:
    return case.wrong_pin_cards >= MANY_CARDS and case.gap_s is not None and case.gap_s < FAST_S


def _host_is_silent(case: Case) -> bool:
    return case.host_failures >= 2 and _share(case.host_failures, case.transactions) >= NOTICEABLE


def _link_is_sound(case: Case) -> bool:
    is_quiet = not case.host_failures and not case.failed_polls_share and not case.host_incident
    return (
        bool(case.has_answered) and is_quiet and not case.is_signal_weak and case.host_reachable is not False
    )


def _is_not_signed_in(case: Case) -> bool:
    is_lost = case.registration not in {None, RegistrationStatus.REGISTERED}
    return is_lost or (case.signed_in_ago_s or 0.0) > OLD_SIGN_IN_S


PIN = Table(
    causes=(CARDHOLDER, CARD, TERMINAL, KEYS, NETWORK),
    priors={
        "PinFailuresOnTerminal": {TERMINAL: 1.0},
        "PinFailuresOnCard": {CARDHOLDER: 2.0},
        "PinFailuresAcrossTerminals": {CARD: 2.0},
        "CardAttack": {CARDHOLDER: 3.0},
        "PinLockImminent": {CARDHOLDER: 1.0},
        "PinDataFault": {KEYS: 1.0},
    },
    clues=(
        Clue(
            name="keys_are_named",
            holds=_keys_are_named,
            weights={KEYS: 4, NETWORK: 1, CARDHOLDER: -2, CARD: -2, TERMINAL: -2},
            words="the codes name PIN data or keys, not wrong PINs",
            words_zh="应答码指向密码数据或密钥而非密码错误",
        ),
        Clue(
            name="no_code_names_the_keys",
            holds=lambda case: case.wrong_pins >= 2 and not case.pin_faults,
            weights={KEYS: -3},
            words="no code names PIN data or keys",
            words_zh="没有指向密码数据或密钥的应答码",
        ),
        Clue(
            name="pin_pad_is_bad",
            holds=_pin_pad_is_bad,
            weights={KEYS: 3},
            words="the PIN pad reports a fault",
            words_zh="密码键盘上报故障",
        ),
        Clue(
            name="many_faulty_cards",
            holds=lambda case: case.faulty_cards >= 3,
            weights={KEYS: 1.5},
            words="the PINs of many different cards cannot be read",
            words_zh="多张不同的卡都无法读取密码",
        ),
        Clue(
            name="others_succeed",
            holds=_others_succeed,
            weights={CARDHOLDER: 1, CARD: 0.5, KEYS: -2, NETWORK: -1},
            words="other payments succeed here",
            words_zh="本终端其他交易成功",
        ),
        Clue(
            name="nobody_succeeds",
            holds=_nobody_succeeds,
            weights={TERMINAL: 1, KEYS: 1, NETWORK: 1, CARDHOLDER: -2},
            words="no payment succeeds here",
            words_zh="本终端没有成功的交易",
        ),
        Clue(
            name="few_cards",
            holds=lambda case: 1 <= case.wrong_pin_cards <= FEW_CARDS,
            weights={CARDHOLDER: 1, TERMINAL: -3},
            words="only one or two cards fail",
            words_zh="只有一两张卡出错",
        ),
        Clue(
            name="many_cards",
            holds=lambda case: case.wrong_pin_cards >= MANY_CARDS,
            weights={TERMINAL: 3, CARDHOLDER: -2, CARD: -1},
            words="wrong PINs on many different cards",
            words_zh="多张不同的卡密码错误",
        ),
        Clue(
            name="many_cards_in_a_day",
            holds=lambda case: case.wrong_pin_cards_of_day >= MANY_CARDS_IN_A_DAY,
            weights={TERMINAL: 3, CARDHOLDER: -1},
            words="within a day more cards had a wrong PIN here than customers explain",
            words_zh="一天内密码错误的卡数超出正常顾客所致",
        ),
        Clue(
            name="each_card_fails_once",
            holds=_each_card_fails_once,
            weights={TERMINAL: 2.5, CARDHOLDER: -1},
            words="card after card fails, and none is tried again",
            words_zh="一张接一张的卡出错，且没有重试",
        ),
        Clue(
            name="cards_change_fast",
            holds=_cards_change_fast,
            weights={TERMINAL: 2, CARDHOLDER: -1},
            words="one try follows the other faster than customers do",
            words_zh="尝试间隔短于正常顾客",
        ),
        Clue(
            name="card_was_then_right",
            holds=lambda case: case.recovered_cards > 0 and case.wrong_pin_cards <= 2 * case.recovered_cards,
            weights={CARDHOLDER: 2, CARD: -1, TERMINAL: -1, KEYS: -2},
            words="the right PIN followed",
            words_zh="随后输入了正确密码",
        ),
        Clue(
            name="tries_are_close",
            holds=_tries_are_close,
            weights={CARDHOLDER: 1, CARD: -1},
            words="the tries came within minutes at one terminal",
            words_zh="数分钟内在同一终端连续尝试",
        ),
        Clue(
            name="card_travels",
            holds=lambda case: case.card_sites >= 2,
            weights={CARD: 3, CARDHOLDER: -1, TERMINAL: -2, KEYS: -2},
            words="one card fails at several shops",
            words_zh="同一张卡在多家门店密码错误",
        ),
        Clue(
            name="card_stays_in_the_shop",
            holds=_stays_in_the_shop,
            weights={CARDHOLDER: 1, CARD: -1},
            words="only a card or two, within minutes at tills of one shop",
            words_zh="仅一两张卡，在同一门店的收银台数分钟内先后使用",
        ),
        Clue(
            name="tries_are_spread",
            holds=_tries_are_spread,
            weights={CARD: 2, CARDHOLDER: -1},
            words="the tries are spread over a long time",
            words_zh="尝试分散在较长时间内",
        ),
        Clue(
            name="card_comes_back",
            holds=lambda case: case.card_occasions >= MANY_OCCASIONS,
            weights={CARD: 2, CARDHOLDER: -1},
            words="it is tried on three visits or more",
            words_zh="分三次或更多次前来尝试",
        ),
        Clue(
            name="one_card_keeps_failing",
            holds=_one_card_keeps_failing,
            weights={CARD: 2, CARDHOLDER: -1},
            words="one card is tried again and again",
            words_zh="同一张卡反复尝试",
        ),
        Clue(
            name="tries_exceeded",
            holds=lambda case: bool(case.tries_exceeded),
            weights={CARD: 1},
            words="a card's PIN tries are used up",
            words_zh="有卡密码次数已超限",
        ),
        Clue(
            name="host_is_silent",
            holds=_host_is_silent,
            weights={NETWORK: 3},
            words="other payments here get no answer from the host",
            words_zh="本终端其他交易得不到主机应答",
        ),
        Clue(
            name="host_incident",
            holds=lambda case: case.host_incident,
            weights={NETWORK: 3, KEYS: -1},
            words="many terminals get no answer from the host",
            words_zh="多台终端得不到主机应答",
        ),
        Clue(
            name="is_hot",
            holds=lambda case: case.is_hot,
            weights={KEYS: 1},
            words="the device is too hot",
            words_zh="设备温度过高",
        ),
        Clue(
            name="weak_signal",
            holds=lambda case: case.is_signal_weak,
            weights={NETWORK: 3},
            words="its signal is weak",
            words_zh="信号弱",
        ),
        Clue(
            name="polls_fail",
            holds=lambda case: case.failed_polls_share >= 0.1,
            weights={NETWORK: 3},
            words="its heartbeats fail as well",
            words_zh="心跳也有失败",
        ),
        Clue(
            name="link_is_sound",
            holds=_link_is_sound,
            weights={NETWORK: -3},
            words="nothing else is wrong with its link",
            words_zh="网络连接未见其他异常",
        ),
        Clue(
            name="neighbours_suffer",
            holds=lambda case: case.troubled_neighbours >= 1,
            weights={NETWORK: 2, KEYS: -1},
            words="neighbours at the site have the same trouble",
            words_zh="同店其他终端也有同样问题",
        ),
        Clue(
            name="restarted_lately",
            holds=lambda case: case.uptime_s is not None and case.uptime_s < RECENT_START_S,
            weights={KEYS: 1},
            words="it restarted within the last hour",
            words_zh="一小时内重启过",
        ),
        Clue(
            name="software_changed",
            holds=lambda case: case.has_changed("firmware_version", "app_version"),
            weights={KEYS: 1},
            words="its software changed within a day",
            words_zh="一天内软件有变更",
        ),
        Clue(
            name="firmware_is_old",
            holds=lambda case: case.is_firmware_old,
            weights={KEYS: 0.5},
            words="its firmware is older than the fleet's",
            words_zh="固件版本落后",
        ),
        Clue(
            name="is_not_signed_in",
            holds=_is_not_signed_in,
            weights={KEYS: 1.5},
            words="it is not signed in afresh",
            words_zh="未及时签到",
        ),
    ),
)
"""For alerts on failing PINs and on terminals that lock themselves for them."""
