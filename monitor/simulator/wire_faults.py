"""Ways in which an answer does not arrive, or arrives oddly."""

from functools import partial

from monitor.domain.polling.poll_result import Outcome
from monitor.simulator import answer as deliveries
from monitor.simulator.answer import AnswerDelivery, SimulatedAnswer, Situation
from monitor.simulator.fault_kind import Apply, FaultKind
from monitor.simulator.parameters import Parameter, duration, positive_duration, whole_number_between


def _delivered(deliver: AnswerDelivery) -> Apply:
    def apply(answer: SimulatedAnswer, _: Situation) -> None:
        answer.deliver = deliver

    return apply


def _drip(answer: SimulatedAnswer, situation: Situation) -> None:
    answer.deliver = partial(deliveries.dripping, situation.number("interval"))


def _flood_body(answer: SimulatedAnswer, situation: Situation) -> None:
    answer.deliver = partial(deliveries.flooding_body, int(situation.number("bytes")))


def _slow_down(answer: SimulatedAnswer, situation: Situation) -> None:
    answer.deliver = partial(deliveries.delayed, answer.deliver, situation.number("delay"))


WIRE_FAULTS = (
    FaultKind(
        name="chunked",
        summary="a legal chunked body in odd pieces, with extensions and a trailer",
        apply=_delivered(deliveries.chunked),
        outcome=Outcome.OK,
    ),
    FaultKind(
        name="truncated",
        summary="closes in the middle of the body",
        apply=_delivered(deliveries.cut_short),
        outcome=Outcome.RESET,
    ),
    FaultKind(
        name="huge_body",
        summary="a body far larger than any heartbeat",
        apply=_flood_body,
        outcome=Outcome.PROTOCOL,
        parameters=(
            Parameter(
                name="bytes",
                read=whole_number_between(1, 10**15),
                default="10000000000",
                meaning="its length",
            ),
        ),
    ),
    FaultKind(
        name="endless_headers",
        summary="header lines without end",
        apply=_delivered(deliveries.flooding_headers),
        outcome=Outcome.PROTOCOL,
    ),
    FaultKind(
        name="drip",
        summary="one byte at a time",
        apply=_drip,
        outcome=Outcome.TIMEOUT,
        parameters=(
            Parameter(
                name="interval", read=positive_duration, default="500ms", meaning="time between two bytes"
            ),
        ),
    ),
    FaultKind(
        name="slow",
        summary="answers late; on top of any of the above",
        apply=_slow_down,
        outcome=Outcome.OK,
        parameters=(Parameter(name="delay", read=duration, default="2s", meaning="how late"),),
    ),
    FaultKind(
        name="hang",
        summary="takes the request and never answers",
        apply=_delivered(deliveries.never),
        outcome=Outcome.TIMEOUT,
    ),
    FaultKind(
        name="reset",
        summary="drops the connection hard (RST) when asked",
        apply=_delivered(deliveries.reset),
        outcome=Outcome.RESET,
    ),
    FaultKind(
        name="offline",
        summary="closes the connection (FIN) when asked",
        apply=_delivered(deliveries.closed),
        outcome=Outcome.RESET,
    ),
    FaultKind(
        name="refused",
        summary="refuses connections; the terminal gets a port of its own",
        apply=_delivered(deliveries.closed),
        outcome=Outcome.REFUSED,
        needs_own_port=True,
    ),
)
"""In the order they are worked in: of two at once, the later one is seen."""
