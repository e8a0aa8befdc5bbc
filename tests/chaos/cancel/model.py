"""What must hold whoever was cancelled, said from outside."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ovhlgen.simulator.session import Fact
from tests.chaos.cancel.game import INIT
from tests.chaos.cancel.plan import AT_ONCE, WITH_FUNCTION
from tests.chaos.cancel.play import GUEST, Stop, Story
from tests.chaos.model import Verdict, names

# Hooks whose thread the kernel ends: at their module's end, or after its time to start or to stop. In the others every
# call returns.
ENDS_WITH_MODULE = ("every",)
HAS_ITS_TIME = ("init", "ready", "hot_reload", "teardown")
MAY_NOT_WAIT = ("product", "migration")
ON_PURPOSE = ("on purpose", "no text", "no output from Lua.")  # what functions raise that no module has given
PATIENCE = 100.0  # seconds that a call may take, at most: what it waits for is tried again and again while stores fail
GOES = ("reloading", "disabled", "stopping")


@dataclass(frozen=True, slots=True)
class Caller:
    module: str
    hook: str
    at_once: bool  # it may not yield: it is closed when it does
    call: str
    waits: bool  # it yields, whatever is at hand


def judge(story: Story) -> Verdict:
    return _Judge(story).run()


class _Judge:
    def __init__(self, story: Story) -> None:
        self.story = story
        self.found = Verdict()
        self.callers = dict(_callers(story))
        self.began: dict[int, Fact] = {}
        self.ended: set[int] = set()
        self.saved: set[str] = set()
        self.added: set[int] = set()
        self.states = [one for one in story.facts if one.kind == "module" and one.get("word") in GOES]

    def wrong(self, text: str) -> None:
        self.found.violations.append(text)

    def run(self) -> Verdict:
        for fact in self.story.facts:
            if fact.kind == "print":
                self._said(fact)
            elif fact.kind == "error" and not str(fact.get("text")).endswith(ON_PURPOSE):
                self.wrong(f"{fact.t:.2f}: {fact.side}: {fact.get('text')}")
        self._returned()
        self._answered()
        self._works()
        self._locks()
        self._things()
        self._treasury()
        self._count()
        return self.found

    def _said(self, fact: Fact) -> None:
        match = re.fullmatch(r"(begin|end|saved|added) (\S+)(?: .*)?", str(fact.get("text")))
        if match and match.group(1) == "saved":
            self.saved.add(match.group(2))
        elif match and int(match.group(2)):
            number = int(match.group(2))
            if match.group(1) == "begin":
                self.began[number] = fact
            else:
                (self.ended if match.group(1) == "end" else self.added).add(number)

    def _returned(self) -> None:
        """Every call of a caller that lives returned."""
        for number, fact in self.began.items():
            caller = self.callers[number]
            if number not in self.ended and not self._is_excused(caller, fact):
                self.wrong(f"{fact.t:.2f}: {caller.call} in {caller.module}'s {caller.hook} never returned ({number})")

    def _is_excused(self, caller: Caller, fact: Fact) -> bool:
        if any(stop.side == fact.side and stop.at <= fact.t + PATIENCE for stop in self.story.stops):
            return True
        if caller.hook in HAS_ITS_TIME:
            return True
        if caller.at_once:
            return caller.waits
        return caller.hook in ENDS_WITH_MODULE and any(
            one.side == fact.side and one.get("subject") == caller.module and one.t >= fact.t - INIT
            for one in self.states  # its teardown comes between that and the end of its threads
        )

    def _answered(self) -> None:
        """A client's request is answered, or its time is over, while the client is there."""
        ends = {int(one.get("id")) for one in self.story.facts if one.kind in ("returned", "failed")}
        for number, name in self.story.requests.items():
            if number not in ends and name not in self.story.gone:
                self.wrong(f"a request of {name} never returned")

    def _works(self) -> None:
        ends = {int(one.get("id")): one for one in self.story.facts if one.kind in ("returned", "failed")}
        for number, probe in self.story.probes.items():
            fact = ends.get(number)
            answer = (fact.get("data") or {}).get("1") if fact else "it never returned"
            if fact is not None and fact.kind == "failed":
                answer = "it raised"
            if answer is not True:
                self.wrong(f"in the end {probe} doesn't work: {answer}")

    def _locks(self) -> None:
        excused = {user for stop in self.story.stops if self._has_faults(stop) for user in stop.users if user >= GUEST}
        for user, envelope in self.story.stored.items():
            if user in excused:
                continue  # nobody has come back to find the lock of the server that ended
            if isinstance(envelope, dict) and (envelope.get("lock") or envelope.get("patch")):
                what = "a lock" if envelope.get("lock") else "a patch"
                self.wrong(f"everybody left a minute ago, and user {user}'s data has {what}")
        for stop in self.story.stops:
            if self._has_faults(stop):
                continue
            for user, envelope in stop.stored.items():
                if isinstance(envelope, dict) and envelope.get("lock"):
                    self.wrong(f"{stop.at:.2f}: {stop.side} was shut down, and user {user}'s lock stayed")

    def _has_faults(self, stop: Stop) -> bool:
        return any(since <= stop.at + 30 and to >= stop.at - 30 for since, to in self.story.faults)

    def _things(self) -> None:
        """What Save called stored is there, and nothing is there twice."""
        places = Counter[str]()
        for envelope in self.story.stored.values():
            data = envelope.get("data") if isinstance(envelope, dict) else None
            places.update(names(data.get("things")) if isinstance(data, dict) else [])
        for item in sorted(self.saved):
            if not places[item]:
                self.wrong(f"Save said that {item} is stored, and it is gone")
        for item, number in places.items():
            if number > 1:
                self.wrong(f"{item} is there {number} times")

    def _treasury(self) -> None:
        asked = sum(self.callers[number].call == "DataService.UpdateGlobal" for number in self.began)
        if not len(self.added) < self.story.treasury <= asked + 1:  # one of the probes
            self.wrong(f"the treasury has {self.story.treasury}: {len(self.added)} of {asked} additions ended well")

    def _count(self) -> None:
        for number in self.began:
            caller = self.callers[number]
            self.found.counts[f"call {caller.call}"] += 1
            self.found.counts[f"hook {caller.hook}"] += 1
            if number not in self.ended:
                self.found.counts[f"cut short {caller.hook}"] += 1
        for one in self.states:
            self.found.counts[f"module {one.get('word')}"] += 1
        self.found.counts["stop"] += len(self.story.stops)
        self.found.counts["saved"] += len(self.saved)


def _callers(story: Story) -> Iterator[tuple[int, Caller]]:
    for step in story.plan["steps"]:
        if step["do"] == "call":
            hook = step["hook"]
            yield from _within(step["module"], hook, hook in MAY_NOT_WAIT, step["ask"])


def _waits(ask: dict[str, Any]) -> bool:
    return ask["call"] == "wait" or ask.get("twist") in ("yield", "never") or any(map(_waits, ask.get("inside", ())))


def _within(module: str, hook: str, at_once: bool, ask: dict[str, Any]) -> Iterator[tuple[int, Caller]]:
    yield ask["id"], Caller(module, hook, at_once, ask["call"], _waits(ask))
    is_own = ask["call"] in WITH_FUNCTION
    for one in ask.get("inside", ()):
        # What a service calls later isn't in its caller's thread.
        later = is_own and ask["call"] not in ("PlayerData.Update", *AT_ONCE)
        hasty = at_once or ask["call"] in AT_ONCE
        yield from _within(module, "listener" if later else hook, False if later else hasty, one)
