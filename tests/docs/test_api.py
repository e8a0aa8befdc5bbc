"""docs/api.md is what the generated types say, for the example with every service named."""

from __future__ import annotations

import re

from tests.conftest import ROOT
from tests.support.projects import Project
from tests.support.snapshots import matches

HEAD = """# The core services in Luau

What `context.X` is for each service, generated from the example's specs (`tests/docs/test_api.py`): the unions of keys,
roles and tokens are its own. What the methods mean stands in [the services' pages](runtime/README.md#core-services).
"""


def sections(text: str) -> list[tuple[str, str]]:
    """The services of a Types file, each with its declarations."""
    body = text.removesuffix("return {}\n")
    parts = re.split(r"^-- (\w+): see docs/runtime\n", body, flags=re.MULTILINE)
    return list(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))


def test_the_page_is_up_to_date(example: Project) -> None:
    example.edit(
        "specs/modules/MusicModule/module.yaml",
        "uses: [MonetizationModule] ",
        "uses: [MonetizationModule, ConfigService, SystemMonitor, StyleService] ",
    )
    example.edit(
        "specs/modules/UIModule/module.yaml",
        "screens: [MusicPanel]",
        "uses: [ConfigService, TopbarIntegration]\nscreens: [MusicPanel]",
    )
    assert example.run("build").code == 0
    page = [HEAD]
    for title, root in (("On the server", "Server"), ("On clients, and on both", "Shared")):
        page.append(f"## {title}\n")
        for service, text in sections((example.root / f"out/src/{root}/Types.luau").read_text("utf-8")):
            page.append(f"### {service}\n\n```luau\n{text}\n```\n")
    assert matches(ROOT / "docs/api.md", "\n".join(page))
