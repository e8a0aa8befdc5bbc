"""Components of screens: values that fit them, styles that exist, widths, languages (docs/origin.md, Arsitektur 11)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dict
from dataclasses import replace

from ovhlgen.check.references import unknown
from ovhlgen.diagnostics import Diagnostic, problem
from ovhlgen.language.types import Leaf, Number
from ovhlgen.model.game import Field, Ref, TypeDecl
from ovhlgen.model.module import Event
from ovhlgen.model.node import Mapping, Node, Scalar, Sequence
from ovhlgen.model.project import Project
from ovhlgen.model.types import Array, Named, Type
from ovhlgen.resolve.aliases import meant
from ovhlgen.resolve.screens import INPUTS, LANGUAGE, Scope, is_reference, relied, scope_of, tabs, type_of, walk
from ovhlgen.resolve.themes import DEFAULT, tokens
from ovhlgen.resolve.values import misfits

# What the value of each component may be.
_WANTED = {
    "toggle": ("a boolean",),
    "slider": ("a number",),
    "stepper": ("a number",),
    "progress": ("a number",),
    "field": ("a text", "a number", "an id"),
    "dropdown": ("an enum", "a theme"),
    "list": ("a list",),
}
_BOUNDED = ("slider", "stepper")
_READABLE = ("a text", "a number", "a boolean", "an id", "an enum", "a theme", "any")
# Properties that may have a text for each language.
_TEXTS = ("text", "title", "subtitle", "placeholder", "empty", "then", "refused")


def components(project: Project) -> Iterator[Diagnostic]:
    """E0831 to E0838, W0839 and W0847, of every screen."""
    for name in sorted(project.screens):
        screen = project.screens[name]
        scope = scope_of(project, screen)
        found = list(walk(screen.content, scope))
        yield from _names(found)
        for text in _one_or_each(screen.title):
            yield from _readable("title", text, scope)
        for key, body, inner in found:
            if isinstance(body, Sequence) and key.text == "row":
                yield from _widths(key, body)
            elif isinstance(body, Mapping):
                yield from _component(key.text, body, inner)
            for tab in tabs(body) if key.text == "tabs" else ():
                yield from _shown("tabs", "title", tab, inner)
        for _, bound in screen.components.items() if screen.components else ():
            if isinstance(bound, Mapping):
                yield from _sent(bound, scope)
        title = _languages_of(screen.title) if screen.title else ()
        yield from _translated([*_texts(screen.content), *_texts(screen.components), *title])


def _component(kind: str, body: Mapping, scope: Scope) -> Iterator[Diagnostic]:
    yield from _value(kind, body, scope)
    for name in ("text", "title", "subtitle", "placeholder", "image"):
        yield from _shown(kind, name, body, scope)
    yield from _style(kind, body, scope)
    yield from _sent(body, scope)
    row = body.get("row")
    for inner, _, _ in walk(Sequence((row,), row.span) if row else None, scope):
        if inner.text in ("list", "tabs", "area"):
            yield problem("E0838", inner.span, name=inner.text)


def _widths(key: Scalar, row: Sequence) -> Iterator[Diagnostic]:
    """E0833: shares of a row are more than the row."""
    total = 0.0
    for item in row.items:
        body = next(iter(item.values.values()), None) if isinstance(item, Mapping) else None
        width = body.get("width") if isinstance(body, Mapping) else None
        total += float(width.value) if isinstance(width, Scalar) and isinstance(width.value, int | float) else 0
    if total > 1.001:
        yield problem("E0833", key.span, total=f"{total:g}")


def _value(kind: str, body: Mapping, scope: Scope) -> Iterator[Diagnostic]:
    """E0831: a value of a type that the component can't show. E0832: a number without a range."""
    node = body.get("items" if kind == "list" else "value")
    if kind not in _WANTED or not isinstance(node, Scalar):
        return
    scope = replace(scope, item=None) if kind in INPUTS else scope
    found = type_of(scope, node.text)
    if found is None:
        return
    what, of = _what(scope.project, *found)
    if what == "unknown":
        return
    if what not in _WANTED[kind]:
        expected = " or ".join(_WANTED[kind])
        upon = relied(scope, node.text)
        yield problem("E0831", node.span, name=node.text, kind=kind, found=what, expected=expected, upon=upon)
    elif kind in _BOUNDED and isinstance(of, Number) and of.high - of.low > 1e9:
        yield problem("E0832", node.span, name=node.text, kind=kind)


def _shown(kind: str, name: str, body: Mapping, scope: Scope) -> Iterator[Diagnostic]:
    """E0831: what no text says, or no image is."""
    for one in _one_or_each(body.get(name)):
        yield from _readable(kind, one, scope, is_image=name == "image")


def _one_or_each(node: Node | None) -> Iterable[Node | None]:
    return node.values.values() if isinstance(node, Mapping) else (node,)


def _readable(kind: str, node: Node | None, scope: Scope, *, is_image: bool = False) -> Iterator[Diagnostic]:
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        return
    found = type_of(scope, node.text)
    if found is None:
        return
    what = _what(scope.project, *found)[0]
    if what not in ("unknown", *(("a text", "any") if is_image else _READABLE)):
        expected = "a text" if is_image else "a text, a number, a boolean, an id or an enum"
        upon = relied(scope, node.text)
        yield problem("E0831", node.span, name=node.text, kind=kind, found=what, expected=expected, upon=upon)


def _what(project: Project, of: Type, module: str | None) -> tuple[str, Type | TypeDecl]:
    """A type in words, and what an alias leads to."""
    found = meant(project, of, module, bare=True)
    match found:
        case TypeDecl(kind="enum"):
            return "an enum", found
        case TypeDecl():
            return f"a {found.kind} {found.key.name}", found
        case Named():
            return "unknown", found
        case Array():
            return "a list", found
        case Leaf():
            return found.words, found
        case _:
            return type(found).__name__.lower(), found


def _style(kind: str, body: Mapping, scope: Scope) -> Iterator[Diagnostic]:
    """E0834: a style that no group of tokens below `button` is."""
    style = body.get("style")
    if kind not in ("button", "badge") or not isinstance(style, Scalar) or DEFAULT not in scope.project.themes:
        return
    merged = tokens(scope.project.themes, DEFAULT)
    known = sorted({path.split(".")[1] for path in merged if path.startswith("button.")})
    lacks = [part for part in ("background", "text", "radius") if f"button.{style.text}.{part}" not in merged]
    if style.text not in known:
        yield unknown("E0834", Ref(style.text, style.span), known)
    elif lacks:
        yield problem("E0835", style.span, name=style.text, lacks=", ".join(lacks))


def _sent(body: Mapping, scope: Scope) -> Iterator[Diagnostic]:
    """E0837: what is sent or set has another type. E0306 and its kin: a literal that doesn't fit."""
    target, given, changes = body.get("send"), body.get("with"), body.get("set")
    if isinstance(target, Scalar) and isinstance(given, Mapping):
        owner, _, name = target.text.partition(".")
        module = scope.project.modules.get(owner)
        event: Event | None = module.events.get(name) if module else None
        if event and event.sender == "client":
            yield from _fields(given, event.payload, owner, scope)
    if isinstance(changes, Mapping):
        yield from _fields(changes, scope.screen.values, None, scope)
    for answer in (body.get("then"), body.get("refused")):
        yield from _answers(answer, scope)


def _answers(node: Node | None, scope: Scope) -> Iterator[Diagnostic]:
    yield from _readable("toast", node, scope)
    for key, value in node.items() if isinstance(node, Mapping) else ():
        if key.text == "set" and isinstance(value, Mapping):
            yield from _fields(value, scope.screen.values, None, scope)
        else:
            yield from _answers(value, scope)


def _fields(given: Mapping, fields: Dict[str, Field], module: str | None, scope: Scope) -> Iterator[Diagnostic]:
    for key, value in given.items():
        field = fields.get(key.text)
        if field is None or field.type is None:
            continue
        if isinstance(value, Scalar) and isinstance(value.value, str) and is_reference(value.text):
            found = type_of(scope, value.text)
            what = _what(scope.project, *found)[0] if found else None
            expected = _what(scope.project, field.type.type, module)[0]
            if what is not None and "unknown" not in (what, expected) and expected not in (what, "any"):
                yield problem(
                    "E0837",
                    value.span,
                    name=value.text,
                    found=what,
                    expected=expected,
                    field=key.text,
                    upon=[*relied(scope, value.text), field.type.span],
                )
        else:
            yield from misfits(scope.project, value, field.type, module)


def _names(found: list[tuple[Scalar, Node, Scope]]) -> Iterator[Diagnostic]:
    """E0836: two components of one name."""
    seen: dict[str, Scalar] = {}
    for _, body, _ in found:
        name = body.get("name") if isinstance(body, Mapping) else None
        if isinstance(name, Scalar):
            first = seen.setdefault(name.text, name)
            if first is not name:
                yield problem("E0836", name.span, name=name.text, first=str(first.span))


def _texts(node: Node | None) -> Iterator[Mapping]:
    """Every text that has one for each language."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _texts(item)
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield from _languages_of(value) if key.text in _TEXTS else _texts(value)


def _languages_of(node: Node) -> Iterator[Mapping]:
    """Of a text, or of an answer's texts by kind."""
    if isinstance(node, Mapping):
        if node.keys and all(LANGUAGE.fullmatch(name) for name in node.keys):
            yield node
        else:
            for name, value in node.values.items():
                yield from _languages_of(value) if name != "set" else ()


def _translated(texts: list[Mapping]) -> Iterator[Diagnostic]:
    """W0839: a text that lacks a language which others of its screen have. W0847: it has one that most lack."""
    counts = Counter(name for text in texts for name in text.keys)
    wanted = {name for name, count in counts.items() if 2 * count >= len(texts)}
    for text in texts:
        odd = [key for name, key in text.keys.items() if name not in wanted]
        lacks = sorted(wanted - set(text.keys))
        for key in odd:
            meant = lacks[0] if len(lacks) == len(odd) == 1 else None
            yield problem("W0847", key.span, name=key.text, others=", ".join(sorted(wanted)), suggestion=meant)
        if len(lacks) > len(odd):
            yield problem("W0839", text.span, lacks=", ".join(lacks))


RULES = (components,)
