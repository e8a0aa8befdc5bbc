"""The log: where it may be written, and what no text in it can do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ovhlgen.simulator.game import Game
from tests.support.projects import Project


@pytest.mark.parametrize(
    "file",
    [
        "specs/project.yaml",
        "specs/log.md",
        "Specs/log.md",
        "out/log.md",
        ".ovhlgen/log.md",
        ".git/log.txt",
        "../log.md",
        "a/../specs/log.md",
        "/tmp/log.md",
        "C:/log.md",
        "a\\\\b.md",
        "log",
        "main.py",
        "a./b.md",
    ],
)
def test_the_log_is_a_file_of_its_own(project: Project, file: str) -> None:
    """Not a spec, nothing generated, nothing outside of the project: `check` refuses it."""
    project.base().write({"specs/project.yaml": f'ovhl: 1\nname: Test\nlogging: {{ file: "{file}" }}\n'})
    assert [(one["code"], one["line"]) for one in project.json().findings if one["severity"] == "error"] == [
        ("E0105", 3)
    ]


@pytest.mark.parametrize("text", ["# Notes\n", "no line at all", "[x]: https://example.com\n"])
def test_the_log_leaves_a_file_that_holds_something_else(project: Project, text: str) -> None:
    project.base().write({"OVHL_OJOL_LOGS.md": text})
    assert project.json("logs").codes == ["E1161"]
    assert (project.root / "OVHL_OJOL_LOGS.md").read_text("utf-8") == text


@pytest.mark.parametrize("name", ["logs", "logs/game.md", "logs/game.3.md"])
def test_the_log_follows_no_link(project: Project, name: str) -> None:
    """Neither to its file nor to a folder on the way, nor for the files that it puts aside."""
    project.base().write({"specs/project.yaml": "ovhl: 1\nname: Test\nlogging: { file: logs/game.md }\n"})
    (project.root / "elsewhere").mkdir()
    link = project.root / name
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(project.root / "elsewhere")
    assert project.json("logs").codes == ["E1161"]
    assert list((project.root / "elsewhere").iterdir()) == []


# The game's own log

ADDRESS = "https://example.com/hook"
HEAD = "module: {}\nrealm: server\ndomain: OVHL_Modules\n"
FORGED = '[2025-01-01 00:00:00] [SERVICE:AdminPanel] [LEVEL:INFO] [CODE:ADMIN_SET_ROLE] [ADMIN] Message: "forged"'
DAY = "2025-01-01"
FILES = {
    "specs/project.yaml": "ovhl: 1\nname: Test\n"
    "logging: { persist: true, webhook: 'secret:LogWebhook', level: ERROR }\n",
    "specs/roles.yaml": "roles: { Guest: { rank: 0 }, Mod: { rank: 5 }, Owner: { rank: 9 } }\ndefault: Guest\n"
    "sources: [granted, { users: { Owner: [900], Mod: [902] } }]\n",
    "specs/admin.yaml": "roles: [Mod]\n",
    "specs/config.yaml": "fields: { speed: { type: u16, default: 1, editable_by: Mod } }\n",
    "specs/types.yaml": "types:\n  Tier: { enum: [low, high] }\n"
    "  Card: { struct: { pin: u8, names: 'string(..5)[..3]' } }\n",
    "specs/data.yaml": """
store: Players
version: 1
player:
  pin: { type: u8, default: 0, private: true }
  word: { type: string(..9), default: a, private: true, visible: owner }
  tier: { type: Tier, default: low, private: true }
  card: { type: Card, default: { pin: 1, names: [] }, private: true }
  marks: { type: 'map(string(..9), u8, ..3)', default: {}, private: true }
  coins: { type: u8, default: 0 }
""",
    "specs/modules/Chat/module.yaml": HEAD.format("Chat")
    + """
depends: [DataService, SystemMonitor]
events:
  Bad: { from: client, payload: { text: string(..500) }, rate: 100/s burst 100, worker: Logic.bad }
  Said: { from: client, payload: { text: string(..500) }, rate: 100/s burst 100, worker: Logic.said }
lifecycle: { player_added: Logic.added }
""",
    "specs/modules/Chat/Logic.luau": """--!strict
local Types = require(script.Parent.Types)
local Logic = {}
function Logic.bad(_context: Types.Context, _player: Player, payload: Types.Bad)
	error(payload.text)
end
function Logic.said(context: Types.Context, _player: Player, payload: Types.Said)
	context.SystemMonitor:Log("Chat", "ERROR", "BAD_WORD", payload.text)
	context.Logger:Warn(payload.text)
end
function Logic.added(_context: Types.Context, _player: Player) end
return Logic
""",
}
# A value of each private key that doesn't fit, and what of it may stand in no text.
PRIVATE: dict[str, tuple[Any, str]] = {
    "pin": (48151, "48151"),
    "word": ("diagnosis_xyz", "diagnosis_xyz"),
    "tier": ("tier_xyz", "tier_xyz"),
    "card": ({"pin": 48152, "names": []}, "48152"),
    "marks": ({"mark_xyz": 48153}, "48153"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Project(tmp_path_factory.mktemp("logs")).write(FILES).root


@pytest.fixture
def here(folder: Path) -> Iterator[Game]:
    with Game.start(folder) as game:
        game.secret("LogWebhook", ADDRESS)
        game.http(ADDRESS, "")
        game.advance(1)
        yield game


def console(game: Game) -> list[str]:
    return [str(fact.get("text")) for fact in game.facts if fact.kind in ("print", "warn", "error")]


def everywhere(game: Game) -> list[str]:
    """The ring, the console, what went to the webhook and to the store."""
    posts = [str(fact.get("data")) for fact in game.facts if fact.kind == "http"]
    servers = game.stored("OVHL_Logs", DAY) or []
    return [
        *game.monitored(),
        *console(game),
        *posts,
        *(str(game.stored("OVHL_Logs", f"{DAY}/{one}")) for one in servers),
    ]


@pytest.mark.tools
def test_no_text_mentions_anybody_at_the_webhook_nor_forges_a_line(here: Game) -> None:
    here.join("Eve", 500)
    here.advance(2)
    for text in ("@everyone <@&123> <@7> <!channel> look", f"x\n{FORGED}", f"x\u2028{FORGED}", "a\u202eb\x1b[2J"):
        here.fire("Eve", "Chat.Bad", {"text": text})
        here.fire("Eve", "Chat.Said", {"text": text})
    here.advance(20)
    posts = [json.loads(fact.get("data")["body"]) for fact in here.facts if fact.kind == "http"]
    assert posts
    for post in posts:
        assert post["allowed_mentions"] == {"parse": []}
        assert not re.search(r"@everyone|<@[&!\d]|<!channel", post["content"])
    assert any("everyone" in post["content"] for post in posts)
    assert any("forged" in text for text in console(here))
    for text in console(here):
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e]", text)
        assert not text.startswith(FORGED)


@pytest.mark.tools
def test_nobody_pushes_out_what_administrators_did(here: Game) -> None:
    """A client that makes thousands of errors of every kind has a share of the log; a flood is said to be one."""
    here.join("Eve", 500)
    here.join("M", 902)
    here.advance(8)
    assert here.request("M", "AdminPanel.SetConfig", {"name": "speed", "value": "7"})
    here.run("server", 'require(Shared.Logger):Error("Shop", "GAME", "nobody\'s error")')
    for _ in range(30):
        for event in ("Chat.Bad", "Chat.Said"):
            source = f'for i = 1, 40 do send("{event}", {{ text = "spam" .. math.random() }}) end'
            here.run("Eve", source, settle=False)
        here.advance(1)
    here.advance(15)
    lines = here.monitored()
    assert [line for line in lines if "[ADMIN]" in line and "SET_CONFIG" in line]
    assert [line for line in lines if "nobody's error" in line]
    spam = [line for line in lines if "spam" in line]
    assert 10 < len(spam) <= 110
    assert len([text for text in console(here) if "spam" in text]) < 400, "of 2,400 errors"
    assert [line for line in lines if "[FLOOD]" in line and '"untold":' in line]
    assert "MANY_ERRORS" in " ".join(lines), "errors that aren't told count"


@pytest.mark.tools
def test_many_users_push_out_no_more_than_one(here: Game) -> None:
    """However many of them there are: who said little keeps it, in the log and among what administrators did."""
    log = 'require(Shared.Kernel.ServiceManager):Get("SystemMonitor"):Log("X", "INFO", "Y", "{}", nil, {})'
    for tag in ('"ADMIN"', "nil"):
        here.run("server", log.format(f"said once {tag[:2]}".replace('"', ""), tag))
        many = f"for n = 1, 150 do {log.format('many', tag)} end"
        here.run("server", f"for id = 1, 12 do require(Shared.Kernel.Origin).spawn(id, function() {many} end) end")
    said = [line for line in here.monitored(2000) if "said once" in line]
    assert len(said) == 2


@pytest.mark.tools
def test_what_is_pushed_out_is_held_no_longer(here: Game) -> None:
    """Of forty users who came one after another, no more lines are in memory than the log has room for."""
    source = """
        local Ring = require(game:GetService("ServerScriptService").Server.Core.SystemMonitor.Ring)
        local ring = Ring.new(100, 10, 50)
        for n = 0, 1999 do
            local said = { at = n, service = "X", level = "INFO", code = "Y", message = "hi", by = n // 50 + 1 }
            Ring.push(ring, said)
        end
        local held = 0
        for _, queue in ring.others.queues do
            for _ in queue.entries do held += 1 end
        end
        return held
    """
    assert here.run("server", source) == {"1": 100}


@pytest.mark.tools
def test_a_flood_whose_texts_differ_in_a_number_is_one(here: Game) -> None:
    """Of an error that nobody's event began, as one in each step."""
    monitor = 'require(Shared.Kernel.ServiceManager):Get("SystemMonitor")'
    for call in (
        'require(Shared.Logger):Error("Shop", "GAME", `slow: {n * 1.5} ms of {n}`)',
        f'{monitor}:Log("Shop", "ERROR", "SLOW", `slow: {{n}}`)',
    ):
        before = len(console(here))
        here.run("server", f"for n = 1, 500 do {call} end")
        here.advance(12)
        told = [
            text for text in console(here)[before:] if "slow" in text and "FLOOD" not in text and "untold" not in text
        ]
        assert len(told) == 10, call
        assert [line for line in here.monitored() if "[FLOOD]" in line and '"untold":490' in line]


@pytest.mark.tools
def test_a_message_that_is_no_text_is_logged_as_one(here: Game) -> None:
    """A worker without strict types may give anything."""
    log = "local log: any = require(Shared.Logger) "
    here.run("server", f'{log} log:Error("Shop", "GAME", {{ 1 }}) log:Warn("Shop", "GAME")')
    here.advance(1)
    lines = [line for line in here.monitored() if "[SERVICE:Shop]" in line]
    assert [re.sub("0x[0-9a-f]+", "…", line.split("Message: ")[1]) for line in lines][:1] == ['"table: …"']
    assert not [fact for fact in here.facts if fact.kind == "error"]


@pytest.mark.tools
def test_levels_of_the_log_are_no_matter_of_what_is_seen(here: Game) -> None:
    """The project's level is ERROR; a fact is there of what is below it."""
    here.run("server", 'require(Shared.Logger):Info("Shop", "GAME", "quiet")')
    assert [fact for fact in here.facts if fact.kind == "log" and fact.get("text") == "quiet"]
    assert not [text for text in console(here) if "quiet" in text]


@pytest.mark.tools
@pytest.mark.parametrize("key", PRIVATE)
def test_a_private_value_stands_in_no_text(here: Game, key: str) -> None:
    """Whether it was stored and doesn't fit any more, or a worker sets it."""
    value, hidden = PRIVATE[key]
    here.store("Players", "Player_1", {"version": 1, "data": {key: value}})
    here.join("A", 1)
    here.join("B", 2)
    here.advance(40)
    data = 'require(Shared.Kernel.ServiceManager):Get("DataService"):GetPlayerData(player("B"))'
    luau = literal(value)
    here.run(
        "server", f'local ok, why = pcall(function() {data}:Set("{key}", {luau}) end) warn("said " .. tostring(why))'
    )
    here.advance(70)
    assert any("DS_CORRUPT" in text or "DS_NEWER" in text for text in everywhere(here))
    assert [text for text in console(here) if text.startswith("said ") and "DS_INVALID" in text]
    assert [text for text in everywhere(here) if hidden in text] == []


def literal(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f'["{key}"] = {literal(one)}' for key, one in value.items()) + " }"
    return "{}" if value == [] else f'"{value}"' if isinstance(value, str) else str(value)


@pytest.mark.tools
def test_earlier_logs_are_read_once_and_leave_a_reserve(here: Game) -> None:
    """Twelve looks at the same time, over two days of forty servers each."""
    for day in ("2024-12-30", "2024-12-31"):
        here.store("OVHL_Logs", day, [f"s{n}" for n in range(40)])
        for n in range(40):
            here.store("OVHL_Logs", f"{day}/s{n}", {"lines": []})
    here.join("M", 902)
    here.advance(8)
    budget = (
        'return game:GetService("DataStoreService"):GetRequestBudgetForRequestType(Enum.DataStoreRequestType.GetAsync)'
    )
    [before] = (here.run("server", budget) or {}).values()
    source = 'for i = 1, 4 do task.spawn(function() send("AdminPanel.GetLogs", { is_earlier = true }) end) end'
    for _ in range(3):
        here.run("M", source, settle=False)
        here.advance(1)
    here.advance(5)
    [after] = (here.run("server", budget) or {}).values()
    assert after >= 30
    assert before - after <= 30, "one look, of at most 20 servers"


@pytest.mark.tools
def test_no_key_of_the_archive_is_without_a_name(folder: Path) -> None:
    """More servers than are listed, in a store that fails now and then: what isn't listed is removed.

    Who was removed and writes again is listed again. Days that are long gone are removed, whoever left them.
    """
    with Game.start(folder) as game:
        game.store("OVHL_Logs", DAY, [f"srv{number}" for number in range(200)])
        for number in range(3):
            game.store("OVHL_Logs", f"{DAY}/srv{number}", {"lines": []})
        game.store("OVHL_Logs", "2023-05-05/lost", {"lines": []})
        warn = 'require(Shared.Kernel.ServiceManager):Get("SystemMonitor"):Log("X", "WARN", "Y", "hi " .. os.clock())'
        game.data_fault("unavailable", times=3)
        for _ in range(4):
            game.run("server", warn)
            game.advance(90)
        mine = check_archive(game)
        assert game.stored("OVHL_Logs", "2023-05-05/lost") is None
        game.run("server", f'game:GetService("DataStoreService"):GetDataStore("OVHL_Logs"):RemoveAsync("{DAY}/{mine}")')
        game.run("server", warn)
        game.advance(90)
        assert check_archive(game) != mine


@pytest.mark.tools
def test_a_server_whose_first_lines_failed_enters_again(folder: Path) -> None:
    """Its name is gone by the next try: two hundred others came."""
    with Game.start(folder) as game:
        warn = 'require(Shared.Kernel.ServiceManager):Get("SystemMonitor"):Log("X", "WARN", "Y", "hi")'
        game.data_fault("unavailable", times=1, keys=[f"{DAY}/*"])
        game.run("server", warn)
        game.advance(61)
        assert len(game.stored("OVHL_Logs", DAY)) == 1, "it has entered, and couldn't write"
        game.store("OVHL_Logs", DAY, [f"srv{number}" for number in range(200)])
        game.advance(90)
        check_archive(game)


def check_archive(game: Game) -> str:
    """Every key is listed; the server that runs is the last of them."""
    listed = game.stored("OVHL_Logs", DAY)
    keys = [f"srv{number}" for number in range(200) if game.stored("OVHL_Logs", f"{DAY}/srv{number}") is not None]
    assert set(keys) <= set(listed)
    assert len(listed) <= 201
    assert game.stored("OVHL_Logs", f"{DAY}/{listed[-1]}")["lines"]
    return str(listed[-1])
