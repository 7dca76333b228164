"""One parser under atheris: `python -m tests.fuzz.campaign PARSER FOLDER SECONDS`.

FOLDER/corpus keeps what was found to lead somewhere new, FOLDER/crash-* is what made the parser fail.
"""

import sys
from importlib import import_module
from pathlib import Path

atheris = import_module("atheris")  # it lives in an environment of its own
with atheris.instrument_imports(include=["monitor"]):
    from tests.fuzz.parsers import PARSERS

LONGEST_BYTES = 70_000
SLOW_S = 10
MOST_MIB = 1024


def main() -> None:
    """Plant the seeds and hunt; the fuzzer ends the process, with another status than 0 for a find."""
    name, folder, seconds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    parser = next(parser for parser in PARSERS if parser.name == name)
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(parser.seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = [
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
