"""Whether a receiver takes what it is sent."""

import structlog

from monitor.ports.alert_sink import Delivery

log = structlog.get_logger()


class Availability:
    """Logs why sending to `sink` fails when the reason changes, and when it works again.

    `fault` is the present reason, empty while there is none.
    """

    def __init__(self, sink: str) -> None:
        self.fault = ""
        self._sink = sink

    def answered(self, delivery: Delivery) -> Delivery:
        """Note that it has taken or refused something, and return that."""
        if self.fault:
            log.info("receiver.available", sink=self._sink)
        self.fault = ""
        return delivery

    def partly(self, reason: str) -> Delivery:
        """Note that only some recipients got the message, and return PARTIAL; `reason` names the others."""
        if reason != self.fault:
            log.warning("receiver.partly_refused", sink=self._sink, reason=reason)
        self.fault = reason
        return Delivery.PARTIAL

    def failed(self, reason: str) -> Delivery:
        """Note that it is away, hung or overloaded, and return RETRY; `reason` holds no secret."""
        if reason != self.fault:
            log.warning("receiver.unavailable", sink=self._sink, reason=reason)
        self.fault = reason
        return Delivery.RETRY
