"""JUnit's XML, as CI services read it."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from ovhlgen.diagnostics.catalogue import clean, message
from ovhlgen.scenarios.run import Ran
from ovhlgen.scenarios.trace import shown

_AROUND = 40  # lines of the trace before a failure


def junit(ran: Sequence[Ran], language: str) -> str:
    failed = sum(1 for run in ran if run.problems)
    suite = ElementTree.Element("testsuite", name="scenarios", tests=str(len(ran)), failures=str(failed))
    for run in ran:
        case = ElementTree.SubElement(
            suite, "testcase", classname="specs.scenarios", name=run.scenario.id, time=f"{run.real:.3f}"
        )
        for finding in run.problems:
            words = clean(message(finding, language))
            failure = ElementTree.SubElement(case, "failure", type=finding.code, message=words)
            failure.text = clean_lines([f"{finding.span}: {words}", *shown(run.facts)[-_AROUND:]])
    ElementTree.indent(suite)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suite, "unicode") + "\n"


def clean_lines(lines: Sequence[str]) -> str:
    """Without what XML can't hold."""
    return "\n".join(clean(line) for line in lines)
