"""Workers, read by tree-sitter: error-tolerant, so that newer Luau is never "doesn't parse"."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from typing import Any

from ovhlgen.diagnostics import Source, Span
from ovhlgen.model.game import Ref
from ovhlgen.model.module import Call, Function, Worker


@cache
def _parser() -> Any:
    import tree_sitter_luau
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_luau.language()))


def read_worker(name: str, source: Source) -> Worker:
    """What the checks ask of a worker: the functions of its table, its calls, the regions not read."""
    data = source.text.encode("utf-8")
    rows = data.split(b"\n")
    tree = _parser().parse(data)
    returned = _returned(tree.root_node)
    is_named = returned is not None and _text(returned).isidentifier()
    table = _text(returned) if is_named else name
    functions: dict[str, Function] = {}
    calls: list[Call] = []
    asked: list[Ref] = []
    unread: list[tuple[int, int]] = []
    strange: list[tuple[int, int]] = []
    words: list[Ref] = []
    if returned is not None and returned.type == "table_constructor":
        functions.update({function.name: function for function in _fields(returned)})
    elif returned is not None and not is_named:
        # What a call returns isn't in the source: no function can be called missing.
        unread.append((returned.start_point[0] + 1, returned.end_point[0] + 1))
    elif returned is None and (nested := _nested_return(tree.root_node)) is not None:
        unread.append((nested.start_point[0] + 1, nested.end_point[0] + 1))
    for node, inside in _walk(tree.root_node, table):
        if _is_word(node):
            words.append(Ref(_text(node), _span(node, source.path, rows)))
        elif node.type == "ERROR" or node.is_missing:
            strange.append((node.start_point[0] + 1, node.end_point[0] + 1))
        elif node.type == "function_declaration":
            found = _function(node, table)
            if found is not None:
                functions[found.name] = found
        elif node.type == "assignment_statement":
            functions.update({function.name: function for function in _assigned(node, table)})
        elif node.type == "variable_declaration":
            functions.update({function.name: function for function in _constructor(node, table)})
        elif node.type == "function_call":
            calls.append(_call(node, source.path, rows, inside))
        elif node.type == "dot_index_expression" and (field := _of_context(node)) is not None:
            asked.append(Ref(_text(field), _span(field, source.path, rows)))
    lines = source.text.count("\n") + (not source.text.endswith("\n"))
    digest = hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()
    return Worker(
        name,
        source.path,
        functions,
        (*unread, *strange),
        tuple(calls),
        tuple(asked),
        lines,
        digest,
        tuple(strange),
        _values(tree.root_node),
        tuple(words),
        _no_table(tree.root_node, returned),
    )


_INDEX = ("dot_index_expression", "method_index_expression")


def _is_word(node: Any) -> bool:
    """A field's or method's name, or a text; not one that is only asked for by `IsA`."""
    if node.type == "identifier":
        return node.parent.type in _INDEX and node.parent.children[-1] == node
    if node.type != "string_content":
        return False
    call = node.parent.parent.parent if node.parent.parent is not None else None
    return call is None or call.type != "function_call" or not _text(call.children[0]).endswith(":IsA")


def _text(node: Any) -> str:
    return str(node.text.decode("utf-8", "replace"))


def _walk(root: Any, table: str) -> Iterator[tuple[Any, str | None]]:
    stack: list[tuple[Any, str | None]] = [(root, None)]
    while stack:
        node, inside = stack.pop()
        yield node, inside
        within = inside
        if node.type in ("function_declaration", "function_definition"):
            name = node.child_by_field_name("name")
            own = _text(name).replace(":", ".").removeprefix(f"{table}.") if name is not None else ""
            within = inside if inside else (own or "function")
        for child in reversed(node.children):
            stack.append((child, within))


def _returned(root: Any) -> Any:
    """The one expression that the file returns."""
    values = _last_return(root)
    return values[0] if values and len(values) == 1 else None


def _last_return(root: Any) -> list[Any] | None:
    """The expressions behind the last `return` of the file itself; None where it has none."""
    for child in reversed(root.children):
        if child.type == "return_statement":
            values = [one for one in child.named_children if one.type != "comment"]
            if len(values) == 1 and values[0].type == "expression_list":
                values = [one for one in values[0].named_children if one.type != "comment"]
            return values
    return None


def _values(root: Any) -> int | None:
    """How many values the file returns; None where that can't be said: it wasn't read whole, or returns in a block."""
    if root.has_error:
        return None
    values = _last_return(root)
    if values is not None:
        return len(values)
    return 0 if _nested_return(root) is None else None


_LITERALS = ("function_definition", "nil", "true", "false", "number", "string")


def _no_table(root: Any, returned: Any) -> str | None:
    """What the file returns, where that holds no functions: a literal, one function, a name that nothing in it has."""
    if returned is None or root.has_error:
        return None
    text = _text(returned)
    nodes = [node for node, _ in _walk(root, text)]
    if returned.type == "identifier":
        is_none = sum(node.type == "identifier" and _text(node) == text for node in nodes) == 1
    elif returned.type == "dot_index_expression":
        named = (node.child_by_field_name("name") for node in nodes if node.type == "function_declaration")
        is_none = any(name is not None and _text(name) == text for name in named)
    else:
        is_none = returned.type in _LITERALS
    return text.split("\n")[0] if is_none else None


def _nested_return(root: Any) -> Any:
    """The first `return` of the file that stands in a block."""
    return _find(root, "return_statement", outside="function")


def _parameters(node: Any) -> int | None:
    parameters = node.child_by_field_name("parameters")
    if parameters is None:
        return None
    count = 0
    for child in parameters.named_children:
        if _text(child).startswith("..."):
            return None
        if child.type != "comment":
            count += 1
    return count


def _function(node: Any, table: str) -> Function | None:
    name = node.child_by_field_name("name")
    if name is None:
        return None
    text = _text(name)
    for mark in (".", ":"):
        if text.startswith(table + mark):
            count = _parameters(node)
            own = text[len(table) + 1 :]
            if mark == ":" and count is not None:
                count += 1
            return Function(own, count, node.start_point[0] + 1)
    return None


def _assigned(node: Any, table: str) -> Iterator[Function]:
    """`Queue.start = function(context) … end`, and `Queue.start = start`."""
    parts = _text(node).split("=", 1)
    target = parts[0].strip()
    if len(parts) == 2 and target.startswith(f"{table}.") and target[len(table) + 1 :].isidentifier():
        definition = _find(node, "function_definition")
        count = _parameters(definition) if definition is not None else None
        yield Function(target[len(table) + 1 :], count, node.start_point[0] + 1)


def _constructor(node: Any, table: str) -> Iterator[Function]:
    """`local Queue = { start = function(context) … end }`."""
    text = _text(node)
    if not text.startswith(f"local {table}"):
        return
    fields = _find(node, "table_constructor")
    if fields is not None:
        yield from _fields(fields)


def _fields(constructor: Any) -> Iterator[Function]:
    for child in constructor.named_children:
        name = child.child_by_field_name("name") or child.child_by_field_name("key")
        value = child.child_by_field_name("value")
        if name is not None and value is not None:
            count = _parameters(value) if value.type == "function_definition" else None
            yield Function(_text(name), count, child.start_point[0] + 1)


def _find(node: Any, kind: str, *, outside: str = "") -> Any:
    """The first node of a kind; with `outside` in no node whose kind begins so."""
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type == kind:
            return current
        if not outside or not current.type.startswith(outside):
            stack.extend(reversed(current.children))
    return None


def _call(node: Any, path: str, rows: list[bytes], inside: str | None) -> Call:
    name = node.child_by_field_name("name") or node.children[0]
    arguments = node.child_by_field_name("arguments")
    inner = _text(arguments).strip() if arguments is not None else ""
    if inner.startswith("(") and inner.endswith(")"):
        inner = inner[1:-1]
    return Call(_text(name), inner.strip(), inside, _span(node, path, rows))


def _of_context(node: Any) -> Any:
    """The name behind `context.`."""
    table, field = node.child_by_field_name("table"), node.child_by_field_name("field")
    return field if table is not None and _text(table) == "context" else None


def _span(node: Any, path: str, rows: list[bytes]) -> Span:
    """The first line of what a node stands for."""
    line = node.start_point[0] + 1
    before = rows[node.start_point[0]][: node.start_point[1]]
    column = len(before.decode("utf-8", "replace")) + 1
    first = _text(node).split("\n")[0]
    return Span(path, line, column, line, column + len(first))
