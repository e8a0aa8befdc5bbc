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


@pytest.mark.parametrize(
    ("line", "fine"),
    [
        ("rate: 2/s burst 5", True),
        ("rate: 1/2s", True),
        ("rate: 10/min", True),
        ("rate: 1/0.5s", True),
        ("rate: 0/s", False),
        ("rate: 1/0s", False),
        ("rate: 2/s burst 0", False),
        ("rate: -1/s", False),
        ("timeout: 500 ms", True),
        ("timeout: 3 days", False),
    ],
)
def test_rates_and_durations(project: Project, line: str, fine: bool) -> None:
    """A rate is above 0 in each of its parts; units are ms, s, min and h."""
    body = "request: {}\n    response: u8" if line.startswith("timeout") else "payload: {}"
    project.base().append(
        "specs/modules/Party/module.yaml",
        f"events:\n  Go:\n    from: client\n    {body}\n    worker: Logic.start\n    {line}\n",
    )
    assert project.json().codes == ([] if fine else ["E0105"])


@pytest.mark.parametrize(("interval", "fine"), [("100 ms", True), ("0 s", False), ("0.0 min", False), ("0.5 s", True)])
def test_intervals_are_above_zero(project: Project, interval: str, fine: bool) -> None:
    project.base().append(
        "specs/modules/Party/module.yaml",
        f"lifecycle:\n  every:\n    - {{ interval: {interval}, worker: Logic.start }}\n",
    )
    assert project.json().codes == ([] if fine else ["E0105"])
