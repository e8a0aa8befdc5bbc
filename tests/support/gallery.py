"""A game with one screen that has every component of the language."""

from __future__ import annotations

GALLERY = {
    "specs/project.yaml": "ovhl: 1\nname: Test\n",
    "specs/themes/default.yaml": "theme: default\ntokens: {}\n",
    "specs/themes/light.yaml": """
theme: light
extends: default
tokens: { color: { surface: "#F4F4F4", text: "#101418" } }
""",
    "specs/config.yaml": "fields:\n  ui_theme: { type: theme, default: default, realm: shared }\n",
    "specs/types.yaml": """
types:
  Size: { enum: [small, medium, large] }
  Row: { struct: { title: string(..30), note: string(..30) } }
  Reply: { union: { taken: { total: u16 }, full: {} } }
""",
    "specs/modules/Shop/module.yaml": """
module: Shop
realm: server
domain: OVHL_Modules
events:
  Buy: { from: client, request: { name: string(3..20), count: u8(1..20) }, response: Reply, worker: Logic.buy }
""",
    "specs/modules/Shop/Logic.luau": """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.buy(_context: Types.Context, _player: Player, request: Types.BuyRequest): Types.BuyResponse
	if request.count > 10 then
		error("too many")
	end
	if request.count > 5 then
		return { kind = "full" }
	end
	return { kind = "taken", total = request.count }
end

return Logic
""",
    "specs/modules/Face/module.yaml": """
module: Face
realm: client
domain: OVHL_Modules
depends: [OVHL_UI]
screens: [All, Bar, Pick, Side]
""",
    "specs/modules/Face/Logic.luau": """--!strict
local Types = require(script.Parent.Types)

local Logic = {}

function Logic.fill(_context: Types.Context, frame: Frame)
	-- ovhl: allow W0507 an area is filled by its worker
	local label = Instance.new("TextLabel")
	label.Name = "Mine"
	label.Size = UDim2.fromScale(1, 1)
	label.LayoutOrder = 1
	label.TextScaled = true
	Instance.new("UITextSizeConstraint").Parent = label
	label.Parent = frame
end

function Logic.press(_context: Types.Context)
	print("pressed")
end

function Logic.choose(_context: Types.Context, row: Types.Row)
	print("chosen", row.title)
end

function Logic.seen(_context: Types.Context)
	print("seen")
end

return Logic
""",
    "specs/ui/All.yaml": """
screen: All
kind: modal
aspect: 4:3
size: { width: 0.8, height: 0.86 }
title: { id: Semua komponen, en: Every component }
values:
  on: { type: boolean, default: true }
  share: { type: "f32(0..1)", default: 0.4 }
  count: { type: "u8(1..20)", default: 3 }
  name: { type: "string(..20)", default: "" }
  size: { type: Size, default: medium }
  picked: { type: "Row?" }
  rows: { type: "Row[..600]", default: [{ title: One, note: first }, { title: Two, note: second }] }
content:
  - heading: { text: { id: Judul, en: A heading } }
  - text: { name: note, text: { id: Sebuah teks., en: A text. }, when: $on }
  - row:
      - badge: { text: { id: Baru, en: New } }
      - badge: { text: VIP, style: primary }
      - progress: { value: $share }
  - grid:
      - card: { name: pressable, title: { id: Kopi, en: Coffee }, subtitle: "3", call: Logic.press }
      - card: { title: { id: Teh, en: Tea }, subtitle: "2" }
      - button: { name: press, text: { id: Beli, en: Buy }, style: primary, call: Logic.press }
      - button: { name: off, text: { id: Matikan, en: Switch off }, set: { on: false } }
  - grid:
      - row: [{ badge: { text: A } }, { badge: { text: B } }]
      - row: [{ badge: { text: C } }, { badge: { name: deep, text: D } }]
  - text: { name: chosen, text: $picked.title, when: $picked }
  - divider:
  - toggle: { name: music, value: $on, text: { id: Musik, en: Music } }
  - slider: { name: volume, value: $share }
  - stepper: { name: amount, value: $count }
  - row:
      - field: { name: who, value: $name, placeholder: { id: Nama, en: Name }, width: 0.7 }
      - button:
          name: buy
          text: { id: Kirim, en: Send }
          send: Shop.Buy
          with: { name: $name, count: $count }
          then: { taken: { id: Dapat., en: Yours. }, full: { set: { name: "" } } }
          refused: { id: Tidak bisa., en: Not possible. }
  - dropdown: { name: size, value: $size }
  - tabs:
      - { title: { id: Pertama, en: First }, content: [{ text: { text: { id: Halaman satu, en: Page one } } }] }
      - { title: { id: Kedua, en: Second }, content: [{ text: { text: { id: Halaman dua, en: Page two } } }] }
  - list: { name: rows, items: $rows, empty: { id: Kosong, en: Nothing }, row: { text: { text: $title } } }
  - image: { image: "rbxassetid://1", height: 0.2 }
  - area: { name: own, worker: Logic.fill, height: 0.2 }
  - empty: { text: { id: Tidak ada apa-apa, en: Nothing here } }
""",
    "specs/ui/Bar.yaml": """
screen: Bar
kind: hud
size: { width: 0.9, height: 0.5 }
content:
  - button: { name: behind, text: Press, call: Logic.press }
""",
    "specs/ui/Pick.yaml": """
screen: Pick
kind: modal
values:
  rows: { type: "Row[..600]", default: [{ title: One, note: first }, { title: Two, note: second }] }
  share: { type: "f32(0..1)", default: 0.5 }
content:
  - tabs:
      - title: Rows
        opened: Logic.seen
        content:
          - list: { name: rows, items: $rows, row: { card: { title: $title, subtitle: $note, call: Logic.choose } } }
      - title: Share
        content:
          - slider: { name: share, value: $share }
""",
    "specs/ui/Side.yaml": """
screen: Side
kind: panel
title: { id: Samping, en: Side }
content:
  - button: { name: modal, text: Modal, open: All }
  - button: { name: done, text: Done, close: true }
""",
}
