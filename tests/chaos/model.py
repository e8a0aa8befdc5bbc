"""What must hold whatever happened, said from outside.

Nothing here knows how DataService works, but for the form of what it stores (`data`, `patch`, `lock`, `seq`)."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from ovhlgen.simulator.session import Fact
from tests.chaos.play import QUIET, Story, Visit

LOCK = 60.0  # lock_timeout
BEAT = LOCK / 3  # between two writes of a session
SLACK = 3.0  # seconds that requests take, on a platform without faults
LOAD = LOCK + 30  # the longest that a load may take
CLOSING = 30.0  # seconds that a server has to end


@dataclass(slots=True)
class Thing:
    item: str
    user: int  # who earned it
    server: int
    at: float
    stored_at: float | None = None  # when it was in the store first
    spent: bool = False


@dataclass(slots=True)
class Verdict:
    violations: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def names(value: Any) -> list[str]:
    return list(value) if isinstance(value, list) else []


def owned(envelope: Any) -> list[str]:
    """The things in a player's stored value."""
    data = envelope.get("data") if isinstance(envelope, dict) else None
    return names(data.get("things", data.get("items"))) if isinstance(data, dict) else []


def judge(story: Story) -> Verdict:
    return _Judge(story).run()


class _Judge:
    def __init__(self, story: Story) -> None:
        self.story = story
        self.found = Verdict()
        self.things: dict[str, Thing] = {}
        self.durable: dict[int, list[str]] = {}
        self.sequence: dict[int, int] = {}
        self.moves: dict[str, set[tuple[int, int]]] = {}  # trades that began: from, to
        self.lost: list[tuple[float, int, int, list[str]]] = []  # reports: when, where, whose, which keys
        self.ends = {int(fact.get("id")): fact for fact in story.facts if fact.kind in ("returned", "failed")}
        self.saved = [fact for fact in story.facts if _user(fact) is not None]
        self.patches: dict[str, list[str]] = {}  # halves of transactions, by their ids
        self.gone: set[str] = set()  # spent, and the store knows

    def wrong(self, text: str) -> None:
        self.found.violations.append(text)

    def run(self) -> Verdict:
        for fact in self.story.facts:
            if fact.kind == "print":
                self._said(fact)
            elif fact.kind == "warn":
                self._reported(fact)
            elif _user(fact) is not None:
                self._saved(fact)
        self._end()
        self._served()
        self._treasury()
        self._receipts()
        self._saves()
        self._used()
        self._locks()
        self._calm()
        self._count()
        return self.found

    # what was seen

    def _said(self, fact: Fact) -> None:
        words = str(fact.get("text")).split()
        if words[:1] == ["earn"]:
            server = _server(fact.side)
            self.things[words[2]] = Thing(words[2], int(words[1]), server, fact.t)
        elif words[:1] == ["spend"]:
            self.things[words[2]].spent = True
        elif words[:1] == ["trade"]:
            self.moves.setdefault(words[3], set()).add((int(words[1]), int(words[2])))

    def _reported(self, fact: Fact) -> None:
        text = str(fact.get("text"))
        code = re.search(r"CODE:(DS_\w+)", text)
        if code:
            self.found.counts[f"log {code.group(1)}"] += 1
        if code and code.group(1) == "DS_LOCK_LOST":
            whose = re.search(r"Player (\d+)'s", text)
            keys = re.search(r'"keys":(\[[^]]*\]|{})', text)
            assert whose and keys, text
            listed = names(json.loads(keys.group(1)))
            if not self._faults(fact.t - 2 * LOCK - BEAT, fact.t):
                self.wrong(f"{fact.t:.2f}: {fact.side} lost the lock of user {int(whose.group(1)) - 1} without a fault")
            self.lost.append((fact.t, _server(fact.side), int(whose.group(1)) - 1, listed))

    def _saved(self, fact: Fact) -> None:
        user, envelope = _user(fact), fact.get("data")
        assert user is not None
        self.found.counts["writes"] += 1
        before, now = self.durable.get(user, []), owned(envelope)
        self.durable[user] = now
        if len(set(now)) != len(now):
            self.wrong(f"{fact.t:.2f}: user {user} owns something twice: {now}")
        for item in before:
            if item not in now:
                self._left(fact, user, item)
        for item in now:
            if item not in before:
                self._came(fact, user, item)
        seq = envelope.get("seq", 0) if isinstance(envelope, dict) else -1
        if seq < self.sequence.get(user, 0):
            self.wrong(f"{fact.t:.2f}: user {user}: something older ({seq}) was written over {self.sequence[user]}")
        self.sequence[user] = seq
        patch = envelope.get("patch") if isinstance(envelope, dict) else None
        if isinstance(patch, dict):
            self.patches[patch["id"]] = owned(patch)
        commits = envelope.get("commits") if isinstance(envelope, dict) else None
        for done in commits if isinstance(commits, dict) else ():
            for item in self.patches.pop(done, ()):
                self._is_stored(self.things[item], fact)

    def _is_stored(self, thing: Thing, fact: Fact) -> None:
        thing.stored_at = fact.t if thing.stored_at is None else thing.stored_at

    def _left(self, fact: Fact, user: int, item: str) -> None:
        thing = self.things[item]
        if any(giver == user for giver, _ in self.moves.get(item, ())):
            return
        if thing.spent:
            self.gone.add(item)
        else:
            self.wrong(f"{fact.t:.2f}: {item} vanished from user {user}'s stored data")

    def _came(self, fact: Fact, user: int, item: str) -> None:
        thing = self.things.get(item)
        if thing is None:
            self.wrong(f"{fact.t:.2f}: {item} of user {user} was never earned")
            return
        self._is_stored(thing, fact)
        if item in self.gone:
            self.wrong(f"{fact.t:.2f}: {item} came back to user {user} after it was spent")
        for other, items in self.durable.items():
            if other != user and item in items:
                self.wrong(f"{fact.t:.2f}: {item} is user {user}'s and user {other}'s")
        if user != thing.user and not any(taker == user for _, taker in self.moves.get(item, ())):
            self.wrong(f"{fact.t:.2f}: {item} came to user {user} without a trade")

    # what is left

    def _end(self) -> None:
        places = Counter[str]()
        for user, envelope in self.story.stored.items():
            places.update(owned(envelope))
            if isinstance(envelope, dict) and (envelope.get("lock") or envelope.get("patch")):
                self.wrong(f"in the end user {user}'s data has {'a lock' if envelope.get('lock') else 'a patch'}")
        for thing in self.things.values():
            if places[thing.item] > 1:
                self.wrong(f"{thing.item} is in {places[thing.item]} places")
            elif places[thing.item] == 0 and not thing.spent:
                self._missing(thing)

    def _missing(self, thing: Thing) -> None:
        if thing.stored_at is not None:
            self.wrong(f"{thing.item} of user {thing.user} was stored, and is gone")
            return
        for at, server, user, keys in self.lost:
            if (
                server == thing.server
                and user == thing.user
                and at >= thing.at
                and ("items" in keys or "things" in keys)
            ):
                self.found.counts["lost with a lock"] += 1
                return
        for ended in self.story.ended:
            if ended.server != thing.server or ended.at < thing.at:
                continue
            late = ended.at - thing.at
            after = ended.at + (CLOSING if ended.how == "stop" else 0)
            if (ended.how == "crash" and late <= BEAT + SLACK) or self._faults(thing.at - BEAT, after):
                self.found.counts[f"lost with a {ended.how}"] += 1
                return
        self.wrong(f"{thing.item}, earned by user {thing.user} at {thing.at:.2f} on server {thing.server}, is gone")

    def _faults(self, start: float, end: float) -> bool:
        return any(since <= end and to >= start for _, since, to in self.story.faults)

    def _calm(self) -> None:
        """Once faults are over everything lands within a minute: what players have is what is stored."""
        for number, deed in self.story.deeds.items():
            fact = self.ends.get(number)
            if deed.do == "read" and fact is not None and fact.kind == "returned" and deed.user is not None:
                memory = sorted(names((fact.get("data") or {}).get("1")))
                then = sorted(self._stored_at(deed.user, deed.at))
                if memory != then:
                    self.wrong(f"{QUIET:.0f} s after the faults user {deed.user} has {memory}, stored is {then}")

    def _saves(self) -> None:
        """Where `Save` said that it is stored, what was earned before is."""
        for number, deed in self.story.deeds.items():
            fact = self.ends.get(number)
            if deed.do != "save" or fact is None or (fact.get("data") or {}).get("1") is not True:
                continue
            since = next(visit.since for visit in self.story.visits if visit.name == deed.name)
            for thing in self.things.values():
                is_theirs = thing.user == deed.user and since <= thing.at < deed.at
                is_stored = thing.stored_at is not None and thing.stored_at <= fact.t
                if is_theirs and not (is_stored or thing.spent or self.moves.get(thing.item)):
                    self.wrong(f"{fact.t:.2f}: Save said yes, and {thing.item} of user {deed.user} isn't stored")

    def _used(self) -> None:
        """Who is here can use what they own."""
        kicked = {fact.side for fact in self.story.facts if fact.kind == "kick"}
        visits = {visit.name: visit for visit in self.story.visits}
        for number, deed in self.story.deeds.items():
            fact = self.ends.get(number)
            if deed.do in ("earn", "spend", "save") and fact is not None and fact.kind == "failed":
                visit = visits[str(deed.name)]
                if deed.name not in kicked and (visit.until is None or visit.until > fact.t):
                    self.wrong(f"{fact.t:.2f}: user {deed.user} is here, and can't {deed.do}")

    def _locks(self) -> None:
        """Nobody holds the lock of a player who left a minute ago, unless something fails, or their server died."""
        jobs = {
            (fact.get("data") or {}).get("1"): self.story.deeds[number].server
            for number, fact in self.ends.items()
            if number in self.story.deeds and self.story.deeds[number].do == "job"
        }
        held: dict[int, int] = {}  # by user: the server that has the lock
        for fact in [*(one for one in self.saved if one.t <= self.story.calm), None]:
            user = _user(fact) if fact else None
            for one, server in list(held.items()):
                if fact is None or one == user:
                    self._held(one, server, fact.t if fact else self.story.calm)
            if fact is not None and user is not None:
                envelope = fact.get("data")
                lock = envelope.get("lock") if isinstance(envelope, dict) else None
                server_now = jobs.get(lock.get("JobId")) if isinstance(lock, dict) else None
                if server_now is None:
                    held.pop(user, None)
                else:
                    held[user] = server_now

    def _held(self, user: int, server: int, until: float) -> None:
        if any(ended.server == server and ended.at <= until for ended in self.story.ended):
            return
        here = [one for one in self.story.visits if one.user == user and one.server == server and one.since <= until]
        recent = any(one.until is None or one.until >= until - QUIET for one in here)
        if not recent and not self._faults(until - QUIET - LOCK, until):
            self.wrong(f"{until:.2f}: user {user} left server {server} long ago, and it still has their lock")

    def _stored_at(self, user: int, at: float) -> list[str]:
        return owned(self._envelope_at(user, at))

    def _envelope_at(self, user: int, at: float) -> Any:
        found = None
        for fact in self.saved:
            if fact.t > at:
                break
            if _user(fact) == user:
                found = fact.get("data")
        return found

    def _treasury(self) -> None:
        asked = [number for number, deed in self.story.deeds.items() if deed.do == "treasury"]
        sure = sum(1 for number in asked if number in self.ends and self.ends[number].kind == "returned")
        if not sure <= self.story.treasury <= len(asked):
            self.wrong(f"the treasury has {self.story.treasury}: {sure} additions of {len(asked)} ended well")

    def _receipts(self) -> None:
        """Each purchase is granted once, at the latest when its player comes back and nothing fails."""
        for user, envelope in self.story.stored.items():
            data = envelope.get("data") if isinstance(envelope, dict) else None
            wallet = data.get("wallet", 0) if isinstance(data, dict) else 0
            if wallet != self.story.bought.get(user, 0):
                self.wrong(f"user {user} bought {self.story.bought.get(user, 0)} coins and has {wallet}")
        for fact in self.story.facts:
            if fact.kind == "receipt":
                self.found.counts[f"receipt {fact.get('word')}"] += 1

    def _served(self) -> None:
        visits = {visit.name: visit for visit in self.story.visits}
        for number, deed in self.story.deeds.items():
            if deed.do != "load" or deed.name is None:
                continue
            fact = self.ends.get(number)
            loaded = fact is not None and fact.kind == "returned"
            took = (fact.t if fact else self.story.settled) - deed.at
            if loaded:
                self.found.counts["joins loaded"] += 1
            elif self._cut_short(visits[deed.name], deed.at) or self._is_older(deed.server):
                self.found.counts["joins cut short"] += 1
                continue
            else:
                self.found.counts["joins refused"] += 1
            if not self._faults(deed.at - 90, deed.at + min(took, LOAD)):
                self.found.counts["joins without faults"] += 1
                if loaded and took <= LOAD + SLACK:
                    self.found.counts["joins without faults loaded"] += 1
            if not loaded and took > LOAD + CLOSING:
                self.wrong(f"user {deed.user}, who joined at {deed.at:.2f}, was neither served nor refused")

    def _cut_short(self, visit: Visit, at: float) -> bool:
        """They left, or the server ended, before a load had to be over."""
        until = visit.until if visit.until is not None else self.story.settled
        return until - at < LOAD - SLACK and not any(
            fact.kind == "kick" and fact.side == visit.name for fact in self.story.facts
        )

    def _is_older(self, server: int) -> bool:
        """It refuses what a newer one has stored."""
        upgrades = [step["at"] for step in self.story.plan["steps"] if step["do"] == "upgrade"]
        return bool(upgrades) and server <= self.story.plan["servers"] + len(self.story.ended)

    def _count(self) -> None:
        counts = self.found.counts
        for kind, _, _ in self.story.faults:
            counts[f"fault {kind}"] += 1
        for first, second in combinations(self.story.faults, 2):
            if first[1] <= second[2] and second[1] <= first[2] and first[0] != second[0]:
                counts[f"pair {' + '.join(sorted((first[0], second[0])))}"] += 1
        for ended in self.story.ended:
            counts[ended.how] += 1
        for number, deed in self.story.deeds.items():
            fact = self.ends.get(number)
            counts[f"deed {deed.do}"] += 1
            if deed.do == "trade":
                values = (fact.get("data") or {}) if fact else {}
                counts[f"trade {'cut short' if fact is None else values.get('2') or fact.kind}"] += 1
        counts["hours"] += int(self.story.settled)


def _user(fact: Fact) -> int | None:
    """Whose data was written; None where it is something else, or a copy that is kept aside."""
    match = re.fullmatch(r"global/Player_(\d+)", str(fact.get("word"))) if fact.kind == "saved" else None
    return int(match.group(1)) - 1 if match else None


def _server(side: str) -> int:
    return int(side.split()[1]) if " " in side else 1
