"""Hostile buffers against built places: nothing escapes, nothing out of spec arrives, nobody else loses anything."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.network.fuzz import EVERYTHING, Outcome, both, fuzz

pytestmark = pytest.mark.tools

PROVE = bool(os.environ.get("OVHLGEN_PROVE"))
COUNT = 100_000 if PROVE else 5_000
CODES = (
    "NET_UNKNOWN",
    "NET_RATE",
    "NET_DISABLED",
    "NET_DENIED",
    "NET_INVALID",
    "NET_UNAVAILABLE",
    "NET_BUSY",
    "handled",
)


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return both(COUNT, 1)


def test_nothing_escapes_and_nothing_out_of_spec_arrives(outcomes: list[Outcome]) -> None:
    for one in outcomes:
        assert one.escaped == []
        assert one.out_of_spec == []
        assert one.found["heard"] == one.found["sent"] > 0, "an honest player beside loses nothing"


def test_the_messages_are_worth_sending(outcomes: list[Outcome]) -> None:
    """Nine of ten reach a decoder; each code comes up."""
    party, everything = outcomes
    assert everything.found["reached"] > 0.9 * everything.count
    together = party.outcomes + everything.outcomes
    least = 100 if PROVE else 1
    rare = () if PROVE else ("NET_BUSY",)  # sixteen requests are hardly ever in flight in a short run
    assert [code for code in CODES if together[code] < least and code not in rare] == []
    assert party.found["kicks"] > 0


def test_a_message_costs_little(outcomes: list[Outcome]) -> None:
    """Time, and memory: while it is read, and in the end. Machines that test are busy: the promised millisecond is the
    proof's."""
    for one in outcomes:
        assert one.found["p999"] < (1 if PROVE else 20), one
        assert one.found["worst"]["over"] < 256, one
        first, last = one.found["memory"]
        assert last < 1.5 * first + 1024, one


def test_a_check_that_is_missing_is_noticed() -> None:
    def edit(source: Path) -> None:
        path = source / "Shared/Network/Layouts/Every.luau"
        text = path.read_text("utf-8")
        assert "if not (j >= 0 and j <= 1) then" in text
        path.write_text(text.replace("if not (j >= 0 and j <= 1) then", "if j ~= j then"), "utf-8")

    found = fuzz("everything", 3_000, 1, EVERYTHING, edit)
    assert any(text.startswith("Every.Numbers.j") for text in found.out_of_spec)
