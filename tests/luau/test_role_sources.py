"""PermissionSync against a reference: sources that answer, fail, hang, answer late and change, in any order."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from ovhlgen.simulator.game import Game, Role
from ovhlgen.simulator.session import Session
from tests.luau.test_admin_systems import HD_ADMIN, KOHL, role
from tests.oracle.permissions import WHITELIST, Known, Source
from tests.support.games import built

pytestmark = pytest.mark.tools
PROVE = bool(os.environ.get("OVHLGEN_PROVE"))

RANKS = {"Guest": 0, "Vip": 1, "Moderator": 50, "Admin": 100, "Owner": 200}
KEYS = {
    "everyone": 0,
    "vip": 1,
    "mod": 50,
    "admin": 100,
    "helper": 0,
}  # Kohl's roles, and what roles.yaml makes of them
HD = {0: 0, 1: 1, 2: 50, 3: 100, 4: 0}
FILES = {
    "specs/project.yaml": """
ovhl: 1
name: Test
packages:
  KohlsAdmin: { at: [ServerScriptService.Kohl] }
  HDAdmin: { at: [ServerScriptService.HD] }
place:
  ServerStorage: { HDAdminSetup: { $className: ModuleScript, $properties: { Source: return nil } } }
""",
    "specs/roles.yaml": """
roles: { Guest: { rank: 0 }, Vip: { rank: 1 }, Moderator: { rank: 50 }, Admin: { rank: 100 }, Owner: { rank: 200 } }
default: Guest
sources:
  - kohls_admin: { package: KohlsAdmin, map: { vip: Vip, mod: Moderator, admin: Admin } }
  - hd_admin: { package: HDAdmin, map: { VIP: Vip, Mod: Moderator, Admin: Admin } }
  - granted
  - users: { Owner: [9] }
  - gamepasses: { 444: Vip, 555: Moderator }
  - groups: { 77: [{ min_rank: 200, role: Admin }, { min_rank: 10, role: Vip }] }
cache: { refresh: 60 s }
""",
    "specs/config.yaml": 'fields: { admin_whitelist: { type: "id[..10]", default: [], editable_by: Owner } }\n',
    "specs/data.yaml": "store: Test\nversion: 1\nplayer: { coins: { type: u32, default: 0 } }\n",
}
REFRESH = 60
SOURCES = (
    Source("kohls_admin", is_first=True),
    Source("hd_admin", is_first=True),
    *map(Source, ("granted", "gamepass 444", "gamepass 555", "group 77", WHITELIST)),
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    return built(tmp_path_factory.mktemp("sources"), FILES)


@dataclass
class World:
    """What is true, and what each source says when it is asked now."""

    group: int = 0
    passes: frozenset[int] = frozenset()  # that they came with: Roblox asks once, and then knows
    bought: set[int] = field(default_factory=set)
    kohl: str | None = "everyone"  # None: broken
    hd: int | None = 0  # None: broken
    granted: int = 0
    is_listed: bool = False
    silent: dict[str, float] = field(default_factory=dict)  # services that don't answer, until then

    def hush(self, service: str, until: float) -> None:
        self.silent[service] = max(until, self.silent.get(service, 0))

    def says(self, source: str, now: float) -> int | None:
        match source.split():
            case ["kohls_admin"]:
                return None if self.kohl is None else KEYS[self.kohl]
            case ["hd_admin"]:
                return None if self.hd is None else HD[self.hd]
            case ["granted"]:
                return None if now < self.silent.get("data", 0) else self.granted
            case ["gamepass", of]:
                if int(of) in self.bought:
                    return 1 if of == "444" else 50
                if now < self.silent.get("gamepasses", 0):
                    return None
                return (1 if of == "444" else 50) if int(of) in self.passes else 0
            case ["group", _]:
                if now < self.silent.get("groups", 0):
                    return None
                return 100 if self.group >= 200 else 1 if self.group >= 10 else 0
        return 200 if self.is_listed else 0


class Play:
    """The game and the reference, side by side."""

    def __init__(self, game: Game, passes: frozenset[int]) -> None:
        self.game, self.world = game, World(passes=passes)
        game.account(7, gamepasses=sorted(passes))
        self.known = Known(RANKS, "Guest", SOURCES)
        game.run("server", KOHL + 'shared._K_INTERFACE.Data.members["7"] = { roles = { "everyone" } }')
        game.edit("ServerStorage.HDAdminSetup", HD_ADMIN.replace("local ranks = {", "local ranks = shared.ranks or {"))
        game.run(
            "server",
            'shared.ranks = { Siti = 0, Boss = 0 } game:GetService("ServerStorage").HDAdminSetup.Parent = '
            'game:GetService("ReplicatedStorage")',
        )
        game.advance(2)
        for name, user_id in (("Boss", 9), ("Siti", 7)):
            began = game.now
            game.join(name, user_id)
            game.run("server", f'player("{name}"):SetAttribute("_KRolesLoaded", true)')
        game.advance(3)
        self.next = began + REFRESH
        self.ask(*(one.name for one in SOURCES))

    def ask(self, *sources: str) -> None:
        for source in sources:
            self.known.hear(source, self.world.says(source, self.game.now))

    def wait(self, seconds: float) -> None:
        """On, past each look at all sources: never to a moment at which one is going on."""
        until = self.game.now + seconds
        while self.game.now < until:
            if self.next < until + 8:
                self.game.session.ask("advance", seconds=max(0, self.next - self.game.now))
                self.ask(*(one.name for one in SOURCES))
                self.game.session.ask("advance", seconds=8)
                self.next += REFRESH
            else:
                self.game.session.ask("advance", seconds=until - self.game.now)

    def step(self) -> None:
        """One step: what was to be heard at once has been."""
        self.game.session.ask("advance", seconds=0.05)

    def do(self, op: tuple[Any, ...]) -> None:
        game, world = self.game, self.world
        self.wait(0.1)
        match op:
            case ("wait", seconds):
                self.wait(seconds)
            case ("group", rank):
                world.group = rank
                game.account(7, gamepasses=sorted(world.passes), groups={77: [Role(1, "Member", rank)]})
            case ("buys", gamepass):
                world.bought.add(gamepass)
                game.session.ask("purchase", name="Siti", gamepass=gamepass, product=None, buys=True)
                self.step()
                self.ask(f"gamepass {gamepass}")
            case ("kohl", key, is_told):
                world.kohl = key
                roles = "nil" if key is None else "_G.roles"
                member = "" if key is None else f'shared._K_INTERFACE.Data.members["7"].roles = {{ "{key}" }}'
                told = "shared._K_INTERFACE.Hook.roleAdded.Fire()" if is_told else ""
                source = (
                    f"_G.roles = _G.roles or shared._K_INTERFACE.Data.roles shared._K_INTERFACE.Data.roles = {roles}"
                )
                game.run("server", f"{source} {member} {told}", settle=False)
                self.step()
                if is_told:
                    self.ask("kohls_admin")
            case ("hd", rank):
                world.hd = rank
                game.run("server", f"shared.ranks.Siti = {'nil' if rank is None else rank}", settle=False)
            case ("grant", name):
                self.grant(name)
            case ("listed", is_listed):
                world.is_listed = is_listed
                game.configure({"admin_whitelist": [7] if is_listed else []})
                self.ask(WHITELIST)
            case ("outage", service, kind):  # over the next look
                self.do(("fault", service, kind, 125.9))
                self.wait(61.3)
            case ("fault", "data", seconds):
                world.hush("data", game.now + seconds)
                game.data_fault("unavailable", seconds=seconds, keys=["*Role_*"])
            case ("fault", service, kind, seconds):
                world.hush(service, game.now + seconds)
                game.service_fault(service, kind, seconds=seconds)

    def grant(self, name: str | None) -> None:
        if self.game.now < self.world.silent.get("data", 0):
            return
        call = f'SetRole(boss, 7, "{name}")' if name else "RevokeRole(boss, 7)"
        roles = 'require(Shared.Kernel.ServiceManager):Get("PermissionSync")'
        self.game.run("server", f'local boss = player("Boss") local roles = {roles} return roles:{call}')
        if RANKS[self.known.role] < RANKS["Owner"]:  # else nobody is above them
            self.world.granted = RANKS[name] if name else 0
            self.ask("granted")

    def check(self, ops: list[Any]) -> None:
        found = role(self.game, "Siti")
        assert found == self.known.role, (ops, self.known.said)
        assert RANKS[found] <= max(self.known.said.values()), "above what every source says"


SECONDS = st.sampled_from((3.3, 20.7, 61.3, 125.9))
OP = st.one_of(
    st.tuples(st.just("wait"), SECONDS),
    st.tuples(st.just("group"), st.sampled_from((0, 5, 10, 200, 255))),
    st.tuples(st.just("buys"), st.sampled_from((444, 555))),
    st.tuples(st.just("kohl"), st.sampled_from((*KEYS, None)), st.booleans()),
    st.tuples(st.just("hd"), st.sampled_from((*HD, None))),
    st.tuples(st.just("grant"), st.sampled_from(("Vip", "Moderator", "Admin", None))),
    st.tuples(st.just("listed"), st.booleans()),
    st.tuples(st.just("outage"), st.sampled_from(("gamepasses", "groups")), st.sampled_from(("failing", "hanging"))),
    st.tuples(st.just("fault"), st.just("data"), SECONDS),
    st.tuples(
        st.just("fault"), st.sampled_from(("gamepasses", "groups")), st.sampled_from(("failing", "hanging")), SECONDS
    ),
)


def played(place: tuple[Any, Path], passes: frozenset[int], ops: list[Any]) -> Iterator[Play]:
    project, path = place
    with Session(path) as session:
        game = Game(project, session)
        game.boot()
        play = Play(game, passes)
        play.check([])
        for number, op in enumerate(ops):
            play.do(op)
            play.check(ops[: number + 1])
        yield play


@pytest.mark.parametrize("number", range(8 if PROVE else 2))
def test_the_role_is_the_references_at_every_step(place: tuple[Any, Path], number: int) -> None:
    @seed(number)
    @settings(
        max_examples=50 if PROVE else 12,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(st.frozensets(st.sampled_from((444, 555))), st.lists(OP, min_size=5, max_size=25))
    def check(passes: frozenset[int], ops: list[Any]) -> None:
        for play in played(place, passes, ops):
            assert play.game.health()["status"] == "ok"

    check()
