"""A terminal as the inventory describes it."""

import re
from enum import StrEnum

from msgspec import Struct

TERMINAL_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
"""ISO 8583 DE41 after right-stripping spaces; vendors use ids of up to 64 characters."""

DEFAULT_DIALECT = "unionpay"
"""Whose response codes a terminal gets when its inventory row does not say."""


class InventoryStatus(StrEnum):
    """The use of a terminal as the inventory has it; only `IN_SERVICE` terminals are paged for."""

    IN_SERVICE = "in_service"
    SPARE = "spare"
    MAINTENANCE = "maintenance"
    RETIRED = "retired"


PUSH_ENDPOINT = "push:"
"""The endpoint of a terminal that reports by itself."""

POLLED = frozenset({InventoryStatus.IN_SERVICE, InventoryStatus.MAINTENANCE})
"""A spare lies in a drawer and a retired terminal is gone: neither is polled."""


class Terminal(Struct, frozen=True, gc=False, kw_only=True):
    """One inventory row. Text fields are empty when the inventory does not say.

    `opening_hours` are as `parse_opening_hours` reads them, in `timezone`, a name of the IANA time zone
    database, and by `calendar`, a name of the configuration: hours need a zone, a calendar needs hours.
    `parents` are names with `;` between them. `printer` is the address of a receipt printer that is asked
    beside the endpoint.
    """

    terminal_id: str
    endpoint: str = ""
    merchant_id: str = ""
    merchant_name: str = ""
    site: str = ""
    region: str = ""
    serial_number: str = ""
    vendor: str = ""
    model: str = ""
    status: InventoryStatus = InventoryStatus.IN_SERVICE
    dialect: str = DEFAULT_DIALECT
    contact: str = ""
    opening_hours: str = ""
    timezone: str = ""
    calendar: str = ""
    parents: str = ""
    printer: str = ""

    @property
    def is_polled(self) -> bool:
        """Whether its endpoint is asked: it has one, and its status says it is in use."""
        return bool(self.endpoint) and self.status in POLLED

    @property
    def is_push_only(self) -> bool:
        """Whether it is in use and has no endpoint: only its pushes say anything about it."""
        return not self.endpoint and self.status in POLLED

    @property
    def reports_by_itself(self) -> bool:
        """Whether its endpoint says that it pushes, so that its silence counts as a failed poll."""
        return self.endpoint == PUSH_ENDPOINT

    @property
    def is_paged(self) -> bool:
        """Whether its alerts are sent and count towards its health."""
        return self.status is InventoryStatus.IN_SERVICE


FIELDS = Terminal.__struct_fields__
"""Inventory column names, in their documented order."""
