"""Screens as a whole: who draws them, who owns them, names and languages in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ovhlgen.check.rule import Scope, rule
from ovhlgen.check.scopes import SCREEN
from ovhlgen.diagnostics import Diagnostic, problem
from ovhlgen.language.components import PropertyKind
from ovhlgen.model.node import Mapping, Scalar
from ovhlgen.model.project import Project
from ovhlgen.model.screens import Screen
from ovhlgen.resolve.scope import NameScope
from ovhlgen.resolve.screens import texts


@rule("E0805", SCREEN)
def who_draws(screen: Screen, _scope: NameScope) -> Iterator[Diagnostic]:
    """A screen is drawn here or in Studio: it has `content` or `bind`."""
    if (screen.content is None) == (screen.bind is None):
        yield problem("E0805", screen.key.span, name=screen.key.name)


@rule("W0807", SCREEN)
def without_an_owner(screen: Screen, scope: NameScope) -> Iterator[Diagnostic]:
    """A screen that no module lists; not said where a module can't be read."""
    project = scope.project
    if scope.owner is None and not project.is_broken("module"):
        listed = [ref.span for module in project.modules.values() for ref in module.screens]
        yield problem("W0807", screen.key.span, name=screen.key.name, upon=listed)


@rule("E0836", SCREEN)
def names(screen: Screen, _scope: NameScope) -> Iterator[Diagnostic]:
    """Two components of one name."""
    seen: dict[str, Scalar] = {}
    for component in screen.components():
        for _, name in component.given(PropertyKind.NAME):
            if isinstance(name, Scalar):
                first = seen.setdefault(name.text, name)
                if first is not name:
                    yield problem("E0836", name.span, name=name.text, first=str(first.span))


@dataclass(frozen=True, slots=True)
class Translation:
    """A text for each language, and how that departs from what half of its screen's texts have."""

    text: Mapping
    usual: frozenset[str]

    @property
    def odd(self) -> list[Scalar]:
        """Its languages that most others don't have."""
        return [key for name, key in self.text.keys.items() if name not in self.usual]

    @property
    def lacks(self) -> list[str]:
        return sorted(self.usual - self.text.keys.keys())


def _translations(project: Project) -> Iterator[tuple[Translation]]:
    for screen, _ in SCREEN.walk(project):
        translated = [text for text in texts(project, screen) if isinstance(text, Mapping)]
        counts = Counter(name for text in translated for name in text.keys)
        usual = frozenset(name for name, count in counts.items() if 2 * count >= len(translated))
        yield from ((Translation(text, usual),) for text in translated)


TRANSLATION = Scope("translation", _translations)


@rule("W0839", TRANSLATION)
def missing_languages(translation: Translation) -> Iterator[Diagnostic]:
    """A text that lacks a language which others of its screen have."""
    if len(translation.lacks) > len(translation.odd):
        yield problem("W0839", translation.text.span, lacks=", ".join(translation.lacks))


@rule("W0847", TRANSLATION)
def odd_languages(translation: Translation) -> Iterator[Diagnostic]:
    """A text in a language that most of its screen's texts lack: a slip of the pen."""
    odd, lacks = translation.odd, translation.lacks
    meant = lacks[0] if len(lacks) == len(odd) == 1 else None
    for key in odd:
        others = ", ".join(sorted(translation.usual))
        yield problem("W0847", key.span, name=key.text, others=others, suggestion=meant)
