"""The process that makes one report: reads an errand, writes lines, ends."""

import os
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from monitor.adapters.report_process.errand import ReportErrand, ReportLine, lines_of, read_errand
from monitor.adapters.sqlite_store.failures import StoreRefused, words_for
from monitor.adapters.sqlite_store.report_facts import reading_facts
from monitor.domain.availability.calculation import AvailabilityCalculation

NICENESS = 15
"""Polls go first."""


def answers(errand: ReportErrand) -> Iterator[ReportLine]:
    """Yield the answers to an errand; what fails is the last of them."""
    try:
        with reading_facts(Path(errand.path)) as reader:
            query = errand.query
            if query is None:
                yield ReportLine(first_second=reader.first_second())
                return
            facts = reader.facts(query.since, query.until, now=errand.now, is_running=True)
            calculation = AvailabilityCalculation(facts, query, now=errand.now, late_s=errand.late_s)
            for portion in lines_of(calculation.rows()):
                yield ReportLine(rows=portion)
            yield ReportLine(summary=calculation.summary(unreadable=reader.unreadable))
    except (sqlite3.Error, OSError, StoreRefused) as error:
        yield ReportLine(failure=f"the store cannot be read: {words_for(error)}")


def main() -> None:
    """ReportLine the errand on standard input."""
    os.nice(NICENESS)
    for answer in answers(read_errand(sys.stdin.buffer.read())):
        sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
