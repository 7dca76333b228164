"""Opening, updating and closing tickets of another system."""

from monitor.adapters.direct_notification.tickets.sink import TicketSink

__all__ = ["TicketSink"]
