"""Modules of ours: written in the spec language, they are in a game whose specs ask for their system."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from ovhlgen.diagnostics import Source, Span
from ovhlgen.model.design import Theme
from ovhlgen.model.game import Admin, Ref, Roles, Settings, TypeDecl
from ovhlgen.model.module import Module
from ovhlgen.model.names import ADMIN_PANEL, ADMIN_SCREEN
from ovhlgen.model.node import Mapping, Node, Scalar, Sequence
from ovhlgen.model.screens import Screen
from ovhlgen.read.build_module import build_module
from ovhlgen.read.parts import Reader
from ovhlgen.read.screens import build_screen
from ovhlgen.read.yaml import read_yaml
from ovhlgen.resources import templates
from ovhlgen.schema.game import PAGES

_SPAN = Span("specs/admin.yaml")
_HOME = "OVHL_Modules"  # the domain that the documents give it, where the game has that


def admin_panel(settings: Settings, admin: Admin, roles: Roles) -> Module:
    """The panel's server half, with the roles, pages and domains of this game (docs/origin.md, Core OS 12)."""
    module = _module(ADMIN_PANEL, settings)
    role = TypeDecl(
        Ref("AdminRole", _SPAN), ADMIN_PANEL, "enum", values=tuple(Ref(name, _SPAN) for name in roles.roles)
    )
    events = {
        name: replace(event, allow=admin.roles)
        for name, event in module.events.items()
        if event.worker and _is_wanted(event.worker.worker.name, admin)
    }
    return replace(
        module,
        workers=tuple(worker for worker in module.workers if _is_wanted(worker.name, admin)),
        types={**module.types, "AdminRole": role},
        events=events,
    )


def admin_screen(settings: Settings, admin: Admin, panel: Module) -> Module:
    """Its client half, which asks what `panel` answers."""
    module = _module(ADMIN_SCREEN, settings)
    return replace(
        module,
        workers=tuple(worker for worker in module.workers if _is_wanted(worker.name, admin)),
        sends=tuple(ref for ref in module.sends if ref.name.partition(".")[2] in panel.events),
    )


def panel_screen(admin: Admin) -> Screen:
    """What the client half shows: a tab for each page."""
    reader = Reader(_SPAN.file)
    screen = build_screen(reader, _tree(f"{ADMIN_SCREEN}/screen.yaml"))
    assert not reader.problems, reader.problems
    assert screen.content is not None
    (tabs,) = screen.content
    wanted = tuple(tab for tab in tabs.inside if _is_wanted(str(tab.text("opened")).partition(".")[0], admin))
    return replace(screen, content=(replace(tabs, inside=wanted),))


def _is_wanted(worker: str, admin: Admin) -> bool:
    """A page that the game doesn't want is gone with its workers, its requests and its tab."""
    return worker not in {f"{page.capitalize()}Page" for page in PAGES if page not in admin.pages}


def _module(name: str, settings: Settings) -> Module:
    domains = {domain.name: domain for domain in settings.kernel.domains}
    return replace(_read(name), domain=domains.get(_HOME, settings.kernel.domains[-1]))


def panel_theme() -> Theme:
    """What the panel is drawn with in a game that has no theme."""
    return Theme(Ref("default", _SPAN), None, _placed(base_tokens(), _SPAN))


def filled(theme: Theme) -> Theme:
    """The theme `default` with the tokens of OVHL_UI that it doesn't have."""
    return replace(theme, tokens=_over(_placed(base_tokens(), theme.key.span), theme.tokens))


@cache
def base_tokens() -> Mapping:
    """What OVHL_UI draws with where a theme says nothing."""
    root, problems = read_yaml(Source("theme.yaml", (templates() / "builtin/theme.yaml").read_text("utf-8")))
    assert isinstance(root, Mapping), problems
    return root


def _over(base: Mapping, own: Mapping) -> Mapping:
    """What `own` has, and the rest of `base`."""
    values = dict(base.values)
    for name, value in own.values.items():
        under = values.get(name)
        values[name] = _over(under, value) if isinstance(under, Mapping) and isinstance(value, Mapping) else value
    keys = {**base.keys, **own.keys}
    return replace(own, keys={name: keys[name] for name in values}, values=values)


@cache
def _read(name: str) -> Module:
    """The module as if it stood in the spec that asks for it, which is the one that a user knows of."""
    reader = Reader(_SPAN.file)
    module = build_module(reader, _tree(f"{name}/module.yaml"))
    assert not reader.problems, reader.problems
    return replace(module, is_builtin=True)


@cache
def _tree(path: str) -> Mapping:
    root, problems = read_yaml(Source(_SPAN.file, (templates() / "builtin" / path).read_text("utf-8")))
    assert isinstance(root, Mapping), problems
    return _placed(root, _SPAN)


def _placed[N: Node](node: N, span: Span) -> N:
    """The tree with every place in it at `span`."""
    match node:
        case Scalar():
            return replace(node, span=span)
        case Sequence():
            return replace(node, items=tuple(_placed(item, span) for item in node.items), span=span)
        case Mapping():
            keys = {name: _placed(key, span) for name, key in node.keys.items()}
            values = {name: _placed(value, span) for name, value in node.values.items()}
            return replace(node, keys=keys, values=values, span=span)
