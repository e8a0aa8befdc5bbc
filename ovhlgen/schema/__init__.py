"""JSON Schemas (draft 7) of every kind of spec file: one source for validation, editors and reference tables."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from ovhlgen.schema import design, game, module, scenario

Schema = dict[str, Any]

KINDS: dict[str, Callable[[], Schema]] = {
    "project": game.project,
    "config": game.config,
    "roles": game.roles,
    "types": game.types,
    "data": game.data,
    "monetization": game.monetization,
    "topbar": game.topbar,
    "admin": game.admin,
    "catalogue": game.catalogue,
    "module": module.module,
    "theme": design.theme,
    "screen": design.screen,
    "scenario": scenario.scenario,
}

# Which files of a project hold which kind (also the mapping that `init` writes for editors).
FILES: dict[str, str] = {
    "project": "specs/project.yaml",
    "config": "specs/config.yaml",
    "roles": "specs/roles.yaml",
    "types": "specs/types.yaml",
    "data": "specs/data.yaml",
    "monetization": "specs/monetization.yaml",
    "topbar": "specs/topbar.yaml",
    "admin": "specs/admin.yaml",
    "catalogue": "specs/catalogues/*.yaml",
    "module": "specs/modules/*/module.yaml",
    "theme": "specs/themes/*.yaml",
    "screen": "specs/ui/*.yaml",
    "scenario": "specs/scenarios/*.yaml",
}


@cache
def schema(kind: str) -> Schema:
    """The complete schema of a kind. Raises KeyError for a kind that doesn't exist."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"ovhlgen {kind}",
        **KINDS[kind](),
    }
