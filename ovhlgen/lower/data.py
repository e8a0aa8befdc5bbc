"""DataService's own files: what is stored, in memory and in the store, and how (docs/origin.md, Core OS 7)."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Dict
from pathlib import PurePosixPath
from typing import Any

from ovhlgen.language.types import Buffer
from ovhlgen.lower.output import Output
from ovhlgen.lower.shapes import Shapes
from ovhlgen.luau import NOTHING, Call, access, assigned, literal
from ovhlgen.model.game import AUTOSAVE_FLOOR, Data, DataKey
from ovhlgen.model.project import Project
from ovhlgen.model.types import Named, Type, walk
from ovhlgen.resolve.typegraph import parts, reachable
from ovhlgen.resolve.values import Values
from ovhlgen.services import data_service

FILE = "specs/data.yaml"
FOLDER = data_service.SERVICE.path("server")
STORE = "src/Server/Store"  # what DataService and others share


def data(project: Project) -> Iterator[Output]:
    """Only where data.yaml is."""
    of = project.data
    if of is None:
        return
    for folder, config in ((FOLDER, _config(of)), (STORE, _store_config(of))):
        yield Output(f"{folder}/Config.luau", "services/DataConfig.luau.j2", (FILE,), {"config": literal(config)})
    steps = [access("script.Parent.Migrations", PurePosixPath(step.worker.name).stem) for step in of.migrations]
    yield Output(f"{FOLDER}/Steps.luau", "services/DataSteps.luau.j2", (FILE,), {"steps": steps})
    inputs = tuple(sorted({FILE, "specs/types.yaml"} & set(project.files)))
    for name, is_stored in (("Keys", False), ("StoredKeys", True)):
        view = {"is_stored": is_stored, **_keys(project, of, with_defaults=not is_stored)}
        yield Output(f"{FOLDER}/{name}.luau", "services/DataKeys.luau.j2", inputs, view)


def _has_buffers(project: Project, of: Type) -> bool:
    """Of all values, only these can't be frozen."""
    named = [one for one in walk(of) if isinstance(one, Named)]
    declared = [found for one in named if (found := project.type_of(one, None))]
    inner = [part for found in declared for one in (found, *reachable(project, found)) for part, _ in parts(one)]
    return any(isinstance(one, Buffer) for expression in (of, *inner) for one in walk(expression))


def _config(of: Data) -> dict[str, Any]:
    return {
        "version": int(of.version.name),
        "lockTimeout": of.save.lock_timeout,
        "autosaveFloor": AUTOSAVE_FLOOR,
        "visible": [name for name, key in of.player.items() if key.visible],
        "leaderboards": {
            name: {"of": board.of.name, "top": board.top, "refresh": board.refresh}
            for name, board in of.leaderboards.items()
        },
    }


def _store_config(of: Data) -> dict[str, Any]:
    return {
        "store": of.store,
        "retries": of.save.retries,
        "backoff": of.save.backoff,
        "backoffCap": of.save.backoff_cap,
    }


def _keys(project: Project, of: Data, *, with_defaults: bool) -> dict[str, Any]:
    """Each key's shape and default."""
    shapes, values = Shapes(project, unbounded=True), Values(project)

    def group(keys: Dict[str, DataKey]) -> dict[str, Any]:
        found = {}
        for name, key in keys.items():
            assert key.type is not None
            shape = shapes.type(key.type.type, None)
            found[name] = {"shape": Call("Shapes.private", (shape,)) if key.private else shape}
            if key.private:
                found[name]["isPrivate"] = True
            default = values.fit(key.default, key.type.type)
            if _has_buffers(project, key.type.type):
                found[name]["hasBuffers"] = True
            if with_defaults and default is not NOTHING and default is not None:
                found[name]["default"] = default
        return found

    text = literal({"player": group(of.player), "global": group(of.global_keys)})
    named = [assigned(f"shapes.{name}", shape) for name, shape in shapes.named.items()]
    return {"shapes": named, "recursive": sorted(shapes.recursive), "keys": text}
