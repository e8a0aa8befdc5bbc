"""docs/simulator/members.md lists what is simulated, out of the code; all other members say that they are not."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable
from typing import Any

import pytest

from ovhlgen.tools.find import need
from ovhlgen.tools.run import run
from tests.conftest import ROOT
from tests.luau.conftest import party_game as party_game
from tests.simulator.test_game import playing
from tests.support.games import Game as Built
from tests.support.members import MEMBERS, members
from tests.support.snapshots import matches

pytestmark = pytest.mark.tools
PAGE = ROOT / "docs/simulator/members.md"
HEAD = """# What is simulated, member by member

Members of Roblox's classes that aren't here raise `not simulated: Class.Member`. Properties and their defaults come
from Lune's reflection database. This page is made from the code (`tests/simulator/test_list.py`).
"""


def listed() -> dict[str, Any]:
    return dict(json.loads(run([need("lune"), "run", ROOT / "tests/simulator/list.luau"]).out))


def page(simulated: dict[str, Any]) -> str:
    members, names = simulated["members"], simulated["globals"]
    sections = [HEAD, "## Classes\n"]
    for name in sorted(members):
        sections.append(f"### {name}\n\n{_spans(members[name])}")
    sections.append("## Libraries\n")
    sections += [f"### {name}\n\n{_spans(names[name])}" for name in sorted(names) if names[name]]
    sections.append(f"## Other globals\n\n{_spans(name for name in names if not names[name])}")
    return "\n".join(sections)


def _spans(names: Iterable[str] | None) -> str:
    """Names in lines of a page."""
    spans = " ".join(f"`{name}`" for name in sorted(names or ()))
    return f"{textwrap.fill(spans, 120, break_on_hyphens=False) or 'Only what its base classes have.'}\n"


def test_the_page_lists_what_is_simulated() -> None:
    assert matches(PAGE, page(listed()))


def test_the_members_are_those_of_the_pinned_definitions() -> None:
    assert matches(MEMBERS, members())


def test_every_other_member_says_that_it_is_not_simulated(party_game: Built) -> None:
    """Each method and callback of each class that scripts can reach: simulated, or named as not. Events can be
    connected to, whether anything fires them or not."""
    simulated = listed()["members"]
    known = dict(re.findall(r"^(\w+): (.*)$", MEMBERS.read_text("utf-8"), re.MULTILINE))
    classes = [
        name
        for name in known
        if name not in ("Object", "RBXScriptConnection") and not re.search(r"Connection$|^Enum", name)
    ]
    with playing(party_game) as game:
        source = [
            "local wrong = {}",
            "local function try(class, name, isEvent)",
            "local ok, found = pcall(function() return game:GetService(class) end)",
            "if not ok then ok, found = pcall(Instance.new, class) end",
            "if not ok then return end",
            "local got, said = pcall(function() return found[name] end)",
            "local isSignal = got and isEvent and typeof(said) == 'RBXScriptSignal'",
            "if got then if not isSignal then table.insert(wrong, class .. '.' .. name) end",
            "elseif isEvent or not string.find(said, 'not simulated: ') then table.insert(wrong, said) end end",
        ]
        count = 0
        for name in classes:
            chain = [name, "Instance", "Object"]
            for member in known[name].split():
                plain = member.removeprefix("+")
                if not any(plain in (simulated.get(one) or ()) for one in chain):
                    source.append(f"try('{name}', '{plain}', {str(member != plain).lower()})")
                    count += 1
        assert count > 1000
        values = game.run("server", "\n".join([*source, "return table.concat(wrong, ' ')"]))
    assert values is not None
    assert values.get("1") in ("", None), str(values.get("1"))[:1500]


def test_what_roblox_does_not_have_is_no_member(party_game: Built) -> None:
    with playing(party_game) as game:
        said = game.run("server", "return select(2, pcall(function() return workspace.Nowhere end))")
    assert said is not None
    assert 'Nowhere is not a valid member of Workspace "Workspace"' in said["1"]
