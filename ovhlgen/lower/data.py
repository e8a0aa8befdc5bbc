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
    data_spec = project.data
    if data_spec is None:
        return
    for folder, config in ((FOLDER, _config(data_spec)), (STORE, _store_config(data_spec))):
        yield Output(f"{folder}/Config.luau", "services/DataConfig.luau.j2", (FILE,), {"config": literal(config)})
    steps = [access("script.Parent.Migrations", PurePosixPath(step.worker.name).stem) for step in data_spec.migrations]
    yield Output(f"{FOLDER}/Steps.luau", "services/DataSteps.luau.j2", (FILE,), {"steps": steps})
    inputs = tuple(sorted({FILE, "specs/types.yaml"} & set(project.files)))
    for name, is_stored in (("Keys", False), ("StoredKeys", True)):
        view = {"is_stored": is_stored, **_keys(project, data_spec, with_defaults=not is_stored)}
        yield Output(f"{FOLDER}/{name}.luau", "services/DataKeys.luau.j2", inputs, view)


def _has_buffers(project: Project, type_: Type) -> bool:
    """Of all values, only these can't be frozen."""
    named = [one for one in walk(type_) if isinstance(one, Named)]
    declared = [found for one in named if (found := project.type_of(one, None))]
    inner = [part for found in declared for one in (found, *reachable(project, found)) for part, _ in parts(one)]
    return any(isinstance(one, Buffer) for expression in (type_, *inner) for one in walk(expression))


def _config(data_spec: Data) -> dict[str, Any]:
    return {
        "version": int(data_spec.version.name),
        "lockTimeout": data_spec.save.lock_timeout,
        "autosaveFloor": AUTOSAVE_FLOOR,
        "visible": [name for name, key in data_spec.player.items() if key.visible],
        "leaderboards": {
            name: {"of": board.value.name, "top": board.top, "refresh": board.refresh}
            for name, board in data_spec.leaderboards.items()
        },
    }


def _store_config(data_spec: Data) -> dict[str, Any]:
    return {
        "store": data_spec.store,
        "retries": data_spec.save.retries,
        "backoff": data_spec.save.backoff,
        "backoffCap": data_spec.save.backoff_cap,
    }


def _keys(project: Project, data_spec: Data, *, with_defaults: bool) -> dict[str, Any]:
    """Each key's shape and default."""
    shapes, values = Shapes(project, unbounded=True), Values(project)

    def group(keys: Dict[str, DataKey]) -> dict[str, Any]:
        lowered = {}
        for name, key in keys.items():
            assert key.type is not None
            shape = shapes.type(key.type.type, None)
            lowered[name] = {"shape": Call("Shapes.private", (shape,)) if key.private else shape}
            if key.private:
                lowered[name]["isPrivate"] = True
            default = values.fit(key.default, key.type.type)
            if _has_buffers(project, key.type.type):
                lowered[name]["hasBuffers"] = True
            if with_defaults and default is not NOTHING and default is not None:
                lowered[name]["default"] = default
        return lowered

    text = literal({"player": group(data_spec.player), "global": group(data_spec.global_keys)})
    named = [assigned(f"shapes.{name}", shape) for name, shape in shapes.named.items()]
    return {"shapes": named, "recursive": sorted(shapes.recursive), "keys": text}
