"""Names that would meet in a module's generated Types."""

from __future__ import annotations

import pytest

from ovhlgen.model.names import TYPE_EXPORTS
from tests.support.projects import Project

DECLARED = {
    "type": "types: {{ {name}: {{ enum: [a] }} }}\n",
    "event": "events: {{ {name}: {{ from: server, payload: {{ a: u8 }} }} }}\n",
    "bus event": "bus: {{ publishes: {{ {name}: {{ a: u8 }} }} }}\n",
}


@pytest.mark.parametrize("kind", DECLARED)
@pytest.mark.parametrize("name", sorted(TYPE_EXPORTS))
def test_what_every_module_exports_is_reserved(project: Project, kind: str, name: str) -> None:
    project.base().append("specs/modules/Party/module.yaml", DECLARED[kind].format(name=name))
    assert project.json().codes == ["E0202"]


@pytest.mark.parametrize("name", ["Keys", "Types", "Shared", "Shared7", "Server12"])
def test_locals_of_generated_files_are_no_catalogues(project: Project, name: str) -> None:
    project.base().write(
        {
            "specs/types.yaml": "types:\n  Zone: { struct: { key: id } }\n",
            f"specs/catalogues/{name}.yaml": f"catalogue: {name}\nrow: Zone\nkey: key\nrows: []\n",
        }
    )
    assert project.json().codes == ["E0202"]
