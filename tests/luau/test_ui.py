"""OVHL_UI: screens as the renderer lays them out, pressed at pixels and by keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ovhlgen.picture.devices import DEVICES
from ovhlgen.simulator.game import Game, GameError
from ovhlgen.simulator.screen import NotReached, Screen, state_of
from tests.conftest import ROOT
from tests.support.gallery import GALLERY
from tests.support.projects import Project

pytestmark = pytest.mark.tools

LOOKUP = """
local services = require(Shared.Kernel.ServiceManager)
local ui, style = services:Get("OVHL_UI"), services:Get("StyleService")
local gui = game.Players.LocalPlayer.PlayerGui
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Project(tmp_path_factory.mktemp("gallery")).write(GALLERY).root


@pytest.fixture
def game(root: Path) -> Iterator[Game]:
    with Game.start(root) as game:
        game.join("Siti", 1)
        game.advance(1)
        yield game
        said = [str(one.get("text")) for one in game.facts if one.kind == "error" or one.get("word") == "ERROR"]
        assert [one for one in said if "too many" not in one and not one.startswith("Scenario:")] == []


@pytest.fixture
def screen(game: Game) -> Screen:
    found = Screen(game, "Siti")
    show(found, "All")
    return found


def ask(screen: Screen, source: str) -> Any:
    return (screen.game.run(screen.player, LOOKUP + source) or {}).get("1")


def show(screen: Screen, name: str) -> None:
    ask(screen, f'ui.ModalSystem:Open("{name}")')


def is_open(screen: Screen, name: str) -> bool:
    return bool(ask(screen, f'return ui.ModalSystem:IsOpen("{name}")'))


def text(screen: Screen, name: str, field: str = "Text") -> Any:
    return screen.read(screen.find("All", name), field)


def toasts(screen: Screen) -> list[str]:
    return [str(screen.read(one, "Text")) for one in screen.look() if one.path.endswith("/Toast")]


def printed(screen: Screen) -> int:
    return sum(one.kind == "print" and one.get("text") == "pressed" for one in screen.game.facts)


# What is drawn


@pytest.mark.parametrize("locale", ["en-us", "id-id"])
@pytest.mark.parametrize("device", DEVICES)
def test_the_renderer_finds_nothing_wrong(root: Path, device: str, locale: str) -> None:
    """Every component, in each theme, from the top of the screen to its end."""
    with Game.start(root) as game:
        game.join("Siti", 1, locale=locale)
        game.advance(1)
        screen = Screen(game, "Siti", device)
        show(screen, "All")
        for theme in ("default", "light"):
            ask(screen, f'style:SetTheme("{theme}")')
            for far in (0, 300, 10_000):
                screen.scroll("All", "Body", far)
                assert screen.findings() == []


def test_the_hierarchy_and_no_pixels_in_sizes(screen: Screen) -> None:
    things = screen.look()
    chain = "All/PaddingFrame/MainContainer/ContentFrame/Body"
    assert {chain.rsplit("/", number)[0] for number in range(1, 5)} <= {one.path for one in things}
    offset = """
for _, object in gui:GetDescendants() do
    if object:IsA("GuiObject") then
        local size, position = object.Size, object.Position
        local pixels = { size.X.Offset, size.Y.Offset, position.X.Offset, position.Y.Offset }
        for _, one in pixels do assert(one == 0, object:GetFullName()) end
        assert(object.LayoutOrder ~= 0 or object.Name == "Fill", object:GetFullName())
    end
    if object:IsA("TextLabel") or object:IsA("TextButton") or object:IsA("TextBox") then
        assert(object.TextScaled or object.Text == "", object:GetFullName())
    end
end
"""
    ask(screen, offset)


def test_a_grid_has_room_for_the_rows_in_it(screen: Screen) -> None:
    deep, following = screen.find("All", "deep").rect, screen.find("All", "Divider").rect
    assert deep is not None
    assert following is not None
    assert deep.y + deep.height < following.y


DEEP = """
screen: Deep
kind: panel
values:
  on: { type: boolean, default: false }
  number: { type: "u8(1..20)?" }
  size: { type: Size, default: medium }
content:
  - button: { text: Hidden, set: { on: false }, when: $on }
  - grid:
      - dropdown: { name: pick, value: $size }
      - row: [{ stepper: { value: $number } }, { button: { name: add, text: Add, call: Logic.press } }]
      - button: { name: last, text: Last, call: Logic.press }
  - field: { name: count, value: $number }
"""


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Game]:
    """What holds others holds what needs more room than a line."""
    face = GALLERY["specs/modules/Face/module.yaml"].replace("[All,", "[Deep, All,")
    root = Project(tmp_path).write({**GALLERY, "specs/modules/Face/module.yaml": face, "specs/ui/Deep.yaml": DEEP}).root
    with Game.start(root) as game:
        game.join("Siti", 1)
        game.advance(1)
        yield game


@pytest.mark.parametrize("device", DEVICES)
def test_nothing_in_a_grid_runs_over_what_follows(deep: Game, device: str) -> None:
    """Rows that stand below each other there, and a dropdown's choices."""
    screen = Screen(deep, "Siti", device)
    show(screen, "Deep")
    screen.look()
    assert [*screen.findings(), *screen.audit("Deep")] == []
    screen.press("Deep", "pick/Chosen")
    screen.look()
    assert [*screen.findings(), *screen.audit("Deep")] == []
    choice, last = screen.find("Deep", "pick/Choice3").rect, screen.find("Deep", "last").rect
    assert choice is not None
    assert last is not None
    assert choice.cut(last) is None
    screen.press("Deep", "pick/Choice3")
    assert state_of(deep, "Siti", "Deep")["values"]["size"] == "large"


def test_the_pad_starts_at_what_is_shown(deep: Game) -> None:
    screen = Screen(deep, "Siti", "console")
    show(screen, "Deep")
    assert ask(screen, 'return game:GetService("GuiService").SelectedObject.Name') == "Chosen"


def test_a_number_that_is_missing_is_typed_as_a_number(deep: Game) -> None:
    screen = Screen(deep, "Siti")
    show(screen, "Deep")
    for typed, expected in (("7", 7), ("nan", 7), ("many", 7), ("inf", 20)):
        screen.type("Deep", "count", typed)
        assert state_of(deep, "Siti", "Deep")["values"]["number"] == expected


def test_a_hud_has_its_share_of_a_small_screen(deep: Game) -> None:
    screen = Screen(deep, "Siti", "phone_portrait")
    show(screen, "Bar")
    main = screen.find("Bar", "MainContainer").rect
    assert main is not None
    assert main.width / screen.device.width == pytest.approx(0.85, abs=0.03), "what is around a window counts"
    assert main.height / screen.device.height == pytest.approx(0.45, abs=0.03), "and what the device keeps for itself"


def test_lists_beside_each_other_take_what_is_left(tmp_path: Path) -> None:
    beside = """screen: Bar
kind: panel
values: { rows: { type: "Row[..9]", default: [{ title: One, note: "" }] } }
content:
  - row:
      - list: { name: left, items: $rows, row: { text: { text: $title } } }
      - tabs:
          - title: A
            content:
              - tabs:
                  - title: B
                    content:
                      - list: { name: right, items: $rows, row: { text: { text: $title } } }
  - button: { name: last, text: Last, close: true }
"""
    root = Project(tmp_path).write({**GALLERY, "specs/ui/Bar.yaml": beside}).root
    with Game.start(root) as game:
        game.join("Siti", 1)
        game.advance(1)
        screen = Screen(game, "Siti")
        show(screen, "Bar")
        left, right = screen.find("Bar", "left").rect, screen.find("Bar", "right").rect
        last, main = screen.find("Bar", "last").rect, screen.find("Bar", "MainContainer").rect
        assert left and right and last and main
        assert left.height > main.height / 2
        assert right.height > main.height / 3
        assert main.y + main.height - last.y - last.height < 30


def test_rows_of_texts(tmp_path: Path) -> None:
    """`$item` is an item that has no fields, and a worker gets it."""
    words = """screen: Bar
kind: panel
values: { words: { type: "string(..9)[..9]", default: [Kopi, Teh] } }
content:
  - list: { name: words, items: $words, row: { card: { title: $item, subtitle: Pick, call: Logic.picked } } }
"""
    picked = """function Logic.picked(_context: Types.Context, word: string)
	print("picked", word)
end

return Logic"""
    logic = GALLERY["specs/modules/Face/Logic.luau"].replace("return Logic", picked)
    files = {**GALLERY, "specs/ui/Bar.yaml": words, "specs/modules/Face/Logic.luau": logic}
    project = Project(tmp_path).write(files)
    assert project.json("lint", "--types").findings == []
    with Game.start(project.root) as game:
        game.join("Siti", 1)
        game.advance(1)
        screen = Screen(game, "Siti")
        show(screen, "Bar")
        shown = [one for one in screen.look() if one.path.endswith("/Title") and "/words/" in one.path]
        titles = [screen.read(one, "Text") for one in shown]
        assert titles == ["Kopi", "Teh"]
        screen.press("Bar", "words/Card#2")
        assert said(screen, "picked") == ["picked Teh"]


def test_a_long_toast_is_read_whole(deep: Game) -> None:
    screen = Screen(deep, "Siti", "phone_portrait")
    long = "Lagu itu tidak ada di katalog, atau sudah diputar hari ini. Pilih lagu lain dari daftar, lalu coba lagi."
    ask(screen, f'ui:Toast("{long}", "danger")')
    screen.look()
    [toast] = [one.rect for one in screen.look() if one.path.endswith("/Toast")]
    assert toast is not None
    assert toast.width > screen.device.width * 0.8
    assert toast.height > 4 * 14


def test_texts_are_in_the_player_s_language(root: Path) -> None:
    with Game.start(root) as game:
        for name, locale, expected in (
            ("A", "id-id", "Judul"),
            ("B", "en-us", "A heading"),
            ("C", "fr-fr", "A heading"),
        ):
            game.join(name, locale=locale)
            game.advance(1)
            screen = Screen(game, name)
            show(screen, "All")
            assert text(screen, "Heading") == expected


def test_the_theme_changes_what_is_on_the_screen(screen: Screen) -> None:
    assert text(screen, "MainContainer", "BackgroundColor3") == "#3C3C3C"
    ask(screen, 'style:SetTheme("light")')
    assert text(screen, "MainContainer", "BackgroundColor3") == "#F4F4F4"
    assert text(screen, "Heading", "TextColor3") == "#101418"
    low, high = screen.find("All", "Heading").rect, screen.find("All", "note").rect
    ask(screen, 'ui.ModalSystem:Open("All", { name = "kept" })')
    ask(screen, 'style:SetTheme("default", { typography = { heading = { size = 40 } } })')
    heading, note = screen.find("All", "Heading").rect, screen.find("All", "note").rect
    assert low
    assert high
    assert heading
    assert note
    assert (heading.height, note.y - high.y) == (52, 52 - low.height)
    assert text(screen, "who") == "kept"
    assert is_open(screen, "All")
    size = "return gui.All.PaddingFrame.MainContainer.ContentFrame.Body.Heading.UITextSizeConstraint.MaxTextSize"
    assert ask(screen, size) == 40
    screen.press("All", "Close")
    assert not is_open(screen, "All")


def test_when_follows_its_value(screen: Screen) -> None:
    assert text(screen, "note", "Visible") is True
    screen.press("All", "off")
    assert text(screen, "note", "Visible") is False


def test_a_value_that_may_be_missing(screen: Screen) -> None:
    assert (text(screen, "chosen", "Visible"), text(screen, "chosen")) == (False, "")
    ask(screen, 'ui.ModalSystem:Open("All", { picked = { title = "Kopi", note = "" } })')
    assert (text(screen, "chosen", "Visible"), text(screen, "chosen")) == (True, "Kopi")


# What is pressed


def test_buttons_and_cards_call_their_worker(screen: Screen) -> None:
    screen.press("All", "press")
    assert printed(screen) == 1
    screen.press("All", "pressable")
    assert printed(screen) == 2


def test_each_input_changes_its_value(screen: Screen) -> None:
    screen.press("All", "On")
    assert text(screen, "note", "Visible") is False
    screen.press("All", "Off")
    assert text(screen, "note", "Visible") is True
    screen.press("All", "More")
    screen.press("All", "More")
    screen.press("All", "Less")
    assert text(screen, "amount/Value") == "4"
    bar = screen.find("All", "volume/Bar").rect
    assert bar is not None
    screen.press_at(bar.x + bar.width * 0.75, bar.center[1])
    assert text(screen, "volume/Value") == "0.75"
    assert text(screen, "Progress/Fill", "Size") == [0.75, 0, 1, 0]
    screen.type("All", "who", "Budi dan Siti dan Tono dan Ani")
    assert text(screen, "who") == "Budi dan Siti dan To", "at most twenty characters"


def test_dropdown_and_tabs(screen: Screen) -> None:
    assert text(screen, "Chosen").startswith("medium")
    screen.press("All", "Chosen")
    screen.press("All", "Choice3")
    assert text(screen, "Chosen").startswith("large")
    assert text(screen, "Choice1", "Visible") is False
    assert (text(screen, "Page1", "Visible"), text(screen, "Page2", "Visible")) == (True, False)
    screen.press("All", "Tab2")
    assert (text(screen, "Page1", "Visible"), text(screen, "Page2", "Visible")) == (False, True)


def test_an_area_is_its_worker_s(screen: Screen) -> None:
    assert text(screen, "own/Mine", "ClassName") == "TextLabel"


def test_a_request_and_what_follows_it(screen: Screen) -> None:
    """The button is off until the payload fits; the response's kind says what follows, and a refusal is shown."""
    assert text(screen, "buy", "Interactable") is False
    with pytest.raises(NotReached, match="MainContainer takes"):
        screen.press("All", "buy")
    screen.type("All", "who", "Budi")
    assert text(screen, "buy", "Interactable") is True
    screen.press("All", "buy")
    assert toasts(screen) == ["i  Yours."]
    ask(screen, 'ui.ModalSystem:Open("All", { count = 7 })')
    screen.press("All", "buy")
    assert text(screen, "who") == "", "the kind `full` sets it"
    screen.type("All", "who", "Budi")
    for _ in range(7):
        screen.press("All", "More")
    screen.press("All", "buy")
    assert toasts(screen)[-1] == "×  Not possible."
    screen.game.advance(10)
    assert toasts(screen) == []


def test_a_press_beside_a_modal_reaches_nothing_behind(game: Game) -> None:
    screen = Screen(game, "Siti")
    show(screen, "Bar")
    screen.press("Bar", "behind")
    assert printed(screen) == 1
    behind = screen.find("Bar", "behind").rect
    show(screen, "All")
    assert behind is not None
    for share in (0.01, 0.5):
        screen.press_at(behind.x + behind.width * share, behind.center[1])
    with pytest.raises(NotReached, match=r"Backdrop|MainContainer"):
        screen.press("Bar", "behind")
    assert printed(screen) == 1


def test_windows_close_from_the_front(game: Game) -> None:
    """By their button, by a gamepad's B, by Escape, by an action; each time the icon bar hears of it."""
    screen = Screen(game, "Siti")
    show(screen, "Side")
    screen.press("Side", "modal")
    assert (is_open(screen, "Side"), is_open(screen, "All")) == (True, True)
    assert screen.key("Escape")
    assert (is_open(screen, "Side"), is_open(screen, "All")) == (True, False)
    screen.press("Side", "modal")
    screen.press("All", "Close")
    assert not is_open(screen, "All")
    screen.press("Side", "done")
    assert not is_open(screen, "Side")
    assert not screen.key("ButtonB"), "with nothing open it is the game's"
    events = [str(one.get("subject")) for one in game.facts if one.kind == "published" and one.side == "Siti"]
    assert [one for one in events if one.startswith("Screen")] == [
        *("ScreenOpened", "ScreenOpened", "ScreenClosed", "ScreenOpened", "ScreenClosed", "ScreenClosed")
    ]


def test_a_gamepad_finds_its_way(game: Game) -> None:
    """The first button is selected and seen to be, the pad moves on, A presses, B leaves."""
    screen = Screen(game, "Siti", "console")
    show(screen, "All")
    selected = 'return game:GetService("GuiService").SelectedObject.Name'
    assert ask(screen, selected) == "pressable"
    for key, expected in (("DPadDown", "press"), ("DPadRight", "off"), ("DPadLeft", "press")):
        assert screen.key(key)
        assert ask(screen, selected) == expected
    focus = "return gui.All.PaddingFrame.MainContainer.ContentFrame.Body.Grid.press.Focus.Enabled"
    assert ask(screen, focus) is True
    assert screen.key("ButtonA")
    assert printed(screen) == 1
    assert screen.key("ButtonB")
    assert not is_open(screen, "All")
    assert ask(screen, 'return game:GetService("GuiService").SelectedObject') is None


def said(screen: Screen, word: str) -> list[str]:
    return [str(one.get("text")) for one in screen.game.facts if one.kind == "print" and word in str(one.get("text"))]


def test_a_row_tells_what_is_in_it(game: Game) -> None:
    """A `call` gets the item of its row, also when the row has another one by now."""
    screen = Screen(game, "Siti")
    show(screen, "Pick")
    screen.press("Pick", "rows/Card#2")
    rows = 'local rows = {} for at = 1, 100 do rows[at] = { title = `Row {at}`, note = "" } end '
    ask(screen, rows + 'ui.ModalSystem:Open("Pick", { rows = rows })')
    screen.press("Pick", "rows/Card#2")
    assert said(screen, "chosen") == ["chosen Two", "chosen Row 2"]
    screen.scroll("Pick", "rows", 1e9)
    screen.press("Pick", "rows/Card#12")
    [_, _, last] = said(screen, "chosen")
    assert int(last.removeprefix("chosen Row ")) > 80


def test_a_tab_says_that_it_is_opened(game: Game) -> None:
    screen = Screen(game, "Siti")
    show(screen, "Pick")
    assert len(said(screen, "seen")) == 1
    screen.press("Pick", "Tab2")
    assert len(said(screen, "seen")) == 1
    screen.press("Pick", "Tab1")
    assert len(said(screen, "seen")) == 2


def test_a_tab_with_a_list_takes_what_is_left(game: Game) -> None:
    screen = Screen(game, "Siti")
    show(screen, "Pick")
    body, page = screen.find("Pick", "Body").rect, screen.find("Pick", "Page1").rect
    assert body
    assert page
    assert page.height > body.height - 80


def test_a_pad_moves_a_slider(game: Game) -> None:
    """Left and right are its own while it is selected, and everybody's again afterwards."""
    screen = Screen(game, "Siti", "console")
    show(screen, "Pick")
    screen.press("Pick", "Tab2")
    for key in ("DPadDown", "DPadRight", "DPadRight", "DPadLeft", "DPadRight"):
        assert screen.key(key)
    share = state_of(game, "Siti", "Pick")["values"]["share"]
    assert share == pytest.approx(0.6)
    for _ in range(30):
        screen.key("DPadRight")
    assert state_of(game, "Siti", "Pick")["values"]["share"] == 1
    assert screen.key("DPadUp")
    screen.key("DPadLeft")
    assert state_of(game, "Siti", "Pick")["values"]["share"] == 1
    screen.key("DPadDown")
    assert screen.key("ButtonB")
    assert not screen.key("DPadLeft")


# How much


def test_five_hundred_rows_are_a_window(screen: Screen) -> None:
    ask(
        screen,
        """
local rows = {}
for at = 1, 500 do rows[at] = { title = `Row {at}`, note = "" } end
ui.ModalSystem:Open("All", { rows = rows })
""",
    )

    def shown() -> list[str]:
        found = [one for one in screen.look() if one.path.endswith("/rows/Text")]
        assert len(found) < 60
        ordered = sorted(found, key=lambda one: screen.read(one, "LayoutOrder"))
        return [screen.read(one, "Text") for one in ordered if screen.read(one, "Visible")]

    assert shown()[0] == "Row 1"
    high = screen.find("All", "rows").rect
    assert high is not None
    for far, first in ((31 * 100, 99), (31 * 400, 399)):
        screen.scroll("All", "rows", far)
        rows = shown()
        assert rows[0] == f"Row {first}"
        assert rows == [f"Row {first + at}" for at in range(len(rows))]
        assert len(rows) * 31 > high.height
    screen.scroll("All", "rows", 1e9)
    assert shown()[-1] == "Row 500"


def test_nothing_is_left_of_two_hundred_screens(game: Game) -> None:
    screen = Screen(game, "Siti")
    show(screen, "All")
    screen.press("All", "Close")
    before = game.session.ask("census", side="Siti")
    for _ in range(200):
        ask(screen, 'ui.ModalSystem:Open("All") ui.ModalSystem:Close("All")')
    assert game.session.ask("census", side="Siti") == before
    ask(screen, 'style:SetTheme("light")')


# Who may


def test_names_that_are_none(screen: Screen) -> None:
    for source in ('ui.ModalSystem:Open("Al")', 'ui.ModalSystem:Open("All", { nam = 1 })'):
        with pytest.raises(GameError, match="UI_UNKNOWN"):
            ask(screen, source)


def test_the_example_s_panel(tmp_path: Path) -> None:
    """A guest is refused, a VIP's song is in the queue; both are told, in their language."""
    with Game.start(Project(tmp_path).copy(ROOT / "specs").root) as game:
        game.join("Siti", 1, locale="id-id")
        game.join("Admin", 12345)
        game.advance(2)
        for player, expected in (("Siti", "×  Coba lagi nanti."), ("Admin", "i  Queued.")):
            screen = Screen(game, player)
            ask(screen, 'services:Get("UIModule"):ToggleMusicPanel()')
            screen.type("MusicPanel", "Field", "123")
            screen.press("MusicPanel", "Button")
            game.advance(1)
            assert toasts(screen) == [expected]
