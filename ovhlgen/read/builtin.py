"""Modules of ours: written in the spec language, they are in a game whose specs ask for their system."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from ovhlgen.diagnostics import Source, Span
from ovhlgen.model.design import Theme
from ovhlgen.model.game import Admin, Ref, Roles, Settings, TypeDecl
from ovhlgen.model.module import Module
from ovhlgen.model.names import ADMIN_PANEL
from ovhlgen.model.node import Mapping, Node, Scalar, Sequence
from ovhlgen.read.build_module import build_module
from ovhlgen.read.parts import Reader
from ovhlgen.read.yaml import read_yaml
from ovhlgen.resources import templates
from ovhlgen.schema.game import PAGES

_HOME = "OVHL_Modules"  # the domain that the documents give it, where the game has that


def admin_panel(settings: Settings, admin: Admin, roles: Roles) -> Module:
    """The panel's server half, with the roles, pages and domains of this game (Core OS 12)."""
    span = Span("specs/admin.yaml")
    module = _read(ADMIN_PANEL, span.file)
    domains = {domain.name: domain for domain in settings.kernel.domains}
    role = TypeDecl(Ref("AdminRole", span), ADMIN_PANEL, "enum", values=tuple(Ref(name, span) for name in roles.roles))
    # A page that the game doesn't want is gone with its worker and its requests.
    unwanted = {f"{page.capitalize()}Page" for page in PAGES if page not in admin.pages}
    events = {
        name: replace(event, allow=admin.roles)
        for name, event in module.events.items()
        if event.worker and event.worker.worker.name not in unwanted
    }
    return replace(
        module,
        domain=domains.get(_HOME, settings.kernel.domains[-1]),
        workers=tuple(worker for worker in module.workers if worker.name not in unwanted),
        types={**module.types, "AdminRole": role},
        events=events,
    )


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
def _read(name: str, path: str) -> Module:
    """The module as if it stood in that spec, which is the one that a user knows of."""
    folder = templates() / "builtin" / name
    root, problems = read_yaml(Source(path, (folder / "module.yaml").read_text("utf-8")))
    assert isinstance(root, Mapping), problems
    reader = Reader(path)
    module = build_module(reader, _placed(root, Span(path)))
    assert not reader.problems, reader.problems
    return replace(module, is_builtin=True)


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
