"""A service's record says what its Luau does: the same methods with the same parameters, in both directions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ovhlgen.lower.types import TypeWriter
from ovhlgen.luau import Arrow, LuauType, Overloads
from ovhlgen.model.project import Project
from ovhlgen.pipeline import load
from ovhlgen.services import BY_NAME, SERVICES
from ovhlgen.services.ovhl_ui import screen_api
from ovhlgen.services.service import Api, Method, Service
from tests.conftest import ROOT
from tests.support.api_page import api_of
from tests.support.runtime_api import RUNTIME, Methods, declared, defined


@pytest.fixture(scope="module")
def project() -> Project:
    """The example: it has every service, and something for each of their methods."""
    example = load(ROOT).project
    assert example is not None
    return example


def realms() -> list[tuple[str, str]]:
    return [(service.name, realm) for service in SERVICES for realm in service.folders]


def runtime_api(service: Service, realm: str) -> Methods:
    folder = service.folders[realm]
    return declared(f"{folder}/init.luau") if folder else defined("Shared/Kernel/EventService.luau", realm)


def arrows(api: Api, method: Method) -> list[Arrow]:
    """A method's overloads, by the names under which they are declared."""
    types = dict(api.declared)

    def resolved(named: LuauType) -> Iterator[Arrow]:
        match types[named] if isinstance(named, str) else named:
            case Arrow() as arrow:
                yield arrow
            case Overloads(arrows=members):
                for member in members:
                    yield from resolved(member)
            case other:
                raise AssertionError(f"{method.name} is no function: {other}")

    return list(resolved(method.type))


def parameters(api: Api, methods: tuple[Method, ...]) -> dict[str, int]:
    """How many each method has at most, without `self`."""
    return {
        method.name: max(len([name for name, _ in arrow.params if name != "self"]) for arrow in arrows(api, method))
        for method in methods
    }


def counted(methods: Methods, internal: frozenset[str] = frozenset()) -> dict[str, int]:
    """The same of the runtime's methods, without those that workers don't see."""
    return {
        name: len([param for param in params if f"{name}.{param}" not in internal])
        for name, params in methods.items()
        if name not in internal
    }


@pytest.mark.parametrize(("name", "realm"), realms())
def test_a_record_has_the_methods_of_its_luau(name: str, realm: str, project: Project) -> None:
    service = BY_NAME[name]
    api = api_of(project, service, realm)
    internal = frozenset({*service.panel, *service.internal})
    assert parameters(api, api.tables[-1].methods) == counted(runtime_api(service, realm), internal)


@pytest.mark.parametrize(
    ("service", "table", "path", "type_"),
    [
        ("DataService", "DataService_PlayerData", "Server/Services/DataService/Proxy.luau", "Proxy"),
        ("OVHL_UI", "OVHL_UI_ModalSystem", "Shared/OVHL_UI/ModalSystem/init.luau", "Api"),
    ],
)
def test_so_does_what_a_service_gives(service: str, table: str, path: str, type_: str, project: Project) -> None:
    api = api_of(project, BY_NAME[service], next(iter(BY_NAME[service].folders)))
    methods = next(one.methods for one in api.tables if one.name == table)
    assert parameters(api, methods) == counted(declared(path, type_))


def test_so_does_a_screen(project: Project) -> None:
    screen = next(screen for screen in project.screens.values() if screen.values)
    api = screen_api(screen, TypeWriter(project, None, str))
    assert parameters(api, api.tables[-1].methods) == counted(declared("Shared/OVHL_UI/init.luau", "Handle"))


def test_a_folder_of_a_record_is_there() -> None:
    for service in SERVICES:
        for folder in service.folders.values():
            assert folder is None or (RUNTIME / folder / "init.luau").is_file()


def test_a_folder_of_the_runtime_has_a_record() -> None:
    """But for the kernel's own, and what several services share."""
    folders = {folder for service in SERVICES for folder in service.folders.values()}
    starts = [path for path in RUNTIME.rglob("init.luau") if "Types.CoreService = " in path.read_text("utf-8")]
    assert {path.parent.relative_to(RUNTIME).as_posix() for path in starts} == folders - {None}


@pytest.mark.parametrize(("name", "realm"), realms())
def test_what_is_internal_or_writes_is_a_method(name: str, realm: str, project: Project) -> None:
    """A name that no method has would say nothing, silently."""
    service = BY_NAME[name]
    if realm != next(iter(service.folders)):
        return  # a second realm has the reading half
    methods = runtime_api(service, realm)
    for internal in (*service.panel, *service.internal):
        method, _, param = internal.partition(".")
        assert method in methods and (not param or param in methods[method]), internal
    tables = api_of(project, service, realm).tables
    assert service.writes <= {method.name for table in tables for method in table.methods}


def test_every_method_has_a_docstring(project: Project) -> None:
    for name, realm in realms():
        for table in api_of(project, BY_NAME[name], realm).tables:
            for method in table.methods:
                assert method.doc.endswith("."), f"{table.name}.{method.name}"
