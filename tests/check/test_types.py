"""Rules on types that one fixture pair doesn't show in full."""

from __future__ import annotations

import pytest

from tests.support.projects import Project


@pytest.mark.parametrize(
    ("type_", "codes"),
    [
        ("id", []),
        ("i16", []),
        ("string(..9)", []),
        ("string(..9)[..3]", ["E0309"]),
        ("u8?", ["E0309"]),
        ("number", ["E0309"]),
        ("bool", ["E0309"]),
    ],
)
def test_keys_of_catalogues(project: Project, type_: str, codes: list[str]) -> None:
    """A row is found by a value that can be a table's key."""
    project.base().write(
        {
            "specs/types.yaml": f'types:\n  Zone: {{ struct: {{ key: "{type_}" }} }}\n',
            "specs/catalogues/Zones.yaml": "catalogue: Zones\nrow: Zone\nkey: key\nrows: []\n",
        }
    )
    assert project.json().codes == codes


@pytest.mark.parametrize(
    ("fallback", "type_", "codes"),
    [
        ("$Zone_ID", "string", []),
        ("$Zone_Nope", "string", ["E0418"]),
        ("$Zone_ID", "number", ["E0422"]),
        ("$5", "string", []),
        ("$", "string", []),
        ("5", "number", []),
        ("x", "number", ["E0306"]),
    ],
)
def test_fallbacks_of_attributes(project: Project, fallback: str, type_: str, codes: list[str]) -> None:
    """`$Field` is another field of the contract; any other text is a text."""
    value = f'"{fallback}"' if fallback.startswith("$") else fallback
    project.base().append(
        "specs/modules/Party/module.yaml",
        "attributes:\n  Stage:\n    under: Workspace.Stages\n    each: Model\n    fields:\n"
        "      Zone_ID: { type: string, required: true }\n"
        f"      Zone_Title: {{ type: {type_}, fallback: {value} }}\n",
    )
    assert project.json().codes == codes
