"""What an alert means and what to do first, in English and Chinese."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Advice:
    """`meaning` for on-call, `action` for whoever stands at the terminal; both in Chinese, too."""

    meaning: str
    meaning_zh: str
    action: str
    action_zh: str


class AdviceBook:
    """What alerts say to people beside what they found: advice, and where their runbook is read.

    The advice is that of the runbooks. `read_at` gives the address below which they are read, by alert
    name; until then nobody can read them.
    """

    def __init__(self, advice: Mapping[str, Advice] | None = None) -> None:
        self._advice = dict(advice or {})
        self._words: dict[str, Mapping[str, str]] = {}
        self.read_at("")

    def read_at(self, url: str) -> None:
        """Take the address of the runbooks, without a final slash; "" when nobody can read them."""
        self._words = {
            alertname: _words(advice) | _address(url, alertname) for alertname, advice in self._advice.items()
        }

    def words(self, alertname: str) -> Mapping[str, str]:
        """Return the annotations that go with an alert, whatever it found; none when it has no advice."""
        return self._words.get(alertname, {})


def _words(advice: Advice) -> dict[str, str]:
    return {
        "description": advice.meaning,
        "description_zh": advice.meaning_zh,
        "action": advice.action,
        "action_zh": advice.action_zh,
    }


def _address(url: str, alertname: str) -> dict[str, str]:
    return {"runbook_url": f"{url}/{alertname}"} if url else {}
