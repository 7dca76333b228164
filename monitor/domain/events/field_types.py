"""The types of the fields of an event, with their bounds (contract, section 2)."""

from typing import Annotated

from msgspec import Meta

_END = r"(?![\s\S])"
"""End of the text, in a form that JSON Schema knows as well."""

EventId = Annotated[str, Meta(min_length=1, max_length=64, pattern=rf"^[\x21-\x7e]+{_END}")]
EventTime = Annotated[str, Meta(max_length=40, extra_json_schema={"format": "date-time"})]
ResponseCodeText = Annotated[str, Meta(pattern=rf"^[A-Za-z0-9]{{1,4}}{_END}")]
CardToken = Annotated[str, Meta(min_length=1, max_length=128)]
OperatorId = Annotated[str, Meta(max_length=32)]
AmountMinor = Annotated[int, Meta(ge=0, le=10**12)]
Currency = Annotated[str, Meta(pattern=rf"^[A-Z]{{3}}{_END}")]
