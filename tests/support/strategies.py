"""Random projects of every kind of file: names and ranges at their edges, texts with every troublesome character."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from ovhlgen.luau import KEYWORDS
from ovhlgen.model import names as reserved
from ovhlgen.model import tree
from ovhlgen.services import NAMES, of_realm
from tests.support import leaves
from tests.support.components import SIMPLE, Material

TROUBLE = [
    *"abcXYZ019 _-.,:;!?'\"`\\/|()[]{}<>@#$%^&*+=~",
    "é", "ß", "ñ", "🎵", "🛵", "👩‍🚀", "你", "ا", "́", "İ",
    "]]", "--", "--[[", "{{", "{%", "%}", "${", "\\n", "\\u{1}", "*/",
]  # fmt: skip
_TAKEN = {name.lower() for name in reserved.GLOBALS | reserved.MEMBERS | reserved.LOCALS | reserved.TYPE_EXPORTS}
_TAKEN |= (
    {name.lower() for name in reserved.RUNTIME_MODULES | NAMES}
    | reserved.SIBLINGS
    | tree.taken()
    | reserved.LAYOUTS
    | reserved.DEVICES
)
_TAKEN |= {"server", "shared", "client", "core", "services"}
_COORDINATE = st.floats(-1e3, 1e3, width=16)
# More values than the one in the words about each.
_DATATYPES: dict[str, st.SearchStrategy[Any]] = {
    "Vector2": st.lists(_COORDINATE, min_size=2, max_size=2),
    "Vector3": st.lists(_COORDINATE, min_size=3, max_size=3),
    "UDim2": st.lists(_COORDINATE, min_size=4, max_size=4),
    "Color3": st.from_regex(r"\A#[0-9A-Fa-f]{6}\Z"),
    "DateTime": st.sampled_from(["2025-01-31", "1999-12-31T23:59:59Z"]),
    "CFrame": st.just({"position": [1, 2.5, -3], "rotation": [0, 90, 0]}),
    "buffer(..8)": st.sampled_from(["base64:", "base64:AAEC"]),
}


def dump(value: Any) -> str:
    """JSON as YAML: every text quoted, what isn't printable escaped in YAML's way."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{dump(str(key))}: {dump(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(dump(item) for item in value) + "]"
    if isinstance(value, str):
        return '"' + "".join(_escaped(character) for character in value) + '"'
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return repr(value)


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable() or character in "́‍":
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def document(value: dict[str, Any]) -> str:
    """One key a line at the top, so that findings have different lines."""
    return "".join(f"{key}: {dump(item)}\n" for key, item in value.items())


texts = st.lists(st.sampled_from(TROUBLE), max_size=12).map("".join)
docs = texts.map(lambda text: text.replace("́", "").strip())


@dataclass
class Type:
    """A drawn type: its expression and a strategy for its values."""

    text: str
    values: st.SearchStrategy[Any]


@dataclass
class Namer:
    """Names of one scope, none like another but for case."""

    draw: Callable[..., Any]
    taken: set[str] = field(default_factory=lambda: set(_TAKEN))

    def pascal(self) -> str:
        short = st.from_regex(r"\A[A-Z][A-Za-z0-9]{0,11}\Z")
        long = st.integers(20, 49).flatmap(lambda more: st.from_regex(rf"\A[A-Z][A-Za-z0-9]{{{more}}}\Z"))
        return self._fresh(short | long | st.from_regex(r"\A[A-Z][A-Za-z0-9]{49}\Z"))

    def word(self) -> str:
        return self._fresh(st.from_regex(r"\A[A-Za-z_][A-Za-z0-9_]{0,9}\Z") | st.sampled_from(["end", "nil", "type"]))

    def snake(self) -> str:
        form = st.from_regex(r"\A[a-z][a-z0-9]{0,5}(_[a-z0-9]{1,4}){0,3}_?\Z")
        return self._fresh(form.filter(lambda name: name not in KEYWORDS and name != "kind"))

    def attribute(self) -> str:
        return self._fresh(st.from_regex(r"\A[A-Z][a-z]{0,8}_[A-Za-z0-9]{1,9}\Z").filter(lambda n: n[:3] != "RBX"))

    def _fresh(self, form: st.SearchStrategy[str]) -> str:
        name: str = self.draw(form.filter(lambda name: name.lower() not in self.taken and name.isascii()))
        self.taken.add(name.lower())
        return name


class Drawer:
    """Draws one project, piece by piece; `files` are its texts."""

    def __init__(self, draw: Callable[..., Any]) -> None:
        self.draw = draw
        self.files: dict[str, str] = {}
        self.shared: dict[str, Type] = {}
        self.structs: dict[str, dict[str, Type]] = {}
        self.enums: list[str] = []
        self.themes: list[str] = []
        self.roles: list[str] = []
        self.config: dict[str, Type] = {}
        self.catalogues: dict[str, str] = {}
        self.packages: list[str] = []
        self.drawn: list[str] = []
        self.stored: dict[str, Type] = {}
        self.modules: list[dict[str, Any]] = []

    def flip(self, likely: int = 1, of: int = 2) -> bool:
        return int(self.draw(st.integers(1, of))) <= likely

    def count(self, most: int, least: int = 0) -> int:
        return int(self.draw(st.integers(least, most)))

    def some(self, of: list[Any]) -> list[Any]:
        chosen = self.draw(st.lists(st.integers(0, len(of) - 1), unique=True, max_size=3)) if of else []
        return [of[index] for index in chosen]

    def doc(self) -> str:
        return str(self.draw(docs))

    # types and values

    def simple(self) -> Type:
        kind = self.draw(st.sampled_from(["whole", "float", "step", "bool", "id", "string", "enum"]))
        if kind == "whole":
            return self.whole()
        if kind == "float":
            ends = st.floats(-1e6, 1e6, width=32).map(lambda end: end + 0.0)  # no -0.0: it isn't below 0.0
            low, high = sorted(self.draw(st.lists(ends, min_size=2, max_size=2)))
            base = self.draw(st.sampled_from(["f32", "f64", "number"]))
            return Type(f"{base}({low!r}..{high!r})", st.floats(low, high))
        if kind == "step":
            return Type("f32(0..1, step=0.01)", st.floats(0, 1))
        if kind == "bool":
            return Type(self.draw(st.sampled_from(["bool", "boolean"])), st.booleans())
        if kind == "id":
            return Type("id", st.integers(-(2**53 - 1), 2**53 - 1))
        if kind == "enum" and self.enums:
            return self.shared[self.draw(st.sampled_from(self.enums))]
        high = self.count(40)
        return Type(f"string(..{high})", texts.map(lambda text: text[:high]))

    def whole(self) -> Type:
        base = self.draw(st.sampled_from(sorted(leaves.WHOLE)))
        low, high = int(leaves.WHOLE[base].low), int(leaves.WHOLE[base].high)
        if self.flip():
            return Type(base, st.sampled_from([low, high]) | st.integers(low, high))
        low, high = sorted(self.draw(st.lists(st.integers(low, high), min_size=2, max_size=2)))
        return Type(f"{base}({low}..{high})", st.integers(low, high))

    def datatype(self) -> Type:
        name = self.draw(st.sampled_from([*leaves.DATATYPES, "buffer(..8)"]))
        return Type(name, _DATATYPES[name] if name in _DATATYPES else st.just(leaves.example(leaves.DATATYPES[name])))

    def value_type(self, depth: int = 0) -> Type:
        """A type that may be stored and sent."""
        kind = self.draw(st.sampled_from(["simple", "simple", "data", "named", "array", "map", "maybe"]))
        if kind == "named" and self.shared:
            return self.shared[self.draw(st.sampled_from(sorted(self.shared)))]
        if kind == "data":
            return self.datatype()
        if kind in ("array", "map") and depth < 3:
            of = self.value_type(depth + 1)
            while of.text.endswith("?"):
                of = self.simple()
            high = self.count(4)
            if kind == "array":
                return Type(f"{of.text}[..{high}]", st.lists(of.values, max_size=min(high, 2)))
            ids = st.integers(-(2**53 - 1), 2**53 - 1)
            key, keys = self.draw(st.sampled_from([("id", ids), ("string(..9)", texts)]))
            keys = keys.map(lambda key: str(key)[:9] if isinstance(key, str) else str(key))
            values = st.dictionaries(keys, of.values, max_size=min(high, 2))
            return Type(f"map({key}, {of.text}, ..{high})", values)
        of = self.simple()
        return Type(of.text + "?", st.none() | of.values) if kind == "maybe" else of

    def fields(self, most: int = 4, simple: bool = False) -> dict[str, Type]:
        names = Namer(self.draw)
        return {names.snake(): self.simple() if simple else self.value_type() for _ in range(self.count(most))}

    def written(self, fields: dict[str, Type]) -> dict[str, Any]:
        return {
            name: {"type": of.text, "doc": self.doc()} if self.flip(1, 4) else of.text for name, of in fields.items()
        }

    def struct_values(self, fields: dict[str, Type]) -> st.SearchStrategy[Any]:
        return st.fixed_dictionaries({name: of.values for name, of in fields.items()})

    def declare(self, names: Namer) -> tuple[str, dict[str, Any]]:
        name = names.pascal()
        kind = self.draw(st.sampled_from(["enum", "struct", "union", "alias", "tree"]))
        if kind == "enum":
            words = Namer(self.draw)
            values = [words.word() for _ in range(self.count(5, 1))]
            self.shared[name] = Type(name, st.sampled_from(values))
            self.enums.append(name)
            return name, {"enum": values}
        if kind == "alias":
            of = self.simple()
            self.shared[name] = Type(name, of.values)
            return name, {"alias": of.text, "doc": self.doc()}
        fields = self.fields()
        if kind == "union":
            words = Namer(self.draw)
            members = {words.word(): self.fields(2) for _ in range(self.count(3, 1))}
            self.shared[name] = Type(
                name,
                st.one_of(
                    [
                        self.struct_values(own).map(lambda value, kind=kind: {"kind": kind, **value})
                        for kind, own in members.items()
                    ]
                ),
            )
            return name, {"union": {kind: self.written(own) for kind, own in members.items()}}
        written = self.written(fields)
        if kind == "tree":
            own = {"zz_left": f"{name}?", "zz_all": f"{name}[..3]"}
            self.shared[name] = Type(name, self.struct_values(fields).map(lambda value: {**value, "zz_all": []}))
            return name, {"struct": {**written, **own}}
        self.shared[name] = Type(name, self.struct_values(fields))
        self.structs[name] = fields
        return name, {"struct": written}

    # files

    def project(self) -> dict[str, str]:
        self.types()
        self.design()
        self.data()
        self.access()
        self.settings()
        self.tables()
        self.all_modules()
        self.screens()
        self.access_panels()
        self.scenarios()
        return self.files

    def put(self, path: str, value: dict[str, Any]) -> None:
        self.files[f"specs/{path}"] = document(value)

    def types(self) -> None:
        if self.flip(4, 5):
            names = Namer(self.draw)
            self.put("types.yaml", {"types": dict(self.declare(names) for _ in range(self.count(5)))})

    def design(self) -> None:
        if not self.flip():
            return
        names = Namer(self.draw)
        others = [names.snake() for _ in range(self.count(2))]
        self.themes = ["default", *[name for name in others if name != "default"]]
        tokens = {"color": {"ink": "#F0F4F8", "text": "{color.ink}"}, "space": {"sm": 5, "wide": 1.5}}
        for name in self.themes:
            extends = {} if name == "default" else {"extends": "default"}
            self.put(f"themes/{name}.yaml", {"theme": name, **extends, "tokens": tokens})

    def access(self) -> None:
        if not self.flip(2, 3):
            return
        names = Namer(self.draw)
        self.roles = [names.word() for _ in range(self.count(4, 1))]
        ranks = {role: {"rank": rank * 7, "doc": self.doc()} for rank, role in enumerate(self.roles)}
        sources: list[Any] = ["granted"] if "specs/data.yaml" in self.files else []
        sources += [{"users": {self.roles[-1]: [1, 2**53 - 1]}}, {"creator": self.roles[-1]}]
        sources.append({"groups": {"12345": [{"min_rank": 255, "role": self.roles[-1]}]}})
        self.put("roles.yaml", {"roles": ranks, "default": self.roles[0], "sources": sources})

    def settings(self) -> None:
        names = Namer(self.draw)
        for _ in range(self.count(4)):
            of = self.simple()
            if self.flip(1, 4):
                of = Type(f"{of.text}[..3]", st.lists(of.values, max_size=3))
            self.config[names.snake()] = of
        self.config["zz_open"] = Type("boolean", st.booleans())
        self.config["zz_pace"] = Type("number(1..60)", st.integers(1, 60))
        fields: dict[str, Any] = {}
        for name, of in self.config.items():
            body = {"type": of.text, "default": self.draw(of.values), "doc": self.doc()}
            if self.roles and self.flip():
                body["editable_by"] = self.roles[-1]
            if self.flip() or name == "zz_pace":
                body["realm"] = "shared"
            fields[name] = body
        profile = {"studio": {name: self.draw(of.values) for name, of in self.config.items()}}
        kind = self.draw(st.sampled_from(["luau", "json"]))
        self.put("config.yaml", {"format": kind, "fields": fields, "profiles": profile})
        self.packages = [Namer(self.draw).word()] if self.flip() else []
        place = {
            "Workspace": {
                "Things": {
                    "$className": "Folder",
                    "One": {"$className": "Model", "$attributes": {"Zone_ID": self.draw(texts), "Zone_Size": 3}},
                    "Two": {"$className": "Model"},
                }
            }
        }
        self.put(
            "project.yaml",
            {
                "ovhl": 1,
                "name": self.draw(st.from_regex(r"\A[A-Za-z][A-Za-z0-9_ -]{0,49}\Z")),
                "description": self.doc(),
                "kernel": {
                    "domains": ["Core", "Services", "OVHL_Modules"],
                    "init_timeout": "2 s",
                    "hot_reload": {"enabled": "@config.zz_open"},
                },
                "logging": {"level": "DEBUG", "domains": {"OWN": self.draw(st.sampled_from(["🛵", '"', "]]"]))}},
                "network": {"default_rate": self.draw(st.sampled_from(["20/s burst 40", "1/2s", "10/min"]))},
                "packages": {name: {"at": ["ReplicatedStorage.Absent"]} for name in self.packages},
                "place": place,
            },
        )

    def tables(self) -> None:
        names = Namer(self.draw)
        for name, fields in self.structs.items():
            keys = [key for key, of in fields.items() if re.fullmatch(r"id|[ui]\d+|string\(\.\.\d+\)", of.text)]
            if not keys or not self.flip():
                continue
            key = keys[0]
            values = self.struct_values(fields)
            rows = self.draw(st.lists(values, max_size=4, unique_by=lambda row, key=key: str(row[key])))
            catalogue = names.pascal()
            realm = self.draw(st.sampled_from(["server", "shared"]))
            self.catalogues[catalogue] = realm
            body = {"catalogue": catalogue, "row": name, "key": key, "realm": realm, "doc": self.doc()}
            self.put(f"catalogues/{catalogue}.yaml", {**body, "rows": rows})

    def data(self) -> None:
        if not self.flip():
            return
        self.stored = {**self.fields(), "zz_coins": Type("u32", st.integers(0, 9))}
        keys = {
            name: {"type": of.text, "default": self.draw(of.values), "visible": "owner", "private": True}
            for name, of in self.stored.items()
        }
        boards = {"Best": {"of": "zz_coins", "top": 100, "refresh": "60 s"}}
        body: dict[str, Any] = {"store": "Store", "version": 1, "player": keys, "leaderboards": boards}
        if self.flip():
            body["version"] = 2
            body["migrations"] = [{"from": 1, "to": 2, "worker": "migrations/to_two.luau"}]
            self.files["specs/migrations/to_two.luau"] = "--!strict\nreturn function(old: any)\n\treturn old\nend\n"
        self.put("data.yaml", body)
        self.put(
            "monetization.yaml",
            {"gamepasses": {"VIP": {"id": 5}}, "products": {"Coins": {"id": 6, "grants": {"zz_coins": 10}}}},
        )

    # modules

    def all_modules(self) -> None:
        names = Namer(self.draw)
        bus: set[str] = set()
        for number in range(self.count(4, 1)):
            name = names.pascal()
            realm = self.draw(st.sampled_from(["server", "server", "client", "shared"])) if number else "server"
            self.modules.append(self.module(name, realm, bus))
        for module in self.modules:
            self.put(f"modules/{module['module']}/module.yaml", {k: v for k, v in module.items() if k[0] != "*"})
            for worker, functions in module["*functions"].items():
                self.files[f"specs/modules/{module['module']}/{worker}.luau"] = self.worker(module, worker, functions)

    def module(self, name: str, realm: str, bus: set[str]) -> dict[str, Any]:
        exports = Namer(self.draw, {*_TAKEN, *(one.lower() for one in self.shared)})
        workers = Namer(self.draw)
        workers.taken |= {one.lower() for one in self.catalogues}
        listed = [workers.pascal() for _ in range(self.count(2, 1))]
        functions: dict[str, list[str]] = {worker: [] for worker in listed}

        def bind() -> str:
            worker = self.draw(st.sampled_from(listed))
            functions[worker].append(f"f{len(functions[worker])}")
            return f"{worker}.{functions[worker][-1]}"

        reachable = [one for one in self.modules if one["realm"] in (realm, "shared")]
        if realm == "shared":
            reachable = [one for one in self.modules if one["realm"] == "shared"]
        depends = [one["module"] for one in self.some(reachable)]
        module: dict[str, Any] = {
            "module": name,
            "realm": realm,
            "domain": self.draw(st.sampled_from(["Core", "Services", "OVHL_Modules"])),
            "version": "1.0.0",
            "doc": self.doc(),
            "log": {"domain": self.draw(st.sampled_from(["MUSIC", "OWN"]))},
            "depends": depends,
            "uses": [
                *(one["module"] for one in self.some(reachable) if one["module"] not in depends),
                *self.some(list(of_realm(realm))),  # nil where its spec file is absent
            ],
            "packages": self.some(self.packages),
            "workers": listed,
            "config": self.settings_of(),
            "state": self.state_of(realm),
            "api": {exports.pascal(): self.method(bind) for _ in range(self.count(2))},
            "*functions": functions,
        }
        own = Namer(self.draw, exports.taken)
        if self.flip(1, 3):
            module["types"] = {own.pascal(): {"enum": ["a", "end"]}}
        published = {own.pascal(): self.written(self.fields(3)) for _ in range(self.count(2))}
        published = {event: payload for event, payload in published.items() if event.lower() not in bus}
        bus |= {event.lower() for event in published}
        subscribes = {"CoreReady": bind()}
        for other in reachable:
            if other["realm"] == realm:
                subscribes.update({event: bind() for event in self.some(list(other["bus"]["publishes"]))})
        module["bus"] = {"publishes": published, "subscribes": subscribes}
        hooks = ["init", "ready", "teardown"]
        if realm != "shared":
            hooks += ["player_added", "player_removing"]
        module["lifecycle"] = {hook: bind() for hook in hooks if self.flip()}
        if self.flip():
            module["lifecycle"]["every"] = [
                {"interval": "100 ms", "worker": bind()},
                {"interval": "@config.zz_pace", "worker": bind()},
            ]
        reached = [key for key, at in self.catalogues.items() if at == "shared" or realm == "server"]
        module["catalogues"] = self.some(reached)
        if realm == "server":
            module["events"] = {own.pascal(): self.event(bind) for _ in range(self.count(3))}
        if realm == "client":
            self.client(module, bind)
        if realm != "shared" and self.flip(1, 3):
            module["attributes"] = {own.pascal(): self.contract()}
        return module

    def method(self, bind: Callable[[], str]) -> dict[str, Any]:
        return {"args": self.plain(self.fields(3)), "returns": self.value_type().text, "worker": bind()}

    def plain(self, fields: dict[str, Type]) -> dict[str, str]:
        return {name: of.text for name, of in fields.items()}

    def settings_of(self) -> dict[str, Any]:
        names = Namer(self.draw)
        found: dict[str, Any] = {}
        for _ in range(self.count(3)):
            of = self.simple()
            found[names.snake()] = {"type": of.text, "default": self.draw(of.values), "doc": self.doc()}
        return found

    def state_of(self, realm: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, of in self.fields().items():
            per_player = realm != "shared" and self.flip(1, 3)
            found[name] = {"type": of.text, "default": self.draw(of.values), "keep": self.flip()}
            if per_player:
                found[name]["per_player"] = True
            if realm == "server" and self.flip(1, 4):
                found[name]["replicate"] = "owner" if per_player else "all"
        return found

    def event(self, bind: Callable[[], str]) -> dict[str, Any]:
        kind = self.draw(st.sampled_from(["fire", "ask", "tell", "lossy"]))
        if kind == "tell":
            return {"from": "server", "payload": self.written(self.fields())}
        if kind == "lossy":
            return {"from": "server", "reliable": False, "payload": self.plain(self.fields(3, simple=True))}
        body: dict[str, Any] = {"from": "client", "rate": "5/s burst 9", "worker": bind()}
        if self.roles:
            body["allow"] = [self.roles[-1]]
        body["enabled"] = self.draw(st.sampled_from([True, False, "@config.zz_open"]))
        body["serial"] = self.flip()
        fields = self.plain(self.fields(3, simple=True))
        if kind == "fire":
            return {**body, "payload": fields}
        answer = self.value_type().text if self.flip() else self.written(self.fields())
        return {**body, "request": fields, "response": answer, "timeout": "3 s"}

    def client(self, module: dict[str, Any], bind: Callable[[], str]) -> None:
        events = [
            (f"{one['module']}.{name}", body["from"])
            for one in self.modules
            for name, body in one.get("events", {}).items()
        ]
        module["sends"] = self.some([name for name, sender in events if sender == "client"])
        heard = self.some([name for name, sender in events if sender == "server"])
        module["listens"] = {name: bind() for name in heard}

    def contract(self) -> dict[str, Any]:
        names = Namer(self.draw)
        fields: dict[str, Any] = {"Zone_ID": {"type": "string(..40)", "required": True, "unique": self.flip()}}
        names.taken.add("zone_id")
        for _ in range(self.count(2)):
            of = self.simple()
            fallback = self.draw(of.values)
            if isinstance(fallback, str):
                fallback = fallback.replace("$", "")  # before a name it would mean another field
            fields[names.attribute()] = {"type": of.text, "fallback": fallback}
        fields["Zone_Title"] = {"type": "string(..40)", "fallback": "$Zone_ID"}
        where = self.draw(st.sampled_from([{"under": "Workspace.Things"}, {"tagged": "Stage"}]))
        return {**where, "each": "Model", "fields": fields}

    def worker(self, module: dict[str, Any], worker: str, functions: list[str]) -> str:
        """Functions that touch what the context holds, so that the boot shows it to be there."""
        lines = ["--!strict", "local Types = require(script.Parent.Types)", "", f"local {worker} = {{}}", ""]
        for function in functions:
            lines.append(f"function {worker}.{function}(context: Types.Context)")
            lines.append('\tcontext.Logger:Info("here", { config = context.Config, state = context.State })')
            for name in module["catalogues"]:
                lines.append(f"\tprint(#context.Catalogues.{name}.rows)")
            for name in module.get("attributes", {}):
                lines.append(f"\tprint(#context.Attributes.{name}:Read())")
            lines += ["end", ""]
        return "\n".join([*lines, f"return {worker}", ""])

    # screens and the panels that open them

    def screens(self) -> None:
        """One client module that owns up to two screens of every kind of component."""
        if not self.themes or not self.flip():
            return
        names = Namer(self.draw)
        names.taken |= {one["module"].lower() for one in self.modules}
        owner, self.drawn = names.pascal(), [names.pascal() for _ in range(self.count(2, 1))]
        head = {"module": owner, "realm": "client", "domain": "OVHL_Modules", "depends": ["OVHL_UI"]}
        self.put(f"modules/{owner}/module.yaml", {**head, "workers": ["Logic"], "screens": self.drawn})
        self.files[f"specs/modules/{owner}/Logic.luau"] = (
            "--!strict\nlocal Types = require(script.Parent.Types)\n\nlocal Logic = {}\n\n"
            "function Logic.press(_context: Types.Context) end\n\nreturn Logic\n"
        )
        for name in self.drawn:
            self.screen(name)

    def words(self) -> Any:
        """A text in one language or two; what would be a reference loses its mark."""
        one = str(self.draw(texts)).replace("$", "").replace("@", "")
        return {"id": one, "en": "Hello"} if self.flip(1, 3) else one

    def screen(self, name: str) -> None:
        values = {
            "zz_on": {"type": "bool", "default": False},
            "zz_share": {"type": "f32(0..1)", "default": 0.5},
            "zz_name": {"type": "string(..20)", "default": self.draw(texts)[:20]},
            "zz_names": {"type": "string(..20)[..5]", "default": []},
            "zz_theme": {"type": "theme", "default": "default"},
        }
        actions: list[dict[str, Any]] = [
            {"call": "Logic.press"},
            {"set": {"zz_on": True}},
            {"close": True},
            {"open": name},
        ]
        material = Material(
            words=lambda _component, _key: self.words(),
            values={
                "a boolean": "$zz_on",
                "a number": "$zz_share",
                "a text": "$zz_name",
                "a list": "$zz_names",
                "a theme": "$zz_theme",
            },
            share=0.25,  # of a row in which three take one
            style="primary",
            worker="Logic.press",
            row=lambda: {"text": {"text": "$item"}},
            action=lambda: dict(self.draw(st.sampled_from(actions))),
        )

        def some() -> list[dict[str, Any]]:
            kinds = self.some([*SIMPLE])
            return [material.component(kind, lambda key: key != "name" and self.flip(1, 3)) for kind in kinds]

        content = [*some(), {"row": some()}, {"grid": some()}, {"tabs": [{"title": self.words(), "content": some()}]}]
        kind = self.draw(st.sampled_from(["modal", "panel", "hud"]))
        body: dict[str, Any] = {"screen": name, "kind": kind, "aspect": "4:3", "title": self.words()}
        if kind == "hud":
            body["size"] = {"width": 1, "height": 1}  # so that all that is pressed is seen
        if self.flip(1, 4):
            self.put(f"ui/{name}.yaml", {**body, "bind": "StarterGui.Drawn", "components": {"call": "TextButton"}})
        else:
            self.put(f"ui/{name}.yaml", {**body, "values": values, "content": content})

    def access_panels(self) -> None:
        """topbar.yaml and admin.yaml, where there is something for them to open."""
        icons = Namer(self.draw)
        if self.drawn:
            opens = {icons.word(): {"label": self.words(), "opens": name} for name in self.drawn}
            self.put("topbar.yaml", {"icons": opens})
        if self.roles:
            self.put("admin.yaml", {"roles": [self.roles[-1]], "pages": ["config", "logs"]})

    def scenarios(self) -> None:
        if self.flip():
            body = {"scenario": self.doc(), "players": {"Siti": {"user_id": 1}}, "seed": 7}
            self.put("scenarios/joins.yaml", {**body, "steps": [{"join": ["Siti"]}, {"advance": "1 s"}]})


@st.composite
def projects(draw: Callable[..., Any]) -> dict[str, str]:
    """The files of a project, by path."""
    return Drawer(draw).project()
