"""Leaf types as the table has them: what random games are drawn from."""

from __future__ import annotations

import re
from typing import Any

import yaml

from ovhlgen.language.types import LEAVES, Number, Plain

WHOLE = {leaf.name: leaf for leaf in LEAVES.values() if isinstance(leaf, Number) and leaf.whole}
DATATYPES = {
    leaf.name: leaf
    for leaf in LEAVES.values()
    if isinstance(leaf, Plain) and leaf.kind in ("datatype", "plain datatype")
}


def example(leaf: Plain) -> Any:
    """The literal in the words that say how one is written; a date is a text in specs."""
    text = re.findall("`(.+)`", leaf.form)[0]
    return text if leaf.name == "DateTime" else yaml.safe_load(text)
