"""Troubles that show in what terminals tell of cards and log-ins; their answer stays a good heartbeat."""

from collections.abc import Callable, Iterator
from zlib import crc32

from monitor.domain.instant import rfc3339
from monitor.domain.polling.poll_result import Outcome
from monitor.simulator.answer import SimulatedAnswer, Situation
from monitor.simulator.behaviour import stamp
from monitor.simulator.chance import mixed
from monitor.simulator.document import Document, LoginEvent, Registration, TransactionEvent
from monitor.simulator.fault_kind import FaultKind
from monitor.simulator.parameters import Parameter, positive_duration, text

REMEMBERED = 16
"""So many of the events that a fault brings about are in one heartbeat, the newest."""

_DAY_S = 86_400
_HOST_CODES = ("91", "68", "98", "91")
_KEY_CODES = ("99", "A0", "99")
_SIGN_IN_MARGIN_S = 3600


def _moments(answer: SimulatedAnswer, situation: Situation) -> Iterator[tuple[int, int]]:
    """Yield unix second and chance of each event of a fault that there is room for, oldest first."""
    interval_s = max(1, int(situation.number("interval")))
    own = crc32(answer.document.terminal_id.encode())
    began, now = situation.wall - situation.lasted_s, int(situation.wall)
    newest = (now - own % interval_s) // interval_s
    for slot in range(newest - REMEMBERED + 1, newest + 1):
        at = slot * interval_s + own % interval_s
        if at >= began:
            yield at, mixed(own << 32 | slot & 0xFFFFFFFF)


def _remember(document: Document, events: list[TransactionEvent | LoginEvent]) -> None:
    document.events = (*document.events, *events)


def _card(at: int, chance: int, code: str, card: str = "") -> TransactionEvent:
    return TransactionEvent(
        id=f"F{at}-{code}",
        at=rfc3339(at),
        response_code=code,
        card_token=card or f"tok_{chance >> 20:011x}",
        operator_id="01",
        amount_minor=100 * (1 + chance % 300),
    )


def _forget_sales_since(answer: SimulatedAnswer, situation: Situation) -> None:
    """Leave out the terminal's usual events since the fault began: it is all that happens there."""
    began = rfc3339(situation.wall - situation.lasted_s)
    answer.document.events = tuple(event for event in answer.document.events if event.at < began)


def _try_many_cards(answer: SimulatedAnswer, situation: Situation) -> None:
    moments = _moments(answer, situation)
    _remember(answer.document, [_card(at, chance, "55") for at, chance in moments])


def _try_one_card(answer: SimulatedAnswer, situation: Situation) -> None:
    card = situation.text("card")
    moments = _moments(answer, situation)
    _remember(answer.document, [_card(at, chance, "55", card) for at, chance in moments])


def _lose_keys(answer: SimulatedAnswer, situation: Situation) -> None:
    _answer_always(*_KEY_CODES)(answer, situation)
    answer.document.uptime_seconds = int(situation.lasted_s)
    signed_in = int(situation.wall - situation.lasted_s) - _DAY_S - _SIGN_IN_MARGIN_S
    answer.document.registration = Registration(answer.document.registration.status, stamp(signed_in))


def _answer_always(*codes: str) -> Callable[[SimulatedAnswer, Situation], None]:
    """Let every transaction end with one of these codes."""

    def apply(answer: SimulatedAnswer, situation: Situation) -> None:
        _forget_sales_since(answer, situation)
        moments = _moments(answer, situation)
        _remember(answer.document, [_card(at, chance, codes[chance % len(codes)]) for at, chance in moments])

    return apply


def _be_unknown(answer: SimulatedAnswer, situation: Situation) -> None:
    _answer_always("97")(answer, situation)
    document, reason = answer.document, situation.text("reason")
    if reason == "replaced":
        document.serial_number = f"NEW-{document.terminal_id}"
    elif reason == "upgraded":
        document.firmware_version += ".1"
        document.uptime_seconds = int(situation.lasted_s)
    elif reason == "provider":
        document.merchant_id = document.merchant_id[:-1] + ("1" if document.merchant_id[-1] == "0" else "0")


def _be_cloned(answer: SimulatedAnswer, situation: Situation) -> None:
    if int(situation.wall // situation.number("interval")) % 2:
        answer.document.serial_number = f"CLONE-{answer.document.terminal_id}"


def _fail_log_ins(answer: SimulatedAnswer, situation: Situation) -> None:
    attempts: list[TransactionEvent | LoginEvent] = [
        LoginEvent(id=f"G{at}", at=rfc3339(at), operator_id=f"{chance % 100:02}", success=False)
        for at, chance in _moments(answer, situation)
    ]
    _remember(answer.document, attempts)


def _reason(written: str) -> str:
    if written not in {"none", "replaced", "upgraded", "provider"}:
        raise ValueError("write none, replaced, upgraded or provider")
    return written


def _interval(default: str, meaning: str) -> Parameter:
    return Parameter(name="interval", read=positive_duration, default=default, meaning=meaning)


EVENT_FAULTS = (
    FaultKind(
        name="pin_attack_terminal",
        summary="wrong PINs on one card after the other",
        apply=_try_many_cards,
        outcome=Outcome.OK,
        parameters=(_interval("5s", "time between two cards"),),
    ),
    FaultKind(
        name="pin_attack_card",
        summary="wrong PINs on one card, the same at every terminal it befalls",
        apply=_try_one_card,
        outcome=Outcome.OK,
        parameters=(
            _interval("40s", "time between two tries at one terminal"),
            Parameter(name="card", read=text, default="tok_found", meaning="the card's token"),
        ),
    ),
    FaultKind(
        name="key_fault",
        summary="restarts without its keys: every transaction ends with 99 or A0",
        apply=_lose_keys,
        outcome=Outcome.OK,
        parameters=(_interval("8s", "time between two transactions"),),
    ),
    FaultKind(
        name="host_incident",
        summary="every transaction ends with 91, 68 or 98",
        apply=_answer_always(*_HOST_CODES),
        outcome=Outcome.OK,
        parameters=(_interval("8s", "time between two transactions"),),
    ),
    FaultKind(
        name="unknown_terminal",
        summary="the host does not know it: every transaction ends with 97",
        apply=_be_unknown,
        outcome=Outcome.OK,
        parameters=(
            _interval("8s", "time between two transactions"),
            Parameter(
                name="reason",
                read=_reason,
                default="none",
                meaning="what changed with it: none, replaced, upgraded or provider",
            ),
        ),
    ),
    FaultKind(
        name="cloned",
        summary="two serial numbers take turns under one id",
        apply=_be_cloned,
        outcome=Outcome.OK,
        parameters=(_interval("6s", "time until the other's turn"),),
    ),
    FaultKind(
        name="failed_log_ins",
        summary="somebody guesses an operator's password",
        apply=_fail_log_ins,
        outcome=Outcome.OK,
        parameters=(_interval("6s", "time between two tries"),),
    ),
)
"""In the order they are worked in."""
