"""The command `posmon`.

What must be done before anything else is done here, before the rest is imported.
"""

import atexit
import gc
import os
import signal
import sys

_STREAMS = ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w"))

_STRICT_OUTPUT = {"run": False, "demo": True, "simulate": True}
"""Commands that run until they are stopped, and whether output that cannot be written ends them."""

_HELP = {"-h", "--help"}

_COLLECT_AFTER = 100_000
"""Importing makes objects that stay; looking for garbage among them takes a sixth of the time to start."""


def main() -> None:
    """Run the command line and exit with its code."""
    command = next(iter(sys.argv[1:]), "")
    if command == "run":
        _hold_back_reloads()
    _open_standard_streams()
    if command in _STRICT_OUTPUT and not _HELP & set(sys.argv):
        _detach_output(is_strict=_STRICT_OUTPUT[command])
    gc.set_threshold(_COLLECT_AFTER)
    from monitor.cli.root import run  # noqa: PLC0415 - nothing goes before the above

    sys.exit(run(sys.argv[1:]))


def _hold_back_reloads() -> None:
    """Let SIGHUP wait until the daemon heeds it: by default it ends the process."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})


def _open_standard_streams() -> None:
    """Open /dev/null where descriptor 0, 1 or 2 is closed.

    The next file to be opened would get its number, say the store, and what goes to standard error would be
    written into it.
    """
    for number, name, mode in _STREAMS:
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
            os.set_inheritable(number, True)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def _detach_output(*, is_strict: bool) -> None:
    from monitor.logs import detach_output, settle_output  # noqa: PLC0415 - only daemons need it

    detach_output(is_strict=is_strict)
    # A traceback is printed after everything here has ended.
    atexit.register(settle_output)


if __name__ == "__main__":
    main()
