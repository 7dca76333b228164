"""One parser under atheris: `python -m tests.fuzz.campaign PARSER FOLDER SECONDS`.

FOLDER/corpus keeps what was found to lead somewhere new, FOLDER/crash-* is what made the parser fail.
"""

import re
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

atheris = import_module("atheris")  # it lives in an environment of its own
with atheris.instrument_imports(include=["monitor"]):
    from tests.fuzz.parsers import PARSERS

LONGEST_BYTES = 70_000
SLOW_S = 10
MOST_MIB = 1024

_WORDS = re.compile(rb"[A-Za-z_]{2,30}|[0-9:.T-]{4,30}|[^A-Za-z0-9 ]{1,3}")


def words_of(seeds: Iterable[bytes]) -> set[str]:
    """Return the words and marks of some texts, escaped as the fuzzer's dictionary has them."""
    found = {word for seed in seeds for word in _WORDS.findall(seed)}
    return {"".join(f"\\x{byte:02x}" for byte in word) for word in found}


def main() -> None:
    """Plant the seeds and hunt; the fuzzer ends the process, with another status than 0 for a find."""
    name, folder, seconds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    parser = next(parser for parser in PARSERS if parser.name == name)
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(parser.seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    words = folder / "words"
    words.write_text("".join(f'"{word}"\n' for word in sorted(words_of(parser.seeds))))
    options = [
        f"-dict={words}",
        f"-artifact_prefix={folder}/",
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST_BYTES}",
        f"-timeout={SLOW_S}",
        f"-rss_limit_mb={MOST_MIB}",
        "-print_final_stats=1",
    ]
    atheris.Setup([name, *options, str(corpus)], parser.read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
