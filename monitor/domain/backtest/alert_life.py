"""One alert of a backtest, from when it fired to when it resolved."""

from msgspec import Struct


class AlertLife(Struct):
    """Times are unix seconds. `resolved_at` is the end of the recording while `is_open`.

    `is_told`: at some moment nothing held it back, so that receivers would have been told.
    """

    alertname: str
    subject: str
    fired_at: float
    resolved_at: float
    is_open: bool = True
    is_told: bool = False

    @property
    def lasted_s(self) -> float:
        """For how long it fired."""
        return self.resolved_at - self.fired_at
