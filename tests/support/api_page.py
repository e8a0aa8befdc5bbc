"""docs/runtime/api.md: what a worker may call on each core service, printed from the records."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from ovhlgen.lower.types import TypeWriter
from ovhlgen.luau import Arrow, Declared, LuauType, Overloads, declare, luau_type
from ovhlgen.model.project import Project
from ovhlgen.services import SERVICES
from ovhlgen.services.ovhl_ui import screen_api
from ovhlgen.services.service import Api, Method, Service, Table

HEAD = """# The API of the core services

A module that names a service under `depends` or `uses` has it as `context.<name>`. This page is printed from
`ovhlgen/services/`; `tests/docs/test_api.py` holds it against them. The unions of keys, roles and icons are the
example's: a game has its own. Where a method has a form for each event or each type of value, one of them stands here.
"""

_REALMS = {
    ("server",): "On the server.",
    ("client",): "On clients.",
    ("server", "client"): "On the server and on clients.",
}


def api_page(project: Project) -> str:
    services = sorted(SERVICES, key=lambda service: service.name)
    return "\n".join([HEAD, *(line for service in services for line in _service(project, service))])


def _service(project: Project, service: Service) -> Iterator[str]:
    yield f"## {service.name}\n"
    needs = f" It needs `{service.file.path}`." if service.file else ""
    yield _prose(f"{service.doc} {_REALMS[tuple(service.folders)]}{needs}")
    apis = {realm: api_of(project, service, realm) for realm in service.folders}
    everywhere = [{method.name for table in api.tables for method in table.methods} for api in apis.values()]
    common = set.intersection(*everywhere)
    written: set[str] = set()
    for realm, api in apis.items():
        for table in reversed(api.tables):
            for method in table.methods:
                if (name := _called(service, table, method, api)) not in written:
                    written.add(name)
                    only = "" if method.name in common else f" {_REALMS[(realm,)]}"
                    yield from _method(name, method, api, only)
    yield from _types(list(apis.values()))
    if service.name == "OVHL_UI":
        yield from _screens(project)


def _screens(project: Project) -> Iterator[str]:
    screen = next(screen for screen in project.screens.values() if screen.values)
    api = screen_api(screen, TypeWriter(project, None, str))
    yield "## Screens\n"
    yield "What `context.Screens.X` is, for each screen that a module names under `screens`.\n"
    for method in api.tables[-1].methods:
        yield from _method(f"Screens.X:{method.name}", method, api, "")


def api_of(project: Project, service: Service, realm: str) -> Api:
    """What a service is in the example; of one that is another thing to each module, what one of its modules has."""
    types = TypeWriter(project, None, str)
    if service.api:
        return service.api(project, types, realm)
    assert service.api_of
    module = project.modules["MusicModule" if realm == "server" else "AdminScreen"]
    return service.api_of(project, module, types)


def _called(service: Service, table: Table, method: Method, api: Api) -> str:
    """How it is called, such as `PlayerData:Get`."""
    owner = service.name if table is api.tables[-1] else table.name.removeprefix(f"{service.name}_")
    is_method = _form(method.type, api.declared).params[:1] == (("self", table.name),)
    return f"{owner}{':' if is_method else '.'}{method.name}"


def _form(of: LuauType, declared: Declared) -> Arrow:
    """One form of a method: the generic one where it has that."""
    match dict(declared)[of] if isinstance(of, str) else of:
        case Overloads(arrows=members):
            return _form(members[-1], declared)
        case Arrow() as arrow:
            return arrow
        case other:
            raise AssertionError(f"no function: {other}")


def _method(name: str, method: Method, api: Api, only: str) -> Iterator[str]:
    yield f"### {name}\n"
    yield f"```luau\n{method.name}: {luau_type(_form(method.type, api.declared), 0, len(method.name) + 2)}\n```\n"
    yield _prose(f"{method.doc}{only}")


def _prose(text: str) -> str:
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False) + "\n"


def _types(apis: list[Api]) -> Iterator[str]:
    """The types that the printed forms name, and those that these name."""
    tables = [(api, table) for api in apis for table in api.tables]
    declared = {name: declare(name, type_) for api in apis for name, type_ in api.declared}
    for _, table in tables:
        declared.pop(table.name, None)
    forms = [luau_type(_form(method.type, api.declared)) for api, table in tables for method in table.methods]
    named: dict[str, None] = {}
    while forms:
        for name in re.findall(r"\w+", forms.pop()):
            if name in declared and name not in named:
                named[name] = None
                forms.append(declared[name].partition("=")[2])
    if named:
        text = "\n\n".join(text for name, text in declared.items() if name in named)
        yield f"Its types:\n\n```luau\n{text}\n```\n"
