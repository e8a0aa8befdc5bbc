"""Facts as lines: for people, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ovhlgen.scenarios.expect import show
from ovhlgen.simulator.session import Fact

_LOGGED = frozenset({"print", "warn"})  # a log record says the same
_ASKED = frozenset({"returned", "failed"})  # of what the scenario itself ran


def shown(facts: Sequence[Fact]) -> list[str]:
    """One line a fact; the platform's own output is left out where the game's log has said it."""
    return [_line(one) for one in facts if one.kind not in _ASKED and not _is_logged(one)]


def _is_logged(fact: Fact) -> bool:
    text = str(fact.get("text"))
    return fact.kind in _LOGGED and (" [" in text or text.startswith("└─ Data:"))


def _line(fact: Fact) -> str:
    words = [fact.kind, fact.get("word"), fact.get("subject"), fact.get("text")]
    if fact.get("player"):
        words.append(("to " if fact.kind == "sent" else "from ") + str(fact.get("player")))
    if fact.get("data") not in (None, {}, []):
        words.append(show(fact.get("data")))
    text = " ".join(str(word) for word in words if word not in (None, ""))
    return f"{fact.t:9.3f} {fact.side:<10} {text}"


def as_json(scenario: str, facts: Sequence[Fact]) -> str:
    """JSON lines, keys sorted: equal runs give equal bytes."""
    lines = [{"scenario": scenario, "t": one.t, "side": one.side, "kind": one.kind, **one.fields} for one in facts]
    return "".join(json.dumps(line, sort_keys=True, ensure_ascii=False) + "\n" for line in lines)
