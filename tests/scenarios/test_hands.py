"""Steps of players' hands in scenarios: on their screen, in their language, on their device."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.gallery import GALLERY
from tests.support.projects import Project, Result

pytestmark = pytest.mark.tools

HEAD = """
scenario: Somebody buys
players:
  Siti: { user_id: 1, locale: id-id }
  Budi: { user_id: 2, device: console }
  Ani: { user_id: 3, device: phone }
steps:
  - join: [Siti, Budi, Ani]
"""
STEPS = """
  - open: { as: Siti, screen: All }
    expect: { screen: { as: Siti, screen: All, open: true, values: { name: "", rows: [{ title: One }, {}] } } }
  - type: { as: Siti, screen: All, component: who, text: Dewi }
    expect: { screen: { as: Siti, screen: All, values: { name: Dewi } } }
  - press: { as: Siti, screen: All, component: amount/More }
  - press: { as: Siti, screen: All, component: buy }
    expect: { screen: { as: Siti, screen: All, values: { name: Dewi, count: 4 } } }
  - scroll: { as: Siti, screen: All, component: Body, rows: 8 }
  - select: { as: Siti, screen: All, component: size, value: large }
    expect: { screen: { as: Siti, screen: All, values: { size: large } } }
  - close: { as: Siti, screen: All }
    expect: { screen: { as: Siti, screen: All, open: false } }
  - open: { as: Budi, screen: All }
  - key: { as: Budi, key: DPadDown }
  - key: { as: Budi, key: DPadRight }
  - key: { as: Budi, key: ButtonA }
    expect: { screen: { as: Budi, screen: All, values: { on: false } } }
  - key: { as: Budi, key: ButtonB }
    expect: { screen: { as: Budi, screen: All, open: false } }
  - open: { as: Ani, screen: All }
  - press: { as: Ani, screen: All, component: Close }
    expect: { screen: { as: Ani, screen: All, open: false } }
"""


def played(tmp_path: Path, steps: str) -> Result:
    return Project(tmp_path).write({**GALLERY, "specs/scenarios/buys.yaml": HEAD + steps}).json("test")


def test_each_step(tmp_path: Path) -> None:
    result = played(tmp_path, STEPS)
    assert (result.findings, result.code) == ([], 0)


@pytest.mark.parametrize(
    ("step", "code", "said"),
    [
        ("press: { as: Siti, screen: All, component: press }", "E0813", "nothing named `press`"),
        ("press: { as: Siti, screen: Al, component: press }", "E0411", "`Al`"),
        ("leave: [Siti]\n  - key: { as: Siti, key: ButtonB }", "E0813", "Siti isn't in the game"),
        ("expect: { screen: { as: Siti, screen: All, open: true } }", "E0811", "open: false"),
        ("expect: { screen: { as: Siti, screen: All, values: { count: 4 } } }", "E0811", "count: 3"),
    ],
)
def test_what_is_not_so(tmp_path: Path, step: str, code: str, said: str) -> None:
    result = played(tmp_path, f"  - {step}\n")
    assert result.codes[:1] == [code]
    assert said in str(result.findings[0])


def test_a_press_that_something_else_takes(tmp_path: Path) -> None:
    result = played(
        tmp_path,
        "  - open: { as: Siti, screen: Bar }\n  - open: { as: Siti, screen: All }\n"
        "  - press: { as: Siti, screen: Bar, component: behind }\n",
    )
    assert result.codes == ["E0813"]
    assert "takes a press at" in result.findings[0]["message"]
    assert result.findings[0]["line"] == 11


def test_without_the_renderer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ovhlgen.picture.renderer.find_spec", lambda _name: None)
    steps = "  - open: { as: Siti, screen: All }\n  - press: { as: Siti, screen: All, component: press }\n"
    assert played(tmp_path, steps).codes == ["E1171"]
