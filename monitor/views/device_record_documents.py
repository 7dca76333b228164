"""The documents of device records."""

from msgspec import Struct


class DeviceNoteRequest(Struct, kw_only=True):
    """What is sent to write a line: `kind` is `note purchase deployment inspection repair swap`.

    `at` is when it happened, a time with its offset; now when it is not given. `by` names the author where
    posmon asks for no token.
    """

    text: str
    kind: str = "note"
    at: str = ""
    by: str = ""


class DeviceEntryDocument(Struct, kw_only=True):
    """One line: `at` is when it happened, `noted_at` when it was written down.

    A `change` has `what` (`firmware_version`, `serial_number`, `endpoint` ...) with `before` and `after`, an
    `outage` has `until` (null while it lasts) and its `cause`, a line of people its `text`, `by` and `via`.
    """

    at: str
    kind: str
    id: str
    what: str = ""
    before: str = ""
    after: str = ""
    until: str | None = None
    cause: str = ""
    text: str = ""
    by: str = ""
    via: str = ""
    noted_at: str


class DeviceRecordPage(Struct, kw_only=True):
    """A page of the device record of one terminal, newest first; `next_cursor` as in TerminalPage."""

    terminal_id: str
    entries: list[DeviceEntryDocument]
    next_cursor: str | None = None
