"""The project around the modules: Rojo's tree, tool settings, the realms' Config, the runtime."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from ovhlgen.lower.module import ROOTS
from ovhlgen.lower.output import Output
from ovhlgen.lower.place import tree as place_tree
from ovhlgen.lower.shared import modules_in_order
from ovhlgen.luau import literal
from ovhlgen.model import tree
from ovhlgen.model.node import to_plain
from ovhlgen.model.project import Project
from ovhlgen.services import SERVICES, data_service, folders, runtime
from ovhlgen.tools.pins import pins

PROJECT_FILE = "specs/project.yaml"


def project_file(project: Project, generated: Iterable[str]) -> Output:
    """Rojo's tree; `generated` are paths in `out/`. Workers aren't copied: each is a node that leads to it."""
    files = {path: f"{tree.RUNTIME}/{path}" for path in runtime(project)}
    files |= {placed: path for path in generated if (placed := tree.placed(path))}
    place = place_tree({**files, **_linked(project)})
    roots = place.nodes
    # Where `ovhlgen logs` listens, on a machine where it was started.
    roots["Server"][tree.LOG_RECEIVER] = {"$path": {"optional": "../.ovhlgen/LogReceiver.luau"}}
    game: dict[str, Any] = {
        "$className": "DataModel",
        "ReplicatedStorage": {"Shared": roots["Shared"]},
        "ServerScriptService": {"Server": roots["Server"]},
        "StarterPlayer": {"StarterPlayerScripts": {"Client": roots["Client"]}},
        "Workspace": {"$properties": {"SignalBehavior": "Deferred"}},
    }
    if project.settings.logging.webhook:
        game["HttpService"] = {"$properties": {"HttpEnabled": True}}
    if project.settings.place is not None:
        _merge(game, to_plain(project.settings.place))
    found = {"name": project.settings.name, "globIgnorePaths": place.ignored, "tree": game}
    inputs = tuple(sorted({PROJECT_FILE, *(module.path for module in project.modules.values())}))
    text = json.dumps(found, indent="\t", ensure_ascii=False)
    return Output("default.project.json", "default.project.json.j2", inputs, {"text": text})


def _linked(project: Project) -> dict[str, str]:
    """Workers and migrations, which stay among the specs: where each is in the place, and on the disk."""
    linked: dict[str, str] = {}
    for module in project.modules.values():
        for worker in module.linked:
            file = f"{worker.name}.luau"
            linked[f"{ROOTS[module.realm]}/{module.domain.name}/{module.name}/{file}"] = f"../{module.folder}/{file}"
    for step in project.data.migrations if project.data else ():
        folder = f"{data_service.SERVICE.folders['server']}/Migrations"
        linked[f"{folder}/{PurePosixPath(step.worker.name).name}"] = f"../specs/{step.worker.name}"
    return linked


def _merge(into: dict[str, Any], extra: dict[str, Any]) -> None:
    for key, value in extra.items():
        if isinstance(into.get(key), dict) and isinstance(value, dict):
            _merge(into[key], value)
        else:
            into[key] = value


def configs(project: Project) -> Iterator[Output]:
    inputs = tuple(sorted({PROJECT_FILE, *(module.path for module in project.modules.values())}))
    for realm, root in (("server", "Server"), ("client", "Client")):
        text = literal(_config(project, realm))
        yield Output(f"src/{root}/{tree.CONFIG}.luau", "project/Config.luau.j2", inputs, {"config": text})


def _config(project: Project, realm: str) -> dict[str, Any]:
    settings = project.settings
    here = [module for module in modules_in_order(project) if module.realm in (realm, "shared")]
    debug: dict[str, Any] = {}
    if settings.logging.level:
        debug["GlobalLogLevel"] = settings.logging.level
    debug["ModuleLevels"] = {module.name: module.log_level for module in here if module.log_level}
    debug["EnablePerfLogs"] = settings.logging.perf
    debug["Domains"] = dict(settings.logging.domains)
    roles, reload = project.roles, settings.kernel.reload_enabled
    config: dict[str, Any] = {
        "Debug": debug,
        "Game": {"name": settings.name, "description": settings.description},
        "Kernel": {
            "domains": [domain.name for domain in settings.kernel.domains],
            "initTimeout": settings.kernel.init_timeout,
            "expectedModules": len(here),
            "defaultRank": roles.rank(roles.default.name) if roles else 0,
            "disableAfter": {"failures": settings.kernel.failures, "within": settings.kernel.within},
            "hotReload": {
                "enabled": reload.reference.name if reload.reference else reload.value is not False,
                "dependents": settings.kernel.dependents,
            },
            "violations": {
                "log": settings.network.log_violations,
                "kickAfter": settings.network.kick_after,
                "within": settings.network.within,
            },
        },
    }
    if realm == "server":
        stored = project.data
        keys = {**stored.player, **stored.global_keys} if stored else {}
        private = sorted(name for name, key in keys.items() if key.private)
        log: dict[str, Any] = {"private": private, "persist": settings.logging.persist}
        if settings.logging.webhook:
            log["webhook"] = settings.logging.webhook.removeprefix("secret:")
        config["Log"] = log
    return config


def services(project: Project) -> Iterator[Output]:
    """The lists of core services, of the server and of clients."""
    files = {PROJECT_FILE, "specs/admin.yaml", "specs/config.yaml"}
    files |= {service.file.path for service in SERVICES if service.file}
    inputs = tuple(sorted(files & set(project.files)))
    for realm, root in (("server", "Server"), ("client", "Client")):
        paths = [folder.replace("/", ".") for folder in folders(project, realm)]
        view = {"root": root if any(path.startswith(root) for path in paths) else None, "paths": paths}
        yield Output(f"src/{root}/Core/Kernel/Services.luau", "services/Services.luau.j2", inputs, view)


def tool_files(project: Project) -> Iterator[Output]:
    inputs = (PROJECT_FILE,)
    for name in ("selene.toml", "ovhl.yml", "stylua.toml", ".luaurc"):
        yield Output(name, f"project/{name}.j2", inputs)
    known = sorted((pin for pin in pins().values() if pin.rokit), key=lambda pin: pin.name)
    lines = [f'{pin.name} = "{pin.rokit}@{pin.version}"' for pin in known]
    yield Output("rokit.toml", "project/rokit.toml.j2", inputs, {"tools": lines})
