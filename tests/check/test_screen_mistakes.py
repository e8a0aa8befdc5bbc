"""Mistakes in screens and themes: each is found by the right rule, at the line that is marked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.gallery import GALLERY
from tests.support.projects import Project

MARK = "# here"
HEAD = """
screen: Bar
kind: hud
title: { id: Bilah, en: Bar }
values:
  on: { type: boolean, default: true }
  far: { type: number, default: 0 }
  share: { type: "f32(0..1)", default: 0.4 }
  count: { type: "u8(1..20)", default: 3 }
  name: { type: "string(..20)", default: "" }
  size: { type: Size, default: medium }
  rows: { type: "Row[..600]", default: [] }
  words: { type: "string(..9)[..9]", default: [] }
  row: { type: Row, default: { title: "", note: "" } }
content:
"""
BUY = "  - button:\n      text: A\n      send: Shop.Buy\n      with: { name: $name, count: $count }\n"
# Components below `content:`; the line with the mark is where the finding stands.
CONTENT = {
    "an unknown value": ("  - text: { text: $nme } # here", "E0803"),
    "an unknown field of a row": (
        "  - list:\n      items: $rows\n      row: { text: { text: $titel } } # here",
        "E0803",
    ),
    "an unknown field of a value": ("  - text: { text: $row.titel } # here", "E0803"),
    "a field of a text": ("  - text: { text: $name.length } # here", "E0803"),
    "an unknown field of a setting": ('  - text: { text: "@config.ui_theme.name" } # here', "E0405"),
    "a text that is a struct": ("  - text: { text: $row } # here", "E0831"),
    "a title that is a list": ("  - tabs:\n      - { title: $rows, content: [] } # here", "E0831"),
    "an image that is a number": ("  - image: { image: $count } # here", "E0831"),
    "an image from the web": ('  - card: { title: A, image: "https://example.com/a.png" } # here', "E0105"),
    "the item of a row that has fields": (
        "  - list:\n      items: $rows\n      row: { text: { text: $item } } # here",
        "E0803",
    ),
    "a field of an item that has none": (
        "  - list:\n      items: $words\n      row: { text: { text: $item.title } } # here",
        "E0803",
    ),
    "an unknown value behind when": ("  - text: { text: A, when: $off } # here", "E0803"),
    "an unknown value to set": ("  - button: { text: A, set: { onn: true } } # here", "E0803"),
    "unknown state": ('  - text: { text: "@Shop.stock" } # here', "E0409"),
    "an unknown setting": ('  - text: { text: "@config.ui_thme" } # here', "E0405"),
    "data that isn't there": ('  - text: { text: "@data.wallet" } # here', "E0406"),
    "two actions": ("  - button: { text: A, call: Logic.press, close: true } # here", "E0804"),
    "a button that does nothing": ("  - button: { text: A } # here", "E0804"),
    "a button that doesn't close": ("  - button: { text: A, close: false } # here", "E0804"),
    "an answer without a question": ("  - button: { text: A, call: Logic.press, then: B } # here", "E0804"),
    "an unknown event": ("  - button: { text: A, send: Shop.Bye, with: {} } # here", "E0407"),
    "a payload that lacks a field": ("  - button: { text: A, send: Shop.Buy, with: { name: $name } } # here", "E0806"),
    "a field too many": (
        "  - button:\n      text: A\n      send: Shop.Buy\n      with: { name: $name, count: $count, more: 1 } # here",
        "E0806",
    ),
    "a field of another type": (
        "  - button:\n      text: A\n      send: Shop.Buy\n      with: { name: $on, count: $count } # here",
        "E0837",
    ),
    "a literal that doesn't fit": (
        "  - button:\n      text: A\n      send: Shop.Buy\n      with: { name: $name, count: 50 } # here",
        "E0306",
    ),
    "a value set to another type": ("  - button: { text: A, set: { on: $count } } # here", "E0837"),
    "a value set to a wrong literal": ("  - button: { text: A, set: { on: maybe } } # here", "E0306"),
    "an answer that sets a value that isn't there": (
        BUY + "      then: { full: { set: { onn: true } } } # here",
        "E0803",
    ),
    "an answer with an unknown value": (BUY + "      then: { taken: $total } # here", "E0803"),
    "an answer of an unknown kind": (BUY + "      then: { fulll: { id: Penuh, en: Full } } # here", "E0841"),
    "a kind of a refusal": (BUY + "      refused: { full: { id: Penuh, en: Full } } # here", "E0846"),
    "a toast of a list": (BUY + "      refused: $rows # here", "E0831"),
    "an answer that is a number": (BUY + "      then: { full: 5 } # here", "E0103"),
    "an answer that sets nothing": (BUY + "      then: { set: {} } # here", "E0105"),
    "a value set to what isn't there": ("  - button: { text: A, set: { on: $off } } # here", "E0803"),
    "an item's field to be changed": (
        "  - list:\n      items: $rows\n      row: { field: { value: $title } } # here",
        "E0803",
    ),
    "an area in a row of a list": (
        "  - list:\n      items: $rows\n      row:\n        row:\n          - area: { worker: Logic.fill } # here",
        "E0838",
    ),
    "an answer that sets another type": (
        "  - button:\n      text: A\n      send: Shop.Buy\n      with: { name: $name, count: $count }\n"
        '      then: { full: { set: { on: "no" } } } # here',
        "E0306",
    ),
    "an unknown worker": ("  - button: { text: A, call: Lgic.press } # here", "E0511"),
    "an unknown function": ("  - button: { text: A, call: Logic.pres } # here", "E0502"),
    "an unknown function of an area": ("  - area: { worker: Logic.fil } # here", "E0502"),
    "an unknown screen": ("  - button: { text: A, open: Al } # here", "E0411"),
    "an unknown component": ("  - buton: { text: A } # here", "E0101"),
    "a property of another component": ("  - text: { text: A, items: $rows } # here", "E0101"),
    "a text that is missing": ("  - heading: { width: 0.5 } # here", "E0102"),
    "a width above one": ("  - text: { text: A, width: 1.5 } # here", "E0106"),
    "a component's name": ("  - text: { text: A, name: Not A Name } # here", "E0105"),
    "a toggle of a number": ("  - toggle: { value: $count } # here", "E0831"),
    "a slider of a text": ("  - slider: { value: $name } # here", "E0831"),
    "a stepper of an enum": ("  - stepper: { value: $size } # here", "E0831"),
    "a dropdown of a text": ("  - dropdown: { value: $name } # here", "E0831"),
    "a field of a list": ("  - field: { value: $rows } # here", "E0831"),
    "progress of a boolean": ("  - progress: { value: $on } # here", "E0831"),
    "a list of a number": ("  - list: { items: $count, row: { text: { text: A } } } # here", "E0831"),
    "a slider without an end": ("  - slider: { value: $far } # here", "E0832"),
    "a row that is too wide": (
        "  - row: # here\n      - text: { text: A, width: 0.6 }\n      - text: { text: B, width: 0.6 }",
        "E0833",
    ),
    "an unknown style": ("  - button: { text: A, style: primry, close: true } # here", "E0834"),
    "one name twice": ("  - text: { name: a, text: A }\n  - text: { name: a, text: B } # here", "E0836"),
    "one name twice in tabs": (
        "  - text: { name: a, text: A }\n  - tabs:\n      - title: T\n        content:\n"
        "          - text: { name: a, text: B } # here",
        "E0836",
    ),
    "a list in a list": (
        "  - list:\n      items: $rows\n      row:\n        list: # here\n          items: $rows\n"
        "          row: { text: { text: A } }",
        "E0838",
    ),
    "a text in one language": ("  - text: { text: { en: Only } } # here", "W0839"),
    "a toast in one language": (
        "  - button:\n      text: { id: A, en: A }\n      send: Shop.Buy\n"
        "      with: { name: $name, count: $count }\n      refused: { id: Tidak } # here",
        "W0839",
    ),
}
TOKENS = {
    "a colour of five digits": ('  color: { text: "#12345" } # here', "E0714"),
    "a token that isn't there": ('  color: { text: "{color.ink}" } # here', "E0712"),
    "a font that isn't there": ("  typography: { body: { font: Montserat } } # here", "E0723"),
    "a typography of size 0": ("  typography: { body: { size: 0 } } # here", "E0724"),
    "a colour that is a number": ("  color: { text: 5 } # here", "E0726"),
    "a group that is a number": ("  radius: 5 # here", "E0726"),
    "a text that can't be read": ('  color: { text: "#505050" } # here', "W0840"),
    "a button that can't be read": ('  button: { primary: { text: "#00A0F0" } } # here', "W0840"),
}


# Components of a screen that Studio holds.
BOUND = {
    "a class that Roblox doesn't have": ("  buy: TextButon # here", "W0428"),
    "an action of a label": ("  buy: { class: TextLabel, call: Logic.press } # here", "E0842"),
    "two actions": ("  buy: { class: TextButton, call: Logic.press, close: true } # here", "E0804"),
    "a field of another type": (
        "  buy: { class: TextButton, send: Shop.Buy, with: { name: $on, count: 1 } } # here",
        "E0837",
    ),
    "a toast in one language": (
        "  buy: { class: TextButton, send: Shop.Buy, with: { name: abc, count: 1 }, refused: { id: Tidak } } # here",
        "W0839",
    ),
}


def findings(tmp_path: Path, path: str, text: str) -> list[tuple[str, str, int]]:
    project = Project(tmp_path).write({**GALLERY, path: text})
    return [(one["code"], one["file"], one["line"]) for one in project.json("check").findings]


@pytest.mark.parametrize("name", CONTENT)
def test_a_mistake_in_a_screen(tmp_path: Path, name: str) -> None:
    body, code = CONTENT[name]
    text = HEAD + body + "\n"
    line = 1 + text[: text.index(MARK)].count("\n")
    assert findings(tmp_path, "specs/ui/Bar.yaml", text) == [(code, "specs/ui/Bar.yaml", line)]


@pytest.mark.parametrize("name", BOUND)
def test_a_mistake_in_a_bound_screen(tmp_path: Path, name: str) -> None:
    body, code = BOUND[name]
    text = HEAD.replace("content:\n", "bind: StarterGui.Bar\ncomponents:\n") + body + "\n"
    line = 1 + text[: text.index(MARK)].count("\n")
    assert findings(tmp_path, "specs/ui/Bar.yaml", text) == [(code, "specs/ui/Bar.yaml", line)]


@pytest.mark.parametrize("name", TOKENS)
def test_a_mistake_in_a_theme(tmp_path: Path, name: str) -> None:
    body, code = TOKENS[name]
    text = f"theme: default\ntokens:\n{body}\n"
    assert (code, "specs/themes/default.yaml", 3) in findings(tmp_path, "specs/themes/default.yaml", text)


def test_types_of_a_module_in_a_row(tmp_path: Path) -> None:
    shop = (
        GALLERY["specs/modules/Shop/module.yaml"]
        + """
types:
  Share: { alias: "f32(0..1)" }
  Inner: { struct: { text: "string(..5)" } }
  Item: { struct: { share: Share, inner: Inner } }
  Items: { alias: "Item[..20]" }
state:
  items: { type: Items, default: [], replicate: all }
"""
    )
    text = (
        HEAD
        + """  - list:
      items: "@Shop.items"
      row:
        row:
          - progress: { value: $share }
          - text: { text: $inner.text }
          - text: { text: $inner.tekst } # here
"""
    )
    line = 1 + text[: text.index(MARK)].count("\n")
    project = Project(tmp_path).write({**GALLERY, "specs/modules/Shop/module.yaml": shop, "specs/ui/Bar.yaml": text})
    assert [(one["code"], one["line"]) for one in project.json("check").findings] == [("E0803", line)]


SALE = """
types:
  Answer: { union: { ok: {}, no: {} } }
  Label: { struct: { en: string(..9) } }
events:
  Sell: { from: client, request: { title: Label }, response: Answer, worker: Logic.sell }
"""


def test_kinds_and_fields_are_no_languages(tmp_path: Path) -> None:
    """A response's kinds of two letters, a field named as a text is, and a bound component that is called `text`."""
    logic = GALLERY["specs/modules/Shop/Logic.luau"].replace(
        "return Logic",
        "function Logic.sell(_context: Types.Context, _player: Player, _: Types.SellRequest): Types.SellResponse\n"
        '\treturn { kind = "ok" }\nend\n\nreturn Logic',
    )
    files = {
        "specs/modules/Shop/module.yaml": GALLERY["specs/modules/Shop/module.yaml"].replace("events:\n", SALE),
        "specs/modules/Shop/Logic.luau": logic,
        "specs/ui/Bar.yaml": HEAD.replace("content:\n", "bind: StarterGui.Bar\ncomponents:\n")
        + "  text: { class: TextButton, send: Shop.Sell, with: { title: { en: A } },"
        + " then: { ok: { id: Ya, en: Yes }, no: { id: Tidak, en: No } } }\n",
    }
    assert Project(tmp_path).write({**GALLERY, **files}).json("check").findings == []


def test_a_hud_has_room_for_what_is_in_a_row_of_it(tmp_path: Path) -> None:
    """A button and a dropdown need 298 pixels beside each other: in a narrow hud they stand below each other."""
    row = "  - row:\n      - button: { text: A, close: true }\n      - dropdown: { value: $size }\n"
    narrow = HEAD.replace("kind: hud", "kind: hud\nsize: { width: 0.35, height: 0.15 }") + row
    wide = narrow.replace("0.35", "0.5")
    assert [code for code, _, _ in findings(tmp_path / "narrow", "specs/ui/Bar.yaml", narrow)] == ["W0845"]
    assert findings(tmp_path / "wide", "specs/ui/Bar.yaml", wide) == []


def test_there_are_enough_of_them_and_the_gallery_has_none(tmp_path: Path) -> None:
    assert len(CONTENT) >= 40
    assert Project(tmp_path).write(GALLERY).json("check").findings == []
