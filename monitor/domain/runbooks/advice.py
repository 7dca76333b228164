"""What an alert means and what to do first, in English and Chinese."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.domain.runbooks.figures import Setting, fill, settings_in
from monitor.domain.runbooks.text import RunbookText, plain


@dataclass(frozen=True, slots=True)
class Advice:
    """`meaning` for on-call, `action` for the staff at the terminal; both in Chinese, too.

    Figures in them follow the settings, as `figures` has it.
    """

    meaning: RunbookText
    meaning_zh: RunbookText
    action: RunbookText
    action_zh: RunbookText


class AdviceBook:
    """The advice that alerts carry beside their finding, and the address of their runbook.

    The advice is that of the runbooks. `read_at` gives the address below which they are read, by alert name;
    until then they have no address.
    """

    def __init__(self, advice: Mapping[str, Advice] | None = None) -> None:
        self._advice = dict(advice or {})
        self._settings = {alertname: _settings(each) for alertname, each in self._advice.items()}
        self._words: dict[tuple[str, tuple[float | None, ...]], Mapping[str, str]] = {}
        self._url = ""

    def read_at(self, url: str) -> None:
        """Set the address of the runbooks, without a final slash; "" when they have none."""
        self._url = url
        self._words.clear()

    def words(self, alertname: str, setting: Setting) -> Mapping[str, str]:
        """Return the annotations that go with an alert, whatever it found; none when it has no advice.

        `setting` gives the values in force for what the alert is about.
        """
        advice = self._advice.get(alertname)
        if advice is None:
            return {}
        values = tuple(map(setting, self._settings[alertname]))
        words = self._words.get((alertname, values))
        if words is None:
            words = self._words[alertname, values] = _words(advice, setting) | _address(self._url, alertname)
        return words


def _settings(advice: Advice) -> tuple[str, ...]:
    texts = (advice.meaning, advice.meaning_zh, advice.action, advice.action_zh)
    return tuple(dict.fromkeys(key for text in texts for key in settings_in(text)))


def _words(advice: Advice, setting: Setting) -> dict[str, str]:
    return {
        "description": plain(fill(advice.meaning, setting)),
        "description_zh": plain(fill(advice.meaning_zh, setting)),
        "action": plain(fill(advice.action, setting)),
        "action_zh": plain(fill(advice.action_zh, setting)),
    }


def _address(url: str, alertname: str) -> dict[str, str]:
    return {"runbook_url": f"{url}/{alertname}"} if url else {}
