"""The silences that people made in one Alertmanager."""

from monitor.adapters.alertmanager.own_silences import is_own
from monitor.adapters.alertmanager.silence_api import ListedSilence, SilenceApi, SilencesFailed
from monitor.ports.silence_source import ForeignSilence, SilenceReading


class ForeignSilenceReader:
    """Lists what posmon did not make, of an Alertmanager that its receiver's connections lead to."""

    def __init__(self, *, api: SilenceApi, name: str) -> None:
        self._api = api
        self._name = name

    @property
    def name(self) -> str:
        """The receiver's."""
        return self._name

    async def read_silences(self) -> SilenceReading:
        """Ask once."""
        try:
            listed = await self._api.listed()
        except SilencesFailed as failure:
            return SilenceReading(fault=failure.reason)
        return SilenceReading(silences=tuple(self._told(one) for one in listed if not is_own(one)))

    def _told(self, silence: ListedSilence) -> ForeignSilence:
        return ForeignSilence(
            silence_id=silence.id,
            matchers=silence.conditions,
            starts_at=silence.began,
            ends_at=silence.ends,
            created_by=silence.created_by,
            comment=silence.comment,
            alertmanagers=(self._name,),
        )
