"""Response codes as small numbers, so that a transaction takes little memory."""

from monitor.domain.events.response_codes import CodeCategory, ResponseCodes

MOST_CODES = 10_000
_TOO_MANY = "?"


class CodeNumbers:
    """Numbers for (dialect, code); `table` has the category and the code by number.

    Beyond MOST_CODES different codes a new one is known by its category alone.
    """

    def __init__(self, codes: ResponseCodes) -> None:
        self.table: list[tuple[CodeCategory, str]] = []
        self._codes = codes
        self._numbers: dict[tuple[str, str], int] = {}

    def number(self, dialect: str, code: str) -> int:
        """Return the number of a code."""
        number = self._numbers.get((dialect, code))
        return self._add(dialect, code) if number is None else number

    def _add(self, dialect: str, code: str) -> int:
        category = self._codes.category(dialect, code)
        if len(self.table) >= MOST_CODES and code != _TOO_MANY:
            entry = category, _TOO_MANY
            if entry in self.table[MOST_CODES:]:
                return self.table.index(entry, MOST_CODES)
        else:
            entry = category, code
            self._numbers[dialect, code] = len(self.table)
        self.table.append(entry)
        return len(self.table) - 1
