"""The registry: each rule has one code and one scope, and finds nothing else."""

from __future__ import annotations

from collections import Counter

import pytest

from ovhlgen.check import REGISTRY
from ovhlgen.check.rule import Rule
from ovhlgen.check.scopes import PROJECT
from ovhlgen.diagnostics import Span, problem
from ovhlgen.diagnostics.catalogue import codes
from ovhlgen.read.project import read_project
from tests.support.projects import Project


def test_a_code_has_one_rule_in_each_scope() -> None:
    """Two rules of one code in one scope would be two places for one fact."""
    counts = Counter((rule.code, rule.scope.name) for rule in REGISTRY)
    assert [key for key, count in counts.items() if count > 1] == []


def test_no_two_scopes_have_one_name() -> None:
    assert len({rule.scope.name for rule in REGISTRY}) == len({rule.scope for rule in REGISTRY})


def test_every_rule_has_a_code_of_the_catalogue() -> None:
    assert {rule.code for rule in REGISTRY} <= set(codes())


def test_a_rule_that_finds_another_code_is_a_defect(example: Project) -> None:
    """Whoever reads the registry can rely on it: a rule yields its own code alone."""
    lying = Rule("E0601", PROJECT, lambda _: [problem("E0602", Span("specs/project.yaml"))])
    project = read_project(example.root).project
    assert project is not None
    with pytest.raises(AssertionError, match="a rule for E0601 finds E0602"):
        list(lying.findings(project))
