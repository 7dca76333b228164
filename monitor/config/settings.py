"""The whole configuration."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Self

from pydantic import Field, PrivateAttr, model_validator
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from monitor.config.calendar_settings import CalendarSettings
from monitor.config.contact_settings import ContactSettings
from monitor.config.detectors import Detectors
from monitor.config.dialect_files import load_response_codes
from monitor.config.durations import format_duration
from monitor.config.escalation_settings import EscalationSettings
from monitor.config.events_settings import EventsSettings
from monitor.config.layer import Layer, Origin
from monitor.config.notify_settings import NotifySettings
from monitor.config.parent_settings import ParentSettings, bad_parents, paces
from monitor.config.recording_settings import RecordingSettings
from monitor.config.reports_settings import ReportsSettings
from monitor.config.section import Place, Section, double_names, refuse
from monitor.config.sections import (
    AlertingSettings,
    DialectsSettings,
    InventorySettings,
    LoggingSettings,
    MetricsSettings,
    PollingSettings,
    StorageSettings,
)
from monitor.config.source_settings import SourceSettings
from monitor.config.values import AtReload
from monitor.config.web_settings import WebSettings
from monitor.config.window_settings import WindowSettings
from monitor.domain.alerts.subjects import REGION_OUTAGE, WRONG_ANSWERS
from monitor.domain.calendars.calendar import Calendar
from monitor.domain.calendars.planned_window import PlannedWindow
from monitor.domain.calendars.plans import Plans
from monitor.domain.detectors.index import OUTAGES
from monitor.domain.detectors.larger_outages import RegionLimits
from monitor.domain.detectors.monitoring import WatchdogLimits
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.events.response_codes import ResponseCodes
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.polling.cadence import Timetable

_LAYERS = "layers"

_KEPT_FOR = 2
"""An outage goes on firing for so many times as long as it lasts before it fires."""


class Settings(BaseSettings, Section):
    """The configuration of the daemon. Durations are seconds; paths are as `load_settings` resolved them.

    `Settings()` has every default and reads nothing; `load_settings` reads.
    """

    model_config = SettingsConfigDict(extra="forbid", frozen=True, validate_default=False)

    inventory: Annotated[InventorySettings, AtReload()] = Field(default_factory=InventorySettings)
    polling: PollingSettings = Field(default_factory=PollingSettings)
    sources: Annotated[tuple[SourceSettings, ...], AtReload()] = ()
    web: WebSettings = Field(default_factory=WebSettings)
    storage: StorageSettings = Field(default_factory=StorageSettings)
    reports: ReportsSettings = Field(default_factory=ReportsSettings)
    recording: RecordingSettings = Field(default_factory=RecordingSettings)
    alerting: AlertingSettings = Field(default_factory=AlertingSettings)
    notify: NotifySettings = Field(default_factory=NotifySettings)
    dialects: DialectsSettings = Field(default_factory=DialectsSettings)
    events: EventsSettings = Field(default_factory=EventsSettings)
    calendars: Annotated[tuple[CalendarSettings, ...], AtReload()] = ()
    parents: Annotated[tuple[ParentSettings, ...], AtReload()] = ()
    planned_windows: Annotated[tuple[WindowSettings, ...], AtReload()] = ()
    contacts: Annotated[tuple[ContactSettings, ...], AtReload()] = ()
    escalation: Annotated[tuple[EscalationSettings, ...], AtReload()] = ()
    metrics: MetricsSettings = Field(default_factory=MetricsSettings)
    logging: LoggingSettings = Field(default_factory=LoggingSettings)
    detectors: Annotated[Detectors, AtReload()] = Field(default_factory=Detectors)

    _origins: Mapping[Place, Origin] = PrivateAttr(default_factory=dict)
    _response_codes: ResponseCodes = PrivateAttr(default_factory=load_response_codes)

    @classmethod
    def from_layers(cls, layers: Iterable[Layer], origins: Mapping[Place, Origin]) -> Self:
        """Merge `layers`, the first wins, and check them; raises pydantic's ValidationError."""
        values: dict[str, Any] = {_LAYERS: tuple(layers)}
        return cls(**values).with_patient_watchdog().with_prompt_outages().written_at(origins)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read only the given layers: pydantic's own readers do not see misspelt variables."""
        del env_settings, dotenv_settings, file_secret_settings
        assert isinstance(init_settings, InitSettingsSource)  # noqa: S101 - what BaseSettings hands over
        layers = init_settings.init_kwargs.pop(_LAYERS, ())
        return (init_settings, *(_LayerSource(settings_cls, layer) for layer in layers))

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        refuse([*_nervous_watchdog(self), *_double_names(self), *_bad_parents(self)])
        return self

    def with_patient_watchdog(self) -> Self:
        """Return these settings, the watchdog's default raised where polling is slower than it."""
        watchdog = self.detectors.rule("Watchdog")
        patient_s = 2 * _longest_pause_s(self)
        if "stalled_after_s" in watchdog.model_fields_set or patient_s <= WatchdogLimits().stalled_after_s:
            return self
        patient = watchdog.model_copy(update={"stalled_after_s": patient_s})
        return self.model_copy(update={"detectors": self.detectors.model_copy(update={"Watchdog": patient})})

    def with_prompt_outages(self) -> Self:
        """Return these settings, the outages' default times fitted to how fast terminals are judged.

        An outage holds back its terminals' alerts from its first sight to its end. With the defaults it would
        hold them back for minutes, also where `TerminalOffline` is set to fire within seconds. Sites that
        are asked seldom seem to go dark as far from each other as two polls are.
        """
        offline = self.rule_book()["TerminalOffline"]
        prompt_s = max(offline.for_s, offline.limits.min_failures * self.polling.interval_s)
        prompt = {}
        for name in (*OUTAGES.values(), WRONG_ANSWERS):
            outage = self.detectors.rule(name)
            times = {"for_s": prompt_s, "keep_firing_s": _KEPT_FOR * prompt_s}
            lowered = {
                key: time_s
                for key, time_s in times.items()
                if key not in outage.model_fields_set and time_s < getattr(outage, key)
            }
            prompt[name] = outage.model_copy(update=lowered | _wider_window(self, name))
        return self.model_copy(update={"detectors": self.detectors.model_copy(update=prompt)})

    def written_at(self, origins: Mapping[Place, Origin]) -> Self:
        """Return these settings, which know from now on where they were written."""
        self._origins = dict(origins)
        return self

    def origin_of(self, place: Place) -> Origin | None:
        """Return where a setting was written, None for a default."""
        return self._origins.get(place)

    def knowing(self, response_codes: ResponseCodes) -> Self:
        """Return these settings, which know what `dialects.files` said when they were read."""
        self._response_codes = response_codes
        return self

    def response_codes(self) -> ResponseCodes:
        """Return the response codes of every dialect."""
        return self._response_codes

    def rule_book(self) -> RuleBook:
        """Return the rules of every detector."""
        return self.detectors.rule_book()

    def calendar_book(self) -> dict[str, Calendar]:
        """Return the calendars by their names."""
        return {settings.name: settings.calendar() for settings in self.calendars}

    def plans(self) -> Plans:
        """Return calendars, windows and escalation together."""
        return Plans(
            calendars=self.calendar_book(),
            windows=self.windows(),
            escalation=tuple(settings.policy() for settings in self.escalation),
            contacts=tuple(settings.contact() for settings in self.contacts),
        )

    def windows(self) -> tuple[PlannedWindow, ...]:
        """Return the windows of planned work, in the order in which they are written."""
        return tuple(settings.window() for settings in self.planned_windows)

    def timetable(self) -> Timetable:
        """Return how often each terminal and each parent is asked."""
        return self.polling.timetable(paces(self.parents))

    def address_policy(self) -> AddressPolicy:
        """Return which addresses may be polled."""
        return self.polling.address_policy()


def _wider_window(settings: Settings, alertname: str) -> dict[str, float]:
    outage, asked_s = settings.detectors.rule(alertname), 2 * settings.polling.interval_s
    if alertname != REGION_OUTAGE or "window_s" in outage.model_fields_set:
        return {}
    return {"window_s": max(RegionLimits().window_s, asked_s)}


def _double_names(settings: Settings) -> Iterator[tuple[Place, str]]:
    yield from double_names("sources", "source", [one.name for one in settings.sources])
    yield from double_names("calendars", "calendar", [one.name for one in settings.calendars])
    yield from double_names("windows", "window", [one.name for one in settings.planned_windows])


def _bad_parents(settings: Settings) -> Iterator[tuple[Place, str]]:
    polling = settings.polling
    yield from bad_parents(
        settings.parents,
        sources=[source.name for source in settings.sources],
        policy=settings.address_policy(),
        pace_s=(polling.interval_s, polling.timeout_s),
    )


def _nervous_watchdog(settings: Settings) -> Iterator[tuple[Place, str]]:
    pause_s = _longest_pause_s(settings)
    stalled_s = settings.detectors.rule("Watchdog").changes().get("stalled_after_s", pause_s)
    if stalled_s < pause_s:
        told = f"{format_duration(stalled_s)} can pass between two polls"
        wanted = f"with this polling interval write at least {format_duration(pause_s)}"
        yield ("detectors", "Watchdog", "stalled_after"), f"{told}; {wanted}"


def _longest_pause_s(settings: Settings) -> float:
    """Return how long a fleet of one terminal can go without a finished poll."""
    return settings.polling.interval_s + settings.polling.timeout_s


class _LayerSource(PydanticBaseSettingsSource):
    def __init__(self, settings_cls: type[BaseSettings], layer: Layer) -> None:
        super().__init__(settings_cls)
        self._layer = layer

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ANN401, ARG002
        return self._layer.values.get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        return self._layer.values
