"""The routes of device records."""

from monitor.domain.access.tokens import Scope
from monitor.views.device_record_documents import DeviceEntryDocument, DeviceNoteRequest, DeviceRecordPage
from monitor.web.api.device_record import DeviceRecordApi
from monitor.web.pages.device_record_page import DeviceNoteForm, DeviceRecordPages
from monitor.web.routing.body import FORM, JSON
from monitor.web.routing.query import DEVICE_RECORD, DEVICE_RECORD_PAGE
from monitor.web.routing.route import Route

TERMINAL = {"terminal_id": "Terminal id (ISO 8583 DE41)."}
WRITE_ERRORS = (400, 408, 413, 415, 422, 503)


def device_record_routes(api: DeviceRecordApi, pages: DeviceRecordPages) -> tuple[Route, ...]:
    """Return those of the API and of the page."""
    return (
        Route(
            method="GET",
            path="/api/v1/terminals/{terminal_id}/record",
            scope=Scope.READ,
            handler=api.get,
            summary="Device record of one terminal: changes, and what people wrote, newest first.",
            answer=DeviceRecordPage,
            parameters=DEVICE_RECORD,
            in_path=TERMINAL,
            errors=(400,),
        ),
        Route(
            method="POST",
            path="/api/v1/terminals/{terminal_id}/record",
            scope=Scope.OPERATE,
            handler=api.add,
            summary="Write a line into the device record of one terminal; 422 names every fault.",
            answer=DeviceEntryDocument,
            status=201,
            takes={JSON: DeviceNoteRequest},
            in_path=TERMINAL,
            errors=WRITE_ERRORS,
        ),
        Route(
            method="GET",
            path="/terminals/{terminal_id}/record",
            scope=Scope.READ,
            handler=pages.get,
            summary="Page of the device record of one terminal.",
            answer="text/html",
            parameters=DEVICE_RECORD_PAGE,
            in_path=TERMINAL,
            errors=(400,),
        ),
        Route(
            method="POST",
            path="/terminals/{terminal_id}/record",
            scope=Scope.OPERATE,
            handler=pages.add,
            summary="What the form of that page sends; 303 to the page.",
            answer="text/html",
            status=303,
            takes={FORM: DeviceNoteForm},
            in_path=TERMINAL,
            errors=WRITE_ERRORS,
        ),
    )
