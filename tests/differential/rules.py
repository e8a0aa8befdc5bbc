"""How often each rule of docs/runtime/kernel.md and network.md is met by traces."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

# By the number of the rule and what of it: a pattern of a line.
RULES = {
    "1 CoreReady": r"^CoreReady$",
    "2 states": r" (initialising|reloading|stopping|stopped)$",
    "3 KERNEL_LOAD": r" disabled KERNEL_LOAD$",
    "3 KERNEL_MANIFEST": r" disabled KERNEL_MANIFEST$",
    "3 KERNEL_DUPLICATE": r" disabled KERNEL_DUPLICATE$",
    "3 KERNEL_DEPENDENCY": r" disabled KERNEL_DEPENDENCY$",
    "3 KERNEL_CYCLE": r" disabled KERNEL_CYCLE$",
    "3 KERNEL_INIT": r" disabled KERNEL_INIT$",
    "3 KERNEL_TIMEOUT": r" disabled KERNEL_TIMEOUT$",
    "3 KERNEL_OFF": r" disabled KERNEL_OFF$",
    "4 a `uses` edge of a cycle": r"^dropped ",
    "4 teardown": r"^hook \w+ teardown ",
    "5 a facade": r"^result call \w+ pong",
    "5 unknown": r"^result call Nobody nil",
    "5 KERNEL_NOT_READY": r"^result call \w+ KERNEL_NOT_READY",
    "6 ready hooks": r"^hook \w+ ready ",
    "7 player_added": r"^hook \w+ player_added ",
    "7 player_removing": r"^hook \w+ player_removing ",
    "8 KERNEL_FAILING": r" disabled KERNEL_FAILING$",
    "8 a bus subscription": r"^hook \w+ bus ",
    "8 an interval": r"^hook \w+ every ",
    "8 what a client began, on the bus": r"^hook \w+ bus (told|passed) ",
    "9 reloaded": r"^result reload \w+ true",
    "9 ModuleReloaded": r"^bus ModuleReloaded ",
    "9 hot_reload": r"^hook \w+ hot_reload ",
    "9 kept state": r"^hook \w+ (init|hot_reload) [1-9]",
    "9 RELOAD_OFF": r"^result reload \w+ false RELOAD_OFF$",
    "9 RELOAD_UNKNOWN": r"^result reload \w+ false RELOAD_UNKNOWN$",
    "9 RELOAD_STATE": r"^result reload \w+ false RELOAD_STATE$",
    "9 RELOAD_BUSY": r"^result reload \w+ false RELOAD_BUSY$",
    "9 RELOAD_DEPENDENTS": r"^result reload \w+ false RELOAD_DEPENDENTS$",
    "9 new code that can't be loaded": r"^result reload \w+ false KERNEL_(LOAD|MANIFEST)$",
    "9 rollback": r"^result reload \w+ false KERNEL_(INIT|TIMEOUT)$",
    "9 asked for in its own hook": r"^hook \w+ asks queued$",
    "9 messages that wait, and NET_BUSY": r"^refused \w+\.Hit \w+ NET_BUSY$",
    "10 attached": r"^result attach \w+ true",
    "10 StopAll": r" stopped$",
    "Logs 2 ok": r"^result health ok",
    "Logs 2 degraded": r"^result health degraded",
    "Logs 2 failing": r"^result health failing",
    "Network 1 a call that is too large": r"^refused a batch \w+ NET_INVALID$",
    "Network 1 more bytes than a player has": r"^refused a batch \w+ NET_RATE$",
    "Network 1 more events than a player has": r"^refused \w+\.Hit \w+ NET_RATE$",
    "Network 1 NET_UNKNOWN": r"^refused an unknown event \w+ NET_UNKNOWN$",
    "Network 1 NET_DISABLED": r"^refused \w+\.Guarded \w+ NET_DISABLED$",
    "Network 1 NET_DENIED": r"^refused \w+\.Guarded \w+ NET_DENIED$",
    "Network 1 NET_INVALID": r"^refused \w+\.\w+ \w+ NET_INVALID$",
    "Network 1 kicked": r"^kicked ",
    "Network 1 an event of a role": r"^hook \w+ guarded ",
    "Network 1 a response": r"^result answer \w+ \d+ \d+$",
    "Network 2 NET_RATE": r"^refused \w+\.(Guarded|Ask) \w+ NET_RATE$",
    "Network 2 requests in flight": r"^refused \w+\.Ask \w+ NET_BUSY$",
    "Network 2 a place is given back": r"^result answer \w+ \d+ NET_TIMEOUT$",
    "Network 5 NET_ERROR": r"^result answer \w+ \d+ NET_ERROR$",
    "Network 6 serial": r"^hook \w+ (turn|row) ",
    "Network 6 too many for their turn": r"^refused \w+\.Row \w+ NET_BUSY$",
    "Network 6 NET_UNAVAILABLE": r"^refused \w+\.\w+ \w+ NET_UNAVAILABLE$",
}


def met(rules: Mapping[str, str], lines: Iterable[tuple[float, str]]) -> Counter[str]:
    """How many lines of a trace show each rule."""
    found: Counter[str] = Counter()
    for _, text in lines:
        found.update(name for name, pattern in rules.items() if re.search(pattern, text))
    return found


def table(rules: Mapping[str, str], found: Counter[str]) -> Sequence[str]:
    return [f"{found[name]:>8} {name}" for name in rules]


def disabled_twice(lines: Iterable[tuple[float, str]]) -> list[str]:
    """Facts of modules that are given up although they were already."""
    last: dict[str, str] = {}
    found = []
    for _, text in lines:
        of = re.fullmatch(r"(\w+) (discovered|registered|initialising|ready|reloading|stopped|disabled)( \w+)?", text)
        if of and of[3] != " KERNEL_DUPLICATE":
            if of[2] == last.get(of[1]) == "disabled":
                found.append(text)
            last[of[1]] = of[2]
    return found
