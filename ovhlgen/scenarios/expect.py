"""Whether what was expected is so. Values are compared as plain data, in the forms of the specs' literals."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ovhlgen.model.design import HOW
from ovhlgen.model.node import Mapping, Node, Scalar, to_plain
from ovhlgen.simulator.game import Answer, Game, GameError, Outcome
from ovhlgen.simulator.screen import state_of
from ovhlgen.simulator.session import Fact


@dataclass(frozen=True, slots=True)
class Mismatch:
    """`actual` is what was found instead."""

    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What an expectation may look at: the facts since the last step that did something, and its answer."""

    game: Game
    facts: Sequence[Fact]
    answer: Answer | None
    user_ids: Dict[str, int]  # by the players' names
    outcome: Outcome | None = None  # of a reload or an attachment


def mismatch(kind: str, node: Node, seen: Seen) -> Mismatch | None:
    """None where the expectation holds."""
    how = node.values if isinstance(node, Mapping) else {}
    is_not = plain(how.get("not")) is True
    missed = _CHECKS[kind](node, seen)
    if is_not:
        return None if missed is not None else Mismatch(f"not {kind} {show(_what(node))}", "it was")
    return missed


def matches(wanted: Any, actual: Any, *, exactly: bool = False) -> bool:
    """Mappings are subsets (unless `exactly`), arrays exact in length; an empty table is both."""
    if isinstance(wanted, dict):
        if actual in ([], None) and not wanted:
            return True
        if not isinstance(actual, dict) or (exactly and wanted.keys() != actual.keys()):
            return False
        return all(matches(value, actual.get(key), exactly=exactly) for key, value in wanted.items())
    if isinstance(wanted, list):
        if not wanted:
            return actual in ([], {})
        if not isinstance(actual, list) or len(actual) != len(wanted):
            return False
        return all(matches(value, other, exactly=exactly) for value, other in zip(wanted, actual, strict=True))
    if isinstance(wanted, bool) or isinstance(actual, bool):
        return wanted is actual
    if isinstance(wanted, int | float) and isinstance(actual, int | float):
        return math.isclose(wanted, actual, rel_tol=1e-6, abs_tol=1e-9)
    return bool(wanted == actual)


def show(value: Any) -> str:
    """A value in a message, as YAML would write it on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {show(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(show(one) for one in value) + "]"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and re.fullmatch(r"-?[0-9.]+|true|false|null|", value):
        return f'"{value}"'
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


def plain(node: Node | None) -> Any:
    """A node's value; None where there is no node."""
    return None if node is None else to_plain(node)


def _what(node: Node) -> Any:
    """An expectation without its how."""
    if not isinstance(node, Mapping):
        return plain(node)
    return {key: plain(one) for key, one in node.values.items() if key not in HOW}


def _counted(kind: str, node: Node, facts: Sequence[Fact], near: Sequence[Fact], title: str) -> Mismatch | None:
    """At least one fact, or exactly `times`; `near` are facts of the same kind that don't match."""
    times = plain(node.get("times")) if isinstance(node, Mapping) else None
    if len(facts) == times or (times is None and facts):
        return None
    expected = f"{title} {show(_what(node))}" + (f", {times} times" if times is not None else "")
    if facts:
        return Mismatch(expected, f"{len(facts)} of them")
    last = near[-1] if near else None
    instead = f"nothing of the kind was {kind}" if last is None else f"the last was {show(last.get('data'))}"
    return Mismatch(expected, instead)


def _received(node: Node, seen: Seen) -> Mismatch | None:
    assert isinstance(node, Mapping)
    who, event = plain(node.get("by")), plain(node.get("event"))
    near = [one for one in seen.facts if (one.kind, one.side, one.get("subject")) == ("received", who, event)]
    return _counted("received", node, [one for one in near if _fits(node, one)], near, "received")


def _published(node: Node, seen: Seen) -> Mismatch | None:
    assert isinstance(node, Mapping)
    event = plain(node.get("event"))
    near = [
        one for one in seen.facts if (one.kind, one.side, one.get("subject")) == ("published", seen.game.host, event)
    ]
    return _counted("published", node, [one for one in near if _fits(node, one)], near, "published")


def _fits(node: Mapping, fact: Fact) -> bool:
    wanted = node.get("payload")
    exactly = plain(node.get("exactly")) is True
    return wanted is None or matches(plain(wanted), fact.get("data"), exactly=exactly)


def _logged(node: Node, seen: Seen) -> Mismatch | None:
    wanted = _what(node)

    def fits(fact: Fact) -> bool:
        text = str(fact.get("text"))
        return (
            wanted.get("level", fact.get("word")) == fact.get("word")
            and wanted.get("module", fact.get("subject")) == fact.get("subject")
            and wanted.get("code", "") in text
            and wanted.get("text", "") in text
        )

    facts = [one for one in seen.facts if one.kind == "log"]
    return _counted("logged", node, [one for one in facts if fits(one)], [], "logged")


def _response(node: Node, seen: Seen) -> Mismatch | None:
    wanted = plain(node)
    if seen.answer is None:
        return Mismatch(f"the response {show(wanted)}", "no answer yet")
    if seen.answer.code is not None:
        return Mismatch(f"the response {show(wanted)}", f"refused with {seen.answer.code}")
    if matches(wanted, seen.answer.response):
        return None
    return Mismatch(f"the response {show(wanted)}", show(seen.answer.response))


def _refused(node: Node, seen: Seen) -> Mismatch | None:
    wanted = plain(node)
    if seen.answer is not None:
        actual = seen.answer.code or f"answered with {show(seen.answer.response)}"
    else:
        codes = [str(one.get("word")) for one in seen.facts if one.kind == "refused"]
        if wanted in codes:
            return None
        actual = ", ".join(codes) or "not refused"
    return None if actual == wanted else Mismatch(f"refused with {wanted}", actual)


def _state(node: Node, seen: Seen) -> Mismatch | None:
    assert isinstance(node, Mapping)
    wanted, exactly = plain(node.get("fields")), plain(node.get("exactly")) is True
    try:
        actual = seen.game.state(str(plain(node.get("module"))), plain(node.get("player")))
    except GameError as error:
        return Mismatch(f"state {show(wanted)}", str(error))
    if matches(wanted, actual, exactly=exactly):
        return None
    return Mismatch(f"state {show(wanted)}", _shown(wanted, actual, exactly=exactly))


def _module(node: Node, seen: Seen) -> Mismatch | None:
    assert isinstance(node, Mapping)
    name = str(plain(node.get("name")))
    sides = [one.side for one in seen.game.facts if one.kind == "module" and one.get("subject") == name]
    sides = [side for side in sides if side == seen.game.host or not re.fullmatch(r"server( \d)?", side)]
    if not sides:
        return Mismatch(f"module {show(_what(node))}", "it isn't on any side")
    state, code = seen.game.module(name, sides[-1])
    actual = {"name": name, "state": state, "code": code}
    return None if matches(_what(node), actual) else Mismatch(f"module {show(_what(node))}", show(actual))


def player_key(user_id: int) -> str:
    """A player's key in the store, as DataService names it."""
    return f"Player_{user_id}"


def _stored(node: Node, seen: Seen) -> Mismatch | None:
    assert isinstance(node, Mapping) and seen.game.project.data is not None
    wanted, exactly = plain(node.get("data")), plain(node.get("exactly")) is True
    key = player_key(seen.user_ids[str(plain(node.get("player")))])
    envelope = seen.game.stored(seen.game.project.data.store, key)
    actual = envelope.get("data") if isinstance(envelope, dict) else envelope
    if matches(wanted, actual, exactly=exactly):
        return None
    return Mismatch(f"stored {show(wanted)}", _shown(wanted, actual, exactly=exactly))


def _global(node: Node, seen: Seen) -> Mismatch | None:
    assert seen.game.project.data is not None
    wanted = _what(node)
    store = seen.game.project.data.store
    found = {key: seen.game.stored(store, f"Global_{key}") for key in wanted}
    actual = {key: one.get("value") if isinstance(one, dict) else one for key, one in found.items()}
    return None if matches(wanted, actual) else Mismatch(f"global {show(wanted)}", show(actual))


def _shown(wanted: Any, actual: Any, *, exactly: bool) -> str:
    if exactly or not isinstance(actual, dict):
        return show(actual)
    return show({key: actual.get(key) for key in wanted})


def _health(node: Node, seen: Seen) -> Mismatch | None:
    wanted, actual = _what(node), seen.game.health()
    if matches(wanted, actual):
        return None
    return Mismatch(f"health {show(wanted)}", show(actual))


def _metric(node: Node, seen: Seen) -> Mismatch | None:
    wanted = _what(node)
    metric = seen.game.metric(str(wanted["name"]))
    if metric is None:
        return Mismatch(f"metric {show(wanted)}", "nobody has given it yet")
    actual = metric if isinstance(wanted.get("value"), dict) else metric["value"]
    if "value" not in wanted or matches(wanted["value"], actual):
        return None
    return Mismatch(f"metric {show(wanted)}", show(actual))


def _config(node: Node, seen: Seen) -> Mismatch | None:
    wanted = _what(node)
    try:
        actual = seen.game.settings(list(wanted))
    except GameError as error:
        return Mismatch(f"config {show(wanted)}", str(error))
    return None if matches(wanted, actual) else Mismatch(f"config {show(wanted)}", show(actual))


def _screen(node: Node, seen: Seen) -> Mismatch | None:
    assert isinstance(node, Mapping)
    wanted = _what(node)
    player, name = wanted.pop("as"), wanted.pop("screen")
    title = f"screen {name} of {player} {show(wanted)}"
    try:
        actual = state_of(seen.game, str(player), str(name))
    except GameError as error:
        return Mismatch(title, str(error))
    return None if matches(wanted, actual) else Mismatch(title, show({key: actual.get(key) for key in wanted}))


def _kicked(node: Node, seen: Seen) -> Mismatch | None:
    name = plain(node)
    if any(one.kind == "kick" and one.side == name for one in seen.facts):
        return None
    return Mismatch(f"{name} kicked", "not kicked")


def _success(node: Node, seen: Seen) -> Mismatch | None:
    wanted = plain(node)
    if seen.outcome is not None and seen.outcome.success is wanted:
        return None
    return Mismatch(f"success: {show(wanted)}", _told(seen.outcome))


def _code(node: Node, seen: Seen) -> Mismatch | None:
    wanted = plain(node)
    if seen.outcome is not None and seen.outcome.code == wanted:
        return None
    return Mismatch(f"code: {wanted}", _told(seen.outcome))


def _told(outcome: Outcome | None) -> str:
    if outcome is None:
        return "no module was reloaded or attached, and no setting was set, by now"
    return ", ".join([f"success: {show(outcome.success)}", outcome.code or "no code", *outcome.messages])


_CHECKS = {
    "success": _success,
    "code": _code,
    "response": _response,
    "refused": _refused,
    "received": _received,
    "published": _published,
    "logged": _logged,
    "state": _state,
    "module": _module,
    "health": _health,
    "metric": _metric,
    "config": _config,
    "screen": _screen,
    "kicked": _kicked,
    "stored": _stored,
    "global": _global,
}


def within(node: Node) -> str | None:
    """The duration for which an expectation may take its time."""
    found = node.get("within") if isinstance(node, Mapping) else None
    return found.text if isinstance(found, Scalar) else None


def since_start(node: Node) -> bool:
    return isinstance(node, Mapping) and node.get("since") is not None
