"""The admin panel's screen: every page by a player's hands, at pixels, in both languages and on each device."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ovhlgen.picture.devices import DEVICES
from ovhlgen.simulator.game import Game
from ovhlgen.simulator.screen import NotReached, Screen, state_of
from tests.luau.test_admin import FILES, PEOPLE
from tests.support.projects import Project

pytestmark = pytest.mark.tools

PANEL = "AdminPanel"
PAGES = ("config", "modules", "logs", "health", "permissions")
LOG = 'require(Shared.Kernel.ServiceManager):Get("SystemMonitor"):Log("Test", "INFO", "LOG", "line {}")'
LONG = "A sentence about it that goes on so far that no window has room. " * 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = FILES["specs/config.yaml"].replace("How fast it goes.", LONG.strip())
    return Project(tmp_path_factory.mktemp("panel")).write({**FILES, "specs/config.yaml": config}).root


@contextmanager
def opened(folder: Path, player: str = "Admin", device: str = "desktop", locale: str = "en-us") -> Iterator[Screen]:
    with Game.start(folder) as game:
        game.advance(1)
        for name, user_id in PEOPLE.items():
            game.join(name, user_id, locale=locale)
        game.advance(1)
        screen = Screen(game, player, device)
        screen.open(PANEL)
        game.advance(1)
        yield screen


@pytest.fixture
def screen(folder: Path) -> Iterator[Screen]:
    with opened(folder) as found:
        yield found
        errors = [one.get("text") for one in found.game.facts if one.kind == "error" or one.get("word") == "ERROR"]
        assert errors == []


def press(screen: Screen, component: str) -> None:
    screen.press(PANEL, component)
    screen.game.advance(2)  # its answer, and its rate


def page(screen: Screen, name: str) -> None:
    press(screen, f"Tab{PAGES.index(name) + 1}")


def rows(screen: Screen, name: str) -> list[str]:
    """The titles of a list's rows that are drawn, from the top."""
    cards = [one for one in screen.look() if one.path.endswith(f"/{name}/Card/Texts/Title") and one.rect]
    return [str(screen.read(one, "Text")) for one in sorted(cards, key=lambda one: one.rect.y if one.rect else 0)]


def choose(screen: Screen, name: str, row: str) -> None:
    press(screen, f"{name}/Card#{rows(screen, name).index(row) + 1}")


def text(screen: Screen, component: str) -> str:
    return str(screen.read(screen.find(PANEL, component), "Text"))


def is_shown(screen: Screen, component: str) -> bool:
    return screen.find(PANEL, component).rect is not None


def toasts(screen: Screen) -> list[str]:
    """Their texts, without the mark before each."""
    found = [str(screen.read(one, "Text")) for one in screen.look() if one.path.endswith("/Toast")]
    return [one.partition("  ")[2] for one in found]


def write(screen: Screen, component: str, written: str) -> None:
    screen.type(PANEL, component, written)


# Settings


def test_a_number_is_changed(screen: Screen) -> None:
    assert rows(screen, "settings") == ["admin_whitelist", "fixed", "mood", "pace", "reloads", "tags"]
    choose(screen, "settings", "pace")
    assert (text(screen, "setting"), text(screen, "setting_text")) == ("pace", "2")
    assert text(screen, "setting_about") == "number(1..9) · 2 (default 2)"
    write(screen, "setting_text", "5")
    press(screen, "save_setting")
    assert screen.game.settings(["pace"]) == {"pace": 5}
    assert toasts(screen) == ["Done."]
    assert text(screen, "setting_about") == "number(1..9) · 5 (default 2)"
    press(screen, "reset_setting")
    assert screen.game.settings(["pace"]) == {"pace": 2}
    press(screen, "back_to_settings")
    assert (is_shown(screen, "settings"), is_shown(screen, "save_setting")) == (True, False)


@pytest.mark.parametrize("written", ["99", "fast", ""])
def test_what_does_not_fit_changes_nothing(screen: Screen, written: str) -> None:
    choose(screen, "settings", "pace")
    write(screen, "setting_text", written)
    press(screen, "save_setting")
    assert toasts(screen) == ["That value doesn't fit its type. (CONFIG_INVALID)"]
    assert screen.game.settings(["pace"]) == {"pace": 2}
    assert text(screen, "setting_text") == written


def test_a_choice_and_a_switch(screen: Screen) -> None:
    choose(screen, "settings", "mood")
    assert rows(screen, "choices") == ["calm", "wild"]
    choose(screen, "choices", "wild")
    press(screen, "save_setting")
    press(screen, "back_to_settings")
    choose(screen, "settings", "reloads")
    press(screen, "setting_on/On")
    press(screen, "save_setting")
    assert screen.game.settings(["mood", "reloads"]) == {"mood": "wild", "reloads": False}


def test_who_may_change_it_is_said(screen: Screen) -> None:
    choose(screen, "settings", "tags")
    assert text(screen, "setting_locked") == "Owner may change it."
    assert not is_shown(screen, "save_setting")
    press(screen, "back_to_settings")
    choose(screen, "settings", "fixed")
    assert text(screen, "setting_locked") == "It can't be changed while the game runs."


def test_a_list_is_written_as_json(folder: Path) -> None:
    with opened(folder, "Owner") as screen:
        choose(screen, "settings", "tags")
        write(screen, "setting_text", '["b", "c"]')
        press(screen, "save_setting")
        assert screen.game.settings(["tags"]) == {"tags": ["b", "c"]}


def test_a_long_text_has_as_many_lines_as_it_needs(screen: Screen) -> None:
    choose(screen, "settings", "pace")
    doc, about = screen.find(PANEL, "setting_doc").rect, screen.find(PANEL, "setting_about").rect
    assert doc
    assert about
    assert text(screen, "setting_doc") == LONG.strip()
    assert doc.height > 1.5 * about.height


def test_a_long_value_is_cut_between_characters(tmp_path: Path) -> None:
    """Wherever its bytes end: three for each of these, behind none, one or two others."""
    words = {name: before + "語" * 100 for name, before in (("aa", ""), ("ab", "x"), ("ac", "xy"))}
    fields = "".join(f"  {name}: {{ type: string(..200), default: {text} }}\n" for name, text in words.items())
    config = FILES["specs/config.yaml"] + fields
    with opened(Project(tmp_path).write({**FILES, "specs/config.yaml": config}).root) as screen:
        shown = {one["title"]: one["note"] for one in state_of(screen.game, "Admin", PANEL)["values"]["setting_rows"]}
    for name, text in words.items():
        assert shown[name].endswith("語…")
        assert f'"{text}"'.startswith(shown[name].removesuffix("…"))


# Modules


def test_a_module_is_reloaded(screen: Screen) -> None:
    page(screen, "modules")
    assert rows(screen, "modules") == ["AdminPanel", "Bell", "Clock"]
    choose(screen, "modules", "Clock")
    assert text(screen, "module_about") == "ready · 1.2.3"
    press(screen, "reload")
    assert toasts(screen) == ["Other modules need it. (RELOAD_DEPENDENTS)"]
    assert "Bell" in text(screen, "module_said")
    press(screen, "force")
    assert "Done." in toasts(screen)
    lines = [line for line in screen.game.monitored() if "ADMIN_RELOAD" in line]
    assert len(lines) == 2


# Logs


def test_the_log_is_searched(screen: Screen) -> None:
    page(screen, "logs")
    newest = rows(screen, "lines")[0]
    assert newest == "INFO AdminPanel ADMIN_LOOK"
    write(screen, "log_service", "Kernel")
    write(screen, "log_text", "Bell")
    press(screen, "search")
    assert rows(screen, "lines") == ["INFO Kernel LOG"]
    choose(screen, "lines", "INFO Kernel LOG")
    assert text(screen, "line_message") == "Bell: ready"
    press(screen, "back_to_lines")
    screen.select(PANEL, "log_level", "ERROR")
    press(screen, "search")
    assert rows(screen, "lines") == []


def test_older_lines_follow(screen: Screen) -> None:
    for number in range(150):
        screen.game.run("server", LOG.format(number))
    page(screen, "logs")
    first = state_of(screen.game, "Admin", PANEL)["values"]["line_rows"]
    press(screen, "older")
    second = state_of(screen.game, "Admin", PANEL)["values"]["line_rows"]
    assert len(first) == 100
    assert {one["note"] for one in first} & {one["note"] for one in second if "line" in one["note"]} == set()
    assert not is_shown(screen, "older") or len(second) == 100


# Health and permissions


def test_the_server_s_health(screen: Screen) -> None:
    page(screen, "health")
    assert text(screen, "status") == "ok"
    assert "kernel.modules.ready" in rows(screen, "health")


def test_a_role_is_given_and_taken_back(screen: Screen) -> None:
    page(screen, "permissions")
    choose(screen, "people", "Guest")
    press(screen, "set_role")
    assert toasts(screen) == ["Choose a role."]
    screen.select(PANEL, "new_role", "Vip")
    press(screen, "set_role")
    assert text(screen, "person_about") == "Vip · 1"
    press(screen, "revoke_role")
    assert text(screen, "person_about") == "Guest · 1"
    press(screen, "back_to_people")
    choose(screen, "people", "Owner")
    press(screen, "set_role")
    assert "Your role isn't high enough. (PERM_DENIED)" in toasts(screen)


def test_somebody_who_is_not_here(screen: Screen) -> None:
    page(screen, "permissions")
    write(screen, "user_id", "4711")
    press(screen, "find_user")
    assert (text(screen, "person"), text(screen, "person_about")) == ("4711", "not on this server")
    screen.select(PANEL, "new_role", "Vip")
    press(screen, "set_role")
    screen.game.join("Late", 4711)
    screen.game.advance(2)
    press(screen, "back_to_people")
    press(screen, "refresh_people")
    choose(screen, "people", "Late")
    assert text(screen, "person_about") == "Vip · 4711"


# Who, where, how


def test_a_guest_who_opens_it_sees_nothing(folder: Path) -> None:
    with opened(folder, "Guest") as screen:
        assert rows(screen, "settings") == []
        assert toasts(screen) == ["Your role isn't high enough. (NET_DENIED)"]


def test_it_speaks_indonesian(folder: Path) -> None:
    with opened(folder, locale="id-id") as screen:
        assert text(screen, "Tab1") == "Setelan"
        choose(screen, "settings", "tags")
        assert text(screen, "setting_locked") == "Owner boleh mengubahnya."


@pytest.mark.parametrize("locale", ["en-us", "id-id"])
@pytest.mark.parametrize("device", DEVICES)
def test_the_renderer_finds_nothing_wrong(folder: Path, device: str, locale: str) -> None:
    chosen = {"config": "settings", "modules": "modules", "logs": "lines", "permissions": "people"}
    with opened(folder, device=device, locale=locale) as screen:
        for at, name in enumerate(PAGES, 1):
            page(screen, name)
            assert screen.findings() == []
            if name in chosen:
                screen.scroll(PANEL, f"Page{at}", 10_000 if name == "logs" else 0)  # below its filters
                assert screen.findings() == []
                press(screen, f"{chosen[name]}/Card#1")
                for far in (0, 10_000):
                    screen.scroll(PANEL, f"Page{at}", far)
                    assert screen.findings() == []


def test_no_room_is_lost(folder: Path) -> None:
    """On a small screen the window is as large as may be; a row whose buttons are all hidden is gone."""
    with opened(folder, device="phone") as screen:
        main, around = screen.find(PANEL, "MainContainer").rect, screen.find(PANEL, "PaddingFrame").rect
        assert main
        assert around
        assert (main.width, main.height) == pytest.approx((around.width, around.height), abs=2)
    with opened(folder) as screen:
        page(screen, "permissions")
        field, whole = screen.find(PANEL, "user_id").rect, screen.find(PANEL, "Page5").rect
        assert field
        assert whole
        assert whole.y + whole.height - field.y - field.height < 10


def test_a_game_has_the_pages_that_it_wants(tmp_path: Path) -> None:
    admin = 'roles: [Admin]\nwhitelist: "@config.admin_whitelist"\npages: [health, config]\n'
    with opened(Project(tmp_path).write({**FILES, "specs/admin.yaml": admin}).root) as screen:
        assert [text(screen, f"Tab{number}") for number in (1, 2)] == ["Settings", "Health"]
        with pytest.raises(NotReached):
            screen.find(PANEL, "Tab3")
    workers = {path.stem for path in (tmp_path / "out/runtime/Client/OVHL_Modules/AdminScreen").glob("*Page.luau")}
    assert workers == {"ConfigPage", "HealthPage"}


def test_its_names_are_taken(tmp_path: Path) -> None:
    own = "screen: AdminPanel\nkind: panel\ncontent: []\n"
    project = Project(tmp_path).write({**FILES, "specs/ui/AdminPanel.yaml": own})
    project.write({"specs/themes/default.yaml": "theme: default\ntokens: {}\n"})
    assert "E0202" in project.json("check").codes
    module = "module: AdminScreen\nrealm: client\ndomain: OVHL_Modules\nworkers: []\n"
    taken = Project(tmp_path / "module").write({**FILES, "specs/modules/AdminScreen/module.yaml": module})
    assert "E0202" in taken.json("check").codes


def test_the_theme_of_the_game_is_the_panel_s(tmp_path: Path) -> None:
    theme = "theme: default\ntokens: { color: { surface: '#101830' } }\n"
    with opened(Project(tmp_path).write({**FILES, "specs/themes/default.yaml": theme}).root) as screen:
        assert screen.read(screen.find(PANEL, "MainContainer"), "BackgroundColor3") == "#101830"
