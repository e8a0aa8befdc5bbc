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


def plain(of: Struct) -> Struct:
    """The fields of a fixed size: a change of one of them sends them all."""
    return Struct({name: one for name, one in of.fields.items() if not _is_apart(one)})


def apart(of: Struct) -> dict[str, Wire]:
    """The fields that change by themselves."""
    return {name: one for name, one in of.fields.items() if _is_apart(one)}


def _is_apart(of: Wire) -> bool:
    return isinstance(of.of if isinstance(of, Optional) else of, Text | Bytes | Array | Map | Ref | Optional)


def is_whole(of: Wire, types: Types, inside: frozenset[str] = frozenset()) -> bool:
    """Whether a change of it is all of it."""
    match of:
        case Array() | Map():
            return of.high == 0
        case Optional():
            return is_whole(of.of, types, inside)
        case Ref() if of.name in inside:
            return False
        case Ref():
            named, within = types[of.name], inside | {of.name}
            structs = named.members.values() if isinstance(named, Union) else (named,)
            return all(_is_one_part(one, types, within) for one in structs)
    return True


def _is_one_part(of: Struct, types: Types, inside: frozenset[str]) -> bool:
    if of.is_alone:
        return is_whole(of.fields[""], types, inside)
    fields = apart(of)
    is_single = len(fields) == 1 and not plain(of).fields
    return not fields or (is_single and all(is_whole(one, types, inside) for one in fields.values()))
