"""Games with many events, of which no two are alike in their module."""

from __future__ import annotations

EACH = 100  # events of a module
_TYPES = (
    "types:\n"
    "  Kind: { enum: [Idle, Walk, Run, Jump, Fall, Swim, Climb, Dead] }\n"
    "  Position: { struct: { x: f32, y: f32, z: f32 } }\n"
    "  Item: { struct: { id: u16, count: u8(1..99), level: u8(0..10), bound: boolean } }\n"
)
_PAYLOADS = (
    "{ target: id, damage: u16, critical: boolean }",
    "{ at: Position, facing: 'f32(-3.2..3.2)', kind: Kind }",
    "{ items: 'Item[..50]', gold: u32 }",
    "{ text: 'string(1..200)', channel: u8(0..7), to: Player? }",
    "{ kind: Kind, at: Position?, name: 'string(..32)', score: u16 }",
)


def specs(events: int) -> dict[str, str]:
    """Half of them of clients, a tenth requests."""
    files = {"specs/project.yaml": "ovhl: 1\nname: Many\n", "specs/types.yaml": _TYPES}
    for number in range(events // EACH):
        name = f"Mod{number}"
        lines = [f"module: {name}", "realm: server", "domain: OVHL_Modules", "events:"]
        for event in range(EACH):
            payload = _PAYLOADS[event % len(_PAYLOADS)].replace("{ ", f"{{ f{event}: u8, ", 1)
            if event % 10 == 0:
                body = f"from: client, request: {payload}, response: Item, worker: Logic.ask{event}"
            elif event % 2 == 0:
                body = f"from: client, payload: {payload}, worker: Logic.take{event}"
            else:
                body = f"from: server, payload: {payload}"
            lines.append(f"  E{event}: {{ {body} }}")
        files[f"specs/modules/{name}/module.yaml"] = "\n".join(lines) + "\n"
        workers = [
            f"function Logic.ask{event}(_context: Types.Context): Types.Item\n"
            "\treturn { id = 1, count = 1, level = 0, bound = false }\nend\n"
            if event % 10 == 0
            else f"function Logic.take{event}(_context: Types.Context) end\n"
            for event in range(0, EACH, 2)
        ]
        head = "--!strict\nlocal Types = require(script.Parent.Types)\n\nlocal Logic = {}\n\n"
        files[f"specs/modules/{name}/Logic.luau"] = head + "\n".join(workers) + "\nreturn Logic\n"
    return files
