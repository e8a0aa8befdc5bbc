"""Settings, numbers and roles: what `check` refuses, and what counts while the game runs."""

from __future__ import annotations

import pytest

from tests.support.projects import Project

ROLES = "roles: { Guest: { rank: 0 }, Mod: { rank: 50 }, Owner: { rank: 200 } }\ndefault: Guest\n"
HUGE = "9" * 400


def errors(project: Project, files: dict[str, str]) -> list[str]:
    project.base().write(files)
    return [
        f"{one['code']} {one['file']}:{one['line']}" for one in project.json().findings if one["severity"] == "error"
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f'kernel: {{ init_timeout: "{HUGE} s" }}', "E0106"),
        (f'kernel: {{ disable_after: {{ within: "{HUGE}.5 h" }} }}', "E0106"),
        ("kernel: { init_timeout: 0 s }", "E0106"),
        (f"kernel: {{ disable_after: {{ failures: {HUGE} }} }}", "E0015"),
        (f'network: {{ default_rate: "{HUGE}/s" }}', "E0105"),
        (f'network: {{ default_rate: "1/s burst {HUGE}" }}', "E0105"),
        (f'network: {{ default_rate: "1/{HUGE}s" }}', "E0105"),
        ("network: { violations: { kick_after: 1e400 } }", "E0015"),
    ],
)
def test_a_number_that_no_float_holds_is_refused_at_its_line(project: Project, line: str, code: str) -> None:
    """A duration, a rate or a plain number: in Luau it would be `inf`, which is no name there."""
    assert errors(project, {"specs/project.yaml": f"ovhl: 1\nname: Test\n{line}\n"}) == [f"{code} specs/project.yaml:3"]


@pytest.mark.parametrize("number", [HUGE, "1e309", "0x" + "f" * 300, "-1" + "0" * 5000])
@pytest.mark.parametrize("kind", ["f64", "u32", "any"])
def test_no_default_is_too_large_for_a_float(project: Project, number: str, kind: str) -> None:
    """Whatever the type is, and however many digits there are."""
    state = f"state:\n  x: {{ type: {kind}, default: {number} }}\n"
    module = f"module: Shop\nrealm: server\ndomain: OVHL_Modules\n{state}"
    assert errors(project, {"specs/modules/Shop/module.yaml": module}) == ["E0015 specs/modules/Shop/module.yaml:5"]


def test_a_limit_is_named_where_a_duration_passes_it(project: Project) -> None:
    files = {
        "specs/project.yaml": "ovhl: 1\nname: Test\nkernel: { init_timeout: 2 h, disable_after: { within: 9 ms } }\n",
        "specs/data.yaml": "store: Test\nversion: 1\nsave: { lock_timeout: 5 s, backoff: 2 min, backoff_cap: 1 ms }\n",
    }
    project.base().write(files)
    shown = project.run("check").err + project.run("check").out
    assert "between 100 ms and 1 h" in shown and "between 1 s and 24 h" in shown
    assert "between 20 s and 1 h" in shown and "between 100 ms and 1 min" in shown
    assert "antara 100 ms dan 1 h" in project.run("check", "--lang", "id").out


@pytest.mark.parametrize(
    ("admin", "fields", "found"),
    [
        ("", "admin_whitelist: { type: 'id[..9]', default: [], editable_by: Mod }", ["E0740"]),
        ("", "admin_whitelist: { type: 'id[..9]', default: [], editable_by: Owner }", []),
        ("", "others: { type: 'id[..9]', default: [], editable_by: Mod }", []),
        ("@config.supers", "supers: { type: 'id[..9]', default: [], editable_by: Mod }", ["E0740"]),
        (
            "@config.supers",
            "supers: { type: 'id[..9]', default: [] }\n"
            "  admin_whitelist: { type: 'id[..9]', default: [], editable_by: Mod }",
            [],
        ),
        ("@config.supers", "supers: { type: 'string(..9)[..9]', default: [] }", ["E0422"]),
        ("", "admin_whitelist: { type: 'string(..9)', default: x }", ["E0422"]),
    ],
)
def test_nobody_may_edit_the_list_that_makes_them_more(
    project: Project, admin: str, fields: str, found: list[str]
) -> None:
    """Who is on the whitelist has the highest role: only that role may edit the field that counts as one."""
    files = {"specs/roles.yaml": ROLES, "specs/config.yaml": f"fields:\n  {fields}\n"}
    if admin:
        files["specs/admin.yaml"] = f'roles: [Mod]\nwhitelist: "{admin}"\n'
    assert [one.split()[0] for one in errors(project, files)] == found
