"""The project around the modules: Rojo's tree, tool settings, the realms' Config, the runtime."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from ovhlgen.lower.module import ROOTS, folder
from ovhlgen.lower.output import Output
from ovhlgen.lower.shared import modules_in_order
from ovhlgen.luau import literal
from ovhlgen.model import tree
from ovhlgen.model.node import to_plain
from ovhlgen.model.project import Project
from ovhlgen.services import SERVICES, folders
from ovhlgen.tools.pins import pins

PROJECT_FILE = "specs/project.yaml"


def project_file(project: Project) -> Output:
    """Rojo's tree. Workers aren't copied: each is a node whose `$path` leads to it."""
    roots: dict[str, dict[str, Any]] = {root: {"$path": f"src/{root}"} for root in ROOTS.values()}
    ignored = []
    by_folder: dict[tuple[str, str], dict[str, Any]] = {}
    for module in modules_in_order(project):
        root, domain = ROOTS[module.realm], module.domain.name
        node: dict[str, Any] = {"$path": folder(module)}
        for worker in sorted(ref.name for ref in module.linked):
            node[worker] = {"$path": f"../{module.folder}/{worker}.luau"}
        by_folder.setdefault((root, domain), {"$className": "Folder"})[module.name] = node
    if any(path.startswith("Server/Services/") for path in folders(project, "server")):
        by_folder.setdefault(("Server", "Services"), {"$className": "Folder"})
    for (root, domain), nodes in sorted(by_folder.items()):
        for path in _own(project, root, domain):
            name = posixpath.basename(path)
            nodes[name] = {"$path": f"src/{root}/{path}"}
            if name == "DataService":
                nodes[name] |= _migrations(project)
        ignored.append(f"src/{root}/{domain}")
        roots[root][domain] = {key: nodes[key] for key in sorted(nodes)}
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
    found = {"name": project.settings.name, "globIgnorePaths": ignored, "tree": game}
    inputs = tuple(sorted({PROJECT_FILE, *(module.path for module in project.modules.values())}))
    text = json.dumps(found, indent="\t", ensure_ascii=False)
    return Output("default.project.json", "default.project.json.j2", inputs, {"text": text})


def _own(project: Project, root: str, domain: str) -> tuple[str, ...]:
    """Folders in a domain's folder that are no modules."""
    kernel = (f"{domain}/Kernel",) if domain == "Core" and root != "Shared" else ()
    beside = (folder for folder in folders(project, root.lower()) if posixpath.dirname(folder) == f"{root}/{domain}")
    return (*kernel, *(folder.removeprefix(f"{root}/") for folder in beside))


def _migrations(project: Project) -> dict[str, Any]:
    steps = sorted(step.worker.name for step in project.data.migrations) if project.data else []
    nodes = {PurePosixPath(name).stem: {"$path": f"../specs/{name}"} for name in steps}
    return {"Migrations": {"$className": "Folder", **nodes}} if nodes else {}


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
    found: dict[str, Any] = {
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
        found["Log"] = log
    return found


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
