"""nexo Diagnosis: asking a terminal how it is (nexo Sale to POI Protocol 3.0, in Adyen's Terminal API).

A diagnosis only reads. posmon writes no other message, so nothing that it sends can begin a payment.
"""

import re
from collections.abc import Mapping
from secrets import token_hex
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote_plus

from monitor.adapters.sources.reports import word

PROTOCOL_VERSION = "3.0"
SALE_ID = "posmon"

_LONGEST_TEXT = 8192
_PERCENT = re.compile(r"([0-9]{1,3})%?", re.ASCII)
_COUNT = re.compile(r"[0-9]{1,9}", re.ASCII)
_HAS_ANSWERED = {"Success": True, "Partial": True, "Failure": False}
_PRINTERS = {
    "OK": "ok",
    "PaperLow": "paper_low",
    "NoPaper": "paper_out",
    "PaperJam": "paper_jam",
    "OutOfOrder": "fault",
}
_ACTIVITIES = {"OK": "idle", "Busy": "busy", "Maintenance": "maintenance", "Unreachable": ""}
_HOSTS = {"OK": True, "Busy": None, "Maintenance": None, "Unreachable": False}
_BUSY: Mapping[str, Any] = {"activity": "busy"}
_SIGNED_OUT: Mapping[str, Any] = {"registration": {"status": "unregistered"}}
_OF_THE_REQUEST: Mapping[str, Any] = {}
_CONDITIONS: Mapping[str, Mapping[str, Any]] = {
    "Busy": _BUSY,
    "InProgress": _BUSY,
    "LoggedOut": _SIGNED_OUT,
    "UnavailableService": _SIGNED_OUT,
    "UnreachableHost": {"network": {"host_reachable": False}},
    **dict.fromkeys(
        (
            *("Aborted", "Cancel", "DeviceOut", "InsertedCard", "InvalidCard", "MessageFormat", "NotAllowed"),
            *("NotFound", "PaymentRestriction", "Refusal", "UnavailableDevice", "WrongPIN"),
        ),
        _OF_THE_REQUEST,
    ),
}
"""What an ErrorCondition says of the terminal; nothing where it speaks of the request."""

_GONE_EVENTS = frozenset({"Shutdown", "NetworkDisconnected"})
_GONE = ("not receive a response", "no response", "not connected", "unreachable", "unavailable", "offline")
"""Words in the details of a rejected message that the cloud did not pass on to the terminal."""


class NexoAnswer(NamedTuple):
    """What an answer says of a terminal.

    `fields` is a heartbeat document without its id; `problems` names what of it could not be read. They
    replace all that was known when `is_whole`, and are laid over it otherwise. `is_away` is None when the
    answer does not tell. `note` is a phrase for the round's detail, "" for nothing.
    """

    fields: Mapping[str, Any] = {}
    problems: tuple[str, ...] = ()
    is_whole: bool = False
    is_away: bool | None = None
    note: str = ""

    @property
    def is_busy(self) -> bool:
        """Whether a payment may be under way, which posmon does not disturb."""
        return self.fields.get("activity") == "busy"

    def over(self, earlier: "NexoAnswer") -> "NexoAnswer":
        """Return what is known after this answer, given what was known before it."""
        is_away = earlier.is_away if self.is_away is None else self.is_away
        if self.is_whole:
            return self._replace(is_away=is_away, note="")
        fields = {**earlier.fields, **self.fields}
        problems = dict.fromkeys((*earlier.problems, *self.problems))
        return NexoAnswer(fields, tuple(problems), is_away=is_away)


def diagnosis_request(poi_id: str) -> dict[str, Any]:
    """Return the message that asks a terminal how it is, and lets it ask no host.

    Its ServiceID has to be unique for 48 hours: ten random hexadecimal digits.
    """
    header = {
        "ProtocolVersion": PROTOCOL_VERSION,
        "MessageClass": "Service",
        "MessageCategory": "Diagnosis",
        "MessageType": "Request",
        "ServiceID": token_hex(5),
        "SaleID": SALE_ID,
        "POIID": poi_id,
    }
    return {"SaleToPOIRequest": {"MessageHeader": header, "DiagnosisRequest": {"HostDiagnosisFlag": False}}}


def diagnosis_of(document: object, poi_id: str) -> NexoAnswer:
    """Return what the answer to a `diagnosis_request` for `poi_id` says; any JSON will do."""
    whole = _object(document)
    event = _object(_object(whole.get("SaleToPOIRequest")).get("EventNotification"))
    if event:
        return _of_event(event)
    answer = _object(whole.get("SaleToPOIResponse"))
    if _object(answer.get("MessageHeader")).get("POIID", poi_id) != poi_id:
        return NexoAnswer(note="answers about another terminal")
    diagnosis = _object(answer.get("DiagnosisResponse"))
    response = _object(diagnosis.get("Response"))
    problems: list[str] = []
    has_answered = word(_HAS_ANSWERED, response.get("Result"), "Response.Result", problems)
    if has_answered is None:
        return NexoAnswer(note="answers without a result")
    if not has_answered:
        return _of_failure(response)
    status = _object(diagnosis.get("POIStatus"))
    fields = _fields_of_status(status, problems) | _fields_aside(response, problems)
    note = "terminals that suspect fraud" if status.get("FraudPreventionFlag") is True else ""
    return NexoAnswer(fields, tuple(problems), is_whole=True, is_away=False, note=note)


def _of_event(event: Mapping[str, Any]) -> NexoAnswer:
    """Return what an event in place of an answer says: the terminal is away, or posmon has made a mistake."""
    kind, details = event.get("EventToNotify"), event.get("EventDetails")
    text = unquote_plus(details[:_LONGEST_TEXT]).lower() if type(details) is str else ""
    if type(kind) is str and kind in _GONE_EVENTS:
        return NexoAnswer(is_away=True)
    if any(words in text for words in _GONE):
        return NexoAnswer(is_away=True)
    if kind == "Reject":
        return NexoAnswer(note="requests rejected, which is posmon's mistake")
    return NexoAnswer(note="events in place of an answer")


def _of_failure(response: Mapping[str, Any]) -> NexoAnswer:
    problems: list[str] = []
    condition = response.get("ErrorCondition")
    fields = word(_CONDITIONS, condition, "Response.ErrorCondition", problems)
    if fields is None:
        return NexoAnswer(problems=tuple(problems), is_away=False, note="diagnoses failed")
    note = "" if fields is _BUSY else f"diagnoses failed with {condition}"
    return NexoAnswer(fields, is_away=False, note=note)


def _fields_of_status(status: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    """Return what POIStatus says.

    CommunicationOKFlag and HostStatus count only for a request that made the terminal ask its hosts. Without
    one, a flag that contradicts GlobalStatus leaves the host unknown.
    """
    flags = {
        name: _flag(status, name, problems) for name in ("PEDOKFlag", "SecurityOKFlag", "CardReaderOKFlag")
    }
    is_pad_ok = False if flags["SecurityOKFlag"] is False else flags["PEDOKFlag"]
    activity = word(_ACTIVITIES, status.get("GlobalStatus"), "activity", problems)
    host = _HOSTS.get(status["GlobalStatus"]) if activity is not None else None
    if _flag(status, "CommunicationOKFlag", problems) is False and host:
        host = None
    printer = word(_PRINTERS, status.get("PrinterStatus"), "printer.status", problems)
    return {
        "activity": activity or None,
        "printer": {"status": printer} if printer is not None else None,
        "pin_pad": _component(is_pad_ok),
        "card_reader": _component(flags["CardReaderOKFlag"]),
        "network": {"host_reachable": host} if host is not None else None,
    }


def _fields_aside(response: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    """Return what AdditionalResponse says, which is written like the query of a URL."""
    written = response.get("AdditionalResponse")
    if written is None:
        return {}
    if type(written) is not str or len(written) > _LONGEST_TEXT:
        problems.append("AdditionalResponse: not a text of pairs")
        return {}
    said = {name: values[0] for name, values in parse_qs(written).items()}
    unsent = _number(_COUNT, said.get("unconfirmedBatchCount"), "unsent_transactions", problems)
    percent = _number(_PERCENT, said.get("batteryLevel"), "battery.percent", problems)
    return {
        "firmware_version": said.get("firmwareVersion"),
        "battery": {"percent": percent} if percent is not None else None,
        "unsent_transactions": unsent,
    }


def _number(form: re.Pattern[str], said: str | None, field: str, problems: list[str]) -> int | None:
    if said is None:
        return None
    found = form.fullmatch(said)
    if found is None:
        problems.append(f"{field}: not a number")
        return None
    return int(found.group().removesuffix("%"))


def _flag(status: Mapping[str, Any], name: str, problems: list[str]) -> bool | None:
    flag = status.get(name)
    if flag is None or type(flag) is bool:
        return flag
    problems.append(f"{name}: not true or false")
    return None


def _component(is_ok: bool | None) -> dict[str, str] | None:
    return None if is_ok is None else {"status": "ok" if is_ok else "fault"}


def _object(value: object) -> Mapping[str, Any]:
    return value if type(value) is dict else {}
