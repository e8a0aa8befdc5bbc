"""What of a value of replicated state a change of it is about: its parts, as the generated code and the reference have
them.

Where a value stands that can change in parts there is a byte in front: 0, and all of it follows, or 1, and a change.
- A struct: a bit for its plain fields together and for each other field, in bytes; then what of them changed.
- An array: its length, how many elements changed, and each with its index, from 0.
- A map: how many keys are gone, and which; how many entries changed, and each.
- A union of the same kind: the kind's number in a byte, and a struct. Anything else goes whole.
"""

from __future__ import annotations

from collections.abc import Mapping

from ovhlgen.model.wire import Array, Bytes, Map, Optional, Ref, Struct, Text, Union, Wire

type Types = Mapping[str, Struct | Union]


def count_size(high: int) -> int:
    """Bytes of a number of elements, and of an index."""
    return 1 if high < 2**8 else 2 if high < 2**16 else 4


def plain(struct: Struct) -> Struct:
    """The fields of a fixed size: a change of one of them sends them all."""
    return Struct({name: field for name, field in struct.fields.items() if not _is_apart(field)})


def apart(struct: Struct) -> dict[str, Wire]:
    """The fields that change by themselves."""
    return {name: field for name, field in struct.fields.items() if _is_apart(field)}


def _is_apart(layout: Wire) -> bool:
    return isinstance(
        layout.inner if isinstance(layout, Optional) else layout, Text | Bytes | Array | Map | Ref | Optional
    )


def is_whole(layout: Wire, types: Types, inside: frozenset[str] = frozenset()) -> bool:
    """Whether a change of it is all of it."""
    match layout:
        case Array() | Map():
            return layout.high == 0
        case Optional():
            return is_whole(layout.inner, types, inside)
        case Ref() if layout.name in inside:
            return False
        case Ref():
            named, within = types[layout.name], inside | {layout.name}
            structs = named.members.values() if isinstance(named, Union) else (named,)
            return all(_is_one_part(struct, types, within) for struct in structs)
    return True


def _is_one_part(struct: Struct, types: Types, inside: frozenset[str]) -> bool:
    if struct.is_alone:
        return is_whole(struct.fields[""], types, inside)
    fields = apart(struct)
    is_single = len(fields) == 1 and not plain(struct).fields
    return not fields or (is_single and all(is_whole(field, types, inside) for field in fields.values()))
