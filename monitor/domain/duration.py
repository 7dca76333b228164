"""How long, in words."""

_UNITS = ((86400.0, 3, "day", "天"), (3600.0, 1, "hour", "小时"), (60.0, 1, "minute", "分钟"))
"""Seconds, the least number that is said in this unit, its names."""


def spoken_duration(seconds: float) -> tuple[str, str]:
    """Return a length of time in English and in Chinese, exactly: in the largest unit that leaves no rest."""
    for size, least, english, chinese in _UNITS:
        if seconds >= least * size and seconds % size == 0:
            return _counted(seconds / size, english), f"{seconds / size:.0f} {chinese}"
    return _counted(seconds, "second"), f"{_number(seconds)} 秒"


def _counted(number: float, unit: str) -> str:
    return f"{_number(number)} {unit}{'' if number == 1 else 's'}"


def _number(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".")
