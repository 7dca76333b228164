"""The routes of people on call: silences, windows, acknowledgements, their pages and forms."""

from monitor.domain.access.tokens import Scope
from monitor.views.documents import (
    AcknowledgementDocument,
    AcknowledgementPage,
    AcknowledgementRequest,
    ActionPage,
    SilenceDocument,
    SilencePage,
    SilenceRequest,
    WindowDocument,
    WindowPage,
    WindowRequest,
)
from monitor.web.api.on_call import OnCallApi
from monitor.web.pages.alert_pages import AlertPages
from monitor.web.pages.deeds import DeedForm, EndForm, SilenceForm
from monitor.web.pages.fleet_pages import FleetPages
from monitor.web.pages.on_call_forms import OnCallForms
from monitor.web.pages.on_call_pages import OnCallPages
from monitor.web.routing.body import FORM, JSON
from monitor.web.routing.query import (
    ACTIONS,
    ACTIONS_PAGE,
    ALERTS_CSV,
    ON_CALL_PAGE,
    PAGE,
)
from monitor.web.routing.route import Route

FORM_ERRORS = (400, 408, 413, 415, 422, 503)
RULE_ID = {"id": "Its id."}


def on_call_routes(on_call: OnCallApi) -> tuple[Route, ...]:
    """Return those of the API."""
    return (*_silences(on_call), *_windows(on_call), *_acknowledgements(on_call))


def _silences(on_call: OnCallApi) -> tuple[Route, ...]:
    return (
        Route(
            method="GET",
            path="/api/v1/silences",
            scope=Scope.READ,
            handler=on_call.silences,
            summary="Silences in force or to come.",
            answer=SilencePage,
        ),
        Route(
            method="POST",
            path="/api/v1/silences",
            scope=Scope.OPERATE,
            handler=on_call.add_silence,
            summary="Silence alerts for some time; 422 names every fault.",
            answer=SilenceDocument,
            status=201,
            takes={JSON: SilenceRequest},
            errors=(400, 408, 413, 415, 422, 503),
        ),
        Route(
            method="DELETE",
            path="/api/v1/silences/{id}",
            scope=Scope.OPERATE,
            handler=on_call.end_silence,
            summary="End a silence before its time.",
            answer=SilenceDocument,
            in_path=RULE_ID,
            errors=(503,),
        ),
    )


def _windows(on_call: OnCallApi) -> tuple[Route, ...]:
    return (
        Route(
            method="GET",
            path="/api/v1/windows",
            scope=Scope.READ,
            handler=on_call.windows,
            summary="Windows of planned work, those of the configuration and those that people opened.",
            answer=WindowPage,
        ),
        Route(
            method="POST",
            path="/api/v1/windows",
            scope=Scope.OPERATE,
            handler=on_call.open_window,
            summary="Open a window of planned work; 422 names every fault.",
            answer=WindowDocument,
            status=201,
            takes={JSON: WindowRequest},
            errors=(400, 408, 413, 415, 422, 503),
        ),
        Route(
            method="DELETE",
            path="/api/v1/windows/{id}",
            scope=Scope.OPERATE,
            handler=on_call.end_window,
            summary="End a window before its time; one of the configuration is changed there.",
            answer=WindowDocument,
            in_path=RULE_ID,
            errors=(503,),
        ),
    )


def _acknowledgements(on_call: OnCallApi) -> tuple[Route, ...]:
    return (
        Route(
            method="GET",
            path="/api/v1/acks",
            scope=Scope.READ,
            handler=on_call.acknowledgements,
            summary="Acknowledgements in force.",
            answer=AcknowledgementPage,
        ),
        Route(
            method="POST",
            path="/api/v1/acks",
            scope=Scope.OPERATE,
            handler=on_call.acknowledge,
            summary="Acknowledge one alert, or those of a ticket; 409 when over, 422 names every fault.",
            answer=AcknowledgementDocument,
            status=201,
            takes={JSON: AcknowledgementRequest},
            errors=(400, 404, 408, 409, 413, 415, 422, 503),
        ),
        Route(
            method="DELETE",
            path="/api/v1/acks/{id}",
            scope=Scope.OPERATE,
            handler=on_call.end_acknowledgement,
            summary="Take an acknowledgement back.",
            answer=AcknowledgementDocument,
            in_path=RULE_ID,
            errors=(503,),
        ),
        Route(
            method="GET",
            path="/api/v1/actions",
            scope=Scope.READ,
            handler=on_call.actions,
            summary="The record of who did what, newest first.",
            answer=ActionPage,
            parameters=ACTIONS,
            errors=(400,),
        ),
    )


def on_call_pages(pages: OnCallPages, alerts: AlertPages, fleet_pages: FleetPages) -> tuple[Route, ...]:
    """Return those of the pages."""
    return (
        Route(
            method="GET",
            path="/wall",
            scope=Scope.READ,
            handler=fleet_pages.wall,
            summary="Page for a screen on the wall: counts and the worst, in large letters.",
            answer="text/html",
            parameters=PAGE,
            errors=(400,),
        ),
        Route(
            method="GET",
            path="/alerts.csv",
            scope=Scope.READ,
            handler=alerts.csv,
            summary="Open alerts as CSV, the loudest first.",
            answer="text/csv",
            parameters=ALERTS_CSV,
            errors=(400,),
        ),
        Route(
            method="GET",
            path="/silences",
            scope=Scope.READ,
            handler=pages.silences,
            summary="Page of what people hold back: silences, windows, acknowledgements.",
            answer="text/html",
            parameters=ON_CALL_PAGE,
            errors=(400,),
        ),
        Route(
            method="GET",
            path="/actions",
            scope=Scope.READ,
            handler=pages.actions,
            summary="Page of who did what, newest first.",
            answer="text/html",
            parameters=ACTIONS_PAGE,
            errors=(400,),
        ),
    )


def on_call_forms(forms: OnCallForms) -> tuple[Route, ...]:
    """Return those of the buttons on the pages."""
    return (
        Route(
            method="POST",
            path="/alerts",
            scope=Scope.OPERATE,
            handler=forms.act,
            summary="What the buttons of the alerts' pages send; 303 to the page that they stand on.",
            answer="text/html",
            status=303,
            takes={FORM: DeedForm},
            errors=FORM_ERRORS,
        ),
        Route(
            method="POST",
            path="/silences",
            scope=Scope.OPERATE,
            handler=forms.add_silence,
            summary="What the form of `/silences` sends; 303 to the page, 422 when it is to be confirmed.",
            answer="text/html",
            status=303,
            takes={FORM: SilenceForm},
            errors=FORM_ERRORS,
        ),
        *(
            Route(
                method="POST",
                path=f"/{rules}/{{id}}/end",
                scope=Scope.OPERATE,
                handler=forms.end,
                summary=f'What a button "End" sends: it ends one of the {said}; 303 to its page.',
                answer="text/html",
                status=303,
                takes={FORM: EndForm},
                in_path=RULE_ID,
                errors=FORM_ERRORS,
            )
            for rules, said in (
                ("silences", "silences"),
                ("acks", "acknowledgements"),
                ("windows", "windows"),
            )
        ),
    )
