"""ConfigService: settings that change while the game runs, on every server, for good, and wherever they are read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ovhlgen.simulator.game import Game, GameError
from tests.support.projects import Project

pytestmark = pytest.mark.tools

FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\nkernel: { hot_reload: { enabled: '@config.reloads' } }\n",
    "specs/types.yaml": "types: { Mood: { enum: [calm, wild] } }\n",
    "specs/roles.yaml": """
roles: { Guest: { rank: 0 }, Admin: { rank: 100 }, Owner: { rank: 200 } }
default: Guest
sources:
  - users: { Admin: [7], Owner: [9] }
""",
    "specs/data.yaml": """
store: Test
version: 1
player: { coins: { type: u32, default: 0 } }
save: { retries: 1, backoff: 1 s, backoff_cap: 2 s, lock_timeout: 60 s }
""",
    "specs/config.yaml": """
fields:
  pace: { type: number(1..9), default: 2, editable_by: Admin }
  fixed: { type: string(..9), default: as built }
  mood: { type: Mood, default: calm, editable_by: Admin, realm: shared }
  title: { type: string(..9), default: Hello, realm: shared }
  tags: { type: "string(..5)[..3]", default: [a], editable_by: Owner }
  reloads: { type: boolean, default: true, editable_by: Admin }
  is_open: { type: boolean, default: true, editable_by: Admin }
  admin_whitelist: { type: "id[..9]", default: [], editable_by: Owner }
""",
    "specs/modules/Clock/module.yaml": """
module: Clock
realm: server
domain: OVHL_Modules
depends: [ConfigService, PermissionSync, SystemMonitor]
config:
  step: { type: integer(1..100), default: 5, editable_by: Admin }
  own: { type: integer, default: 3 }
lifecycle: { init: Logic.init, every: [{ interval: "@config.pace", worker: Logic.tick }] }
bus: { subscribes: { ConfigChanged: Logic.changed } }
events:
  Knock: { from: client, request: {}, response: boolean, enabled: "@config.is_open", worker: Logic.knock }
""",
    "specs/modules/Clock/Logic.luau": """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.init(context: Types.Context)
	context.ConfigService:Subscribe("pace", function(new: number, old: number)
		print("pace", old, new, context.GlobalConfig.pace)
		assert(new < 8, "too fast")
	end)
	context.ConfigService:Subscribe(Types.ConfigKeys.Clock_step, function(new: number, old: number)
		print("step", old, new, context.Config.step)
	end)
end

function Logic.tick(context: Types.Context)
	print("tick", context.Config.step)
end

function Logic.changed(_context: Types.Context, change: Types.ConfigChanged)
	print("changed", change.name, change.old, change.new)
end

function Logic.knock(_context: Types.Context, _player: Player): boolean
	return true
end

return Logic
""",
    "specs/modules/Face/module.yaml": """
module: Face
realm: client
domain: OVHL_Modules
depends: [ConfigService]
lifecycle: { init: Logic.init }
bus: { subscribes: { ConfigChanged: Logic.changed } }
""",
    "specs/modules/Face/Logic.luau": """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.init(context: Types.Context)
	print("face", context.ConfigService:Get("mood"), context.ConfigService:Get("title"))
	context.ConfigService:Subscribe("mood", function(new: string, old: string)
		print("mood", old, new, context.GlobalConfig.mood)
	end)
end

function Logic.changed(_context: Types.Context, change: Types.ConfigChanged)
	print("changed", change.name, change.old, change.new)
end

return Logic
""",
}
WITHOUT_DATA = {key: text for key, text in FILES.items() if key != "specs/data.yaml"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Project(tmp_path_factory.mktemp("clock")).write(FILES).root


@pytest.fixture
def clock(folder: Path) -> Iterator[Game]:
    with Game.start(folder) as game:
        game.advance(1)
        yield game


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Game]:
    """Without data.yaml."""
    with Game.start(Project(tmp_path).write(WITHOUT_DATA).root) as game:
        game.advance(1)
        yield game


def config(game: Game, source: str) -> Any:
    """What a piece of Luau about the service gives."""
    head = 'local config = require(Shared.Kernel.ServiceManager):Get("ConfigService")\n'
    return (game.run("server", head + source) or {}).get("1")


def told(game: Game, name: str, value: Any, player: str | None = None) -> str | None:
    """Sets it: a code where it was refused."""
    outcome = game.configure({name: value}, player)
    assert outcome is not None
    assert outcome.success == (outcome.code is None)
    return outcome.code


def printed(game: Game, side: str = "server", *words: str) -> list[str]:
    lines = [str(fact.get("text")) for fact in game.facts if fact.kind == "print" and fact.side == side]
    return [line for line in lines if line.split(" ")[0] in (words or ("pace", "step", "changed", "mood", "face"))]


def logged(game: Game, code: str) -> list[str]:
    return [line for line in game.monitored() if f"[CODE:{code}]" in line]


def stored(game: Game) -> Any:
    return game.stored("Test", "Config")


def test_what_is_set_counts_at_once_wherever_it_is_read(clock: Game) -> None:
    assert told(clock, "pace", 3) is None
    assert told(clock, "Clock.step", 6) is None
    assert clock.settings(["pace", "Clock.step", "fixed"]) == {"pace": 3, "Clock.step": 6, "fixed": "as built"}
    assert printed(clock) == [
        "changed pace 2 3",
        "pace 2 3 3",
        "changed Clock.step 5 6",
        "step 5 6 6",
    ]


def test_intervals_and_switches_follow(clock: Game) -> None:
    clock.join("Siti", 1)
    assert clock.request("Siti", "Clock.Knock", {}).response is True
    assert told(clock, "is_open", False) is None
    assert clock.request("Siti", "Clock.Knock", {}).code == "NET_DISABLED"
    assert told(clock, "pace", 1) is None
    clock.advance(3)
    before = len(printed(clock, "server", "tick"))
    clock.advance(10)
    assert len(printed(clock, "server", "tick")) - before == 10
    assert told(clock, "reloads", False) is None
    outcome = clock.reload("Clock")
    assert outcome is not None and outcome.code == "RELOAD_OFF"


def test_what_was_set_of_a_module_survives_its_reload(clock: Game) -> None:
    assert told(clock, "Clock.step", 6) is None
    outcome = clock.reload("Clock")
    assert outcome is not None and outcome.success
    clock.advance(3)
    assert printed(clock, "server", "tick")[-1] == "tick 6"


def test_what_a_module_subscribed_to_ends_with_it_and_its_errors_are_its_own(clock: Game) -> None:
    clock.reload("Clock")
    assert told(clock, "pace", 9) is None
    assert printed(clock, "server", "pace") == ["pace 2 9 9"]
    assert [line for line in clock.monitored() if "too fast" in line]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pace", 0.5),
        ("pace", "fast"),
        ("pace", float("nan")),
        ("mood", "angry"),
        ("tags", ["a", "b", "c", "d"]),
        ("tags", ["too long"]),
        ("tags", {"a": "b"}),
        ("Clock.step", 1.5),
        ("pace", None),
    ],
)
def test_a_value_that_does_not_fit_is_refused(clock: Game, name: str, value: Any) -> None:
    before = clock.settings([name])
    found = json.dumps(value) if value == value else None
    luau = {None: "0/0", "null": "nil"}.get(found, "")
    if luau:
        assert config(clock, f'return select(2, config:Set("{name}", {luau}))') == "CONFIG_INVALID"
    else:
        assert told(clock, name, value) == "CONFIG_INVALID"
    assert clock.settings([name]) == before
    assert stored(clock) is None
    assert printed(clock) == []
    assert len(logged(clock, "CONFIG_INVALID")) == 1


def test_who_may(clock: Game) -> None:
    """The least role is the setting's; the game itself may change whatever can be changed."""
    for user_id, name in ((1, "Guest"), (7, "Admin"), (9, "Owner")):
        clock.join(name, user_id)
    assert told(clock, "pace", 3, "Guest") == "PERM_DENIED"
    assert told(clock, "pace", 3, "Admin") is None
    assert told(clock, "tags", ["b"], "Admin") == "PERM_DENIED"
    assert told(clock, "tags", ["b"], "Owner") is None
    assert told(clock, "fixed", "new", "Owner") == "CONFIG_FIXED"
    assert told(clock, "fixed", "new") == "CONFIG_FIXED"
    assert clock.settings(["pace", "tags", "fixed"]) == {"pace": 3, "tags": ["b"], "fixed": "as built"}


def test_every_change_is_logged_with_both_values_and_who_made_it(clock: Game) -> None:
    clock.join("Siti", 9)
    told(clock, "tags", ["b"], "Siti")
    told(clock, "pace", 3)
    told(clock, "pace", 3)
    lines = logged(clock, "CONFIG_CHANGED")
    assert len(lines) == 2
    assert '"tags was changed by Siti"' in lines[0] and '"old":["a"]' in lines[0] and '"new":["b"]' in lines[0]
    assert '"pace was changed by the game"' in lines[1]
    told(clock, "mood", "angry", "Siti")
    assert "Siti" in logged(clock, "CONFIG_INVALID")[0]


def test_an_unknown_setting_raises(clock: Game) -> None:
    for call in ("Get(config, 'paces')", "Set(config, 'paces', 2)", "Subscribe(config, 'Clock.own', print)"):
        with pytest.raises(GameError, match="CONFIG_UNKNOWN: "):
            config(clock, f"return config.{call}")


def test_what_is_given_out_cannot_be_changed(clock: Game) -> None:
    with pytest.raises(GameError, match="readonly"):
        config(clock, 'config:Get("tags")[1] = "b"')
    told(clock, "tags", ["c"])
    with pytest.raises(GameError, match="readonly"):
        config(clock, 'config:Get("tags")[1] = "b"')
    with pytest.raises(GameError, match="settings change through ConfigService"):
        clock.run("server", 'record("Clock").context.Config.step = 7')
    with pytest.raises(GameError, match="settings change through ConfigService"):
        clock.run("server", 'record("Clock").context.GlobalConfig.pace = 7')


def test_all_of_it_can_be_walked_through(clock: Game) -> None:
    told(clock, "Clock.step", 7)
    source = (
        "local found = {} for name, value in record('Clock').context.Config do found[name] = value end return found"
    )
    assert (clock.run("server", source) or {})["1"] == {"step": 7, "own": 3}


# for good, and everywhere


def test_it_is_stored_and_counts_on_the_next_server(clock: Game) -> None:
    told(clock, "pace", 3)
    told(clock, "Clock.step", 6)
    assert stored(clock) == {"pace": {"value": 3}, "Clock.step": {"value": 6}}
    clock.add_server()
    clock.advance(1)
    assert clock.settings(["pace", "Clock.step"]) == {"pace": 3, "Clock.step": 6}
    assert any("an administrator, earlier" in line for line in logged(clock, "CONFIG_CHANGED"))


def test_other_servers_hear_of_it(clock: Game) -> None:
    clock.add_server()
    clock.advance(1)
    clock.server = 1
    told(clock, "pace", 3)
    clock.server = 2
    assert clock.settings(["pace"]) == {"pace": 2}
    clock.advance(3)
    assert clock.settings(["pace"]) == {"pace": 3}
    assert printed(clock, "server 2", "pace") == ["pace 2 3 3"]


def test_a_message_that_is_lost_is_made_up_for(clock: Game) -> None:
    clock.add_server()
    clock.advance(1)
    clock.service_fault("messaging", "failing", seconds=20)
    clock.server = 1
    assert told(clock, "pace", 3) is None
    clock.advance(1)
    assert len(logged(clock, "CONFIG_UNTOLD")) == 1
    clock.server = 2
    clock.advance(30)
    assert clock.settings(["pace"]) == {"pace": 2}
    clock.advance(300)
    assert clock.settings(["pace"]) == {"pace": 3}


def test_two_servers_at_once_end_alike(clock: Game) -> None:
    clock.add_server()
    clock.advance(1)
    source = 'local config = require(Shared.Kernel.ServiceManager):Get("ConfigService") task.spawn(function() '
    clock.run("server", source + 'config:Set("pace", 3) end)', settle=False)
    clock.server = 1
    clock.run("server", source + 'config:Set("pace", 4) end)', settle=False)
    clock.advance(5)
    found = []
    for clock.server in (1, 2):
        found.append(clock.settings(["pace"])["pace"])
    assert found == [stored(clock)["pace"]["value"]] * 2


def test_a_change_waits_for_what_is_being_read(clock: Game) -> None:
    """What was read before would else come back over it."""
    clock.data_fault("slow", times=1)
    clock.add_server()
    began = clock.now
    config(clock, 'task.spawn(function() print("told", config:Set("pace", 3)) end)')
    clock.advance(15)
    assert printed(clock, "server 2", "told") == ["told true nil"]
    (saved,) = [fact for fact in clock.facts if fact.kind == "saved" and str(fact.get("word")).endswith("Config")]
    assert saved.t - began > 9


def test_while_it_cannot_be_stored_nothing_changes(clock: Game) -> None:
    clock.data_fault("unavailable", seconds=60)
    source = 'task.spawn(function() print("told", config:Set("pace", 3)) end)'
    config(clock, source)
    clock.advance(10)
    assert printed(clock, "server", "told") == ["told false CONFIG_UNAVAILABLE"]
    assert clock.settings(["pace"]) == {"pace": 2}
    clock.advance(60)
    assert told(clock, "pace", 3) is None


def test_a_server_that_cannot_read_begins_with_what_was_built(clock: Game) -> None:
    told(clock, "pace", 3)
    clock.data_fault("unavailable", seconds=60)
    clock.add_server()
    clock.advance(5)
    assert clock.settings(["pace"]) == {"pace": 2}
    assert logged(clock, "CONFIG_UNAVAILABLE")
    clock.advance(320)
    assert clock.settings(["pace"]) == {"pace": 3}


def test_what_is_stored_is_validated_again(folder: Path) -> None:
    with Game.start(folder) as game:
        game.store(
            "Test", "Config", {"pace": {"value": 99}, "fixed": {"value": "x"}, "gone": 1, "mood": {"value": "wild"}}
        )
        game.advance(310)
        assert game.settings(["pace", "fixed", "mood"]) == {"pace": 2, "fixed": "as built", "mood": "wild"}
        assert len(logged(game, "CONFIG_INVALID")) == 3
        game.advance(310)
        assert len(logged(game, "CONFIG_INVALID")) == 3  # once
        assert told(game, "pace", 3) is None
        assert stored(game)["gone"] == 1


def test_garbage_in_the_store_is_kept(clock: Game) -> None:
    clock.store("Test", "Config", "garbage")
    config(clock, 'task.spawn(function() print("told", config:Set("pace", 3)) end)')
    clock.advance(10)
    assert printed(clock, "server", "told") == ["told false CONFIG_UNAVAILABLE"]
    assert stored(clock) == "garbage"


def test_a_hostile_message_changes_nothing(alone: Game) -> None:
    for message in (
        '"x"',
        "{ name = 5 }",
        '{ name = "nobody", value = 1 }',
        '{ name = "fixed", value = "x" }',
        '{ name = "pace", value = 99 }',
        '{ name = "pace", value = { 1 } }',
    ):
        alone.run("server", f'game:GetService("MessagingService"):PublishAsync("OVHL_Config", {message})')
    alone.advance(3)
    assert alone.settings(["pace", "fixed"]) == {"pace": 2, "fixed": "as built"}


def test_without_data_it_lives_as_long_as_a_server_does(alone: Game) -> None:
    alone.add_server()
    alone.advance(1)
    alone.server = 1
    assert told(alone, "pace", 3) is None
    alone.advance(3)
    alone.server = 2
    assert alone.settings(["pace"]) == {"pace": 3}
    alone.add_server()
    alone.advance(1)
    assert alone.settings(["pace"]) == {"pace": 2}


# clients


def test_clients_see_what_is_shared_and_nothing_else(clock: Game) -> None:
    clock.join("Siti", 1)
    told(clock, "mood", "wild")
    told(clock, "pace", 3)
    clock.advance(1)
    assert printed(clock, "Siti") == ["face calm Hello", "changed mood calm wild", "mood calm wild wild"]
    clock.join("Budi", 2)
    clock.advance(1)
    assert printed(clock, "Budi")[-2:] == ["changed mood calm wild", "mood calm wild wild"]
    received = [fact for fact in clock.facts if fact.kind == "received" and fact.side == "Budi"]
    assert [fact.get("subject") for fact in received] == ["config.mood"]


# OVHL_CONFIG


@pytest.mark.parametrize("form", ["luau", "json"])
def test_a_bad_field_of_ovhl_config_falls_back_to_its_default(tmp_path: Path, form: str) -> None:
    project = Project(tmp_path).write({**FILES, "specs/config.yaml": f"format: {form}{FILES['specs/config.yaml']}"})
    assert project.json("build").code == 0
    path = project.root / f"out/src/Server/OVHL_CONFIG.{form}"
    old, new = ("pace = 2", "pace = 200") if form == "luau" else ('"pace": 2', '"pace": "fast"')
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    from ovhlgen.pipeline import load
    from ovhlgen.simulator.place import build_place
    from ovhlgen.simulator.session import Session

    found = load(project.root).project
    assert found is not None
    place = tmp_path / "edited.rbxl"
    build_place(project.root, place)
    with Game(found, Session(place)) as game:
        game.boot()
        assert game.settings(["pace", "fixed"]) == {"pace": 2, "fixed": "as built"}
        assert (game.run("server", "return record('Clock').context.GlobalConfig.pace") or {})["1"] == 2
        (line,) = logged(game, "CONFIG_INVALID")
        assert "OVHL_CONFIG: pace: " in line and "[LEVEL:ERROR]" in line


def test_the_whitelist_counts_at_once(clock: Game) -> None:
    clock.join("Siti", 1)
    assert told(clock, "pace", 3, "Siti") == "PERM_DENIED"
    assert told(clock, "admin_whitelist", [1]) is None
    clock.advance(0.1)
    assert told(clock, "pace", 3, "Siti") is None
    assert told(clock, "admin_whitelist", []) is None
    clock.advance(0.1)
    assert told(clock, "pace", 4, "Siti") == "PERM_DENIED"
