"""Mistakes put into DataService or its reference, one at a time: each must make the two differ.

A mutant is a file of `templates/runtime/Server/` or a module of its reference, a text in it, and
what stands there instead.
"""

from __future__ import annotations

from tests.differential.mutants import Mutant

LUAU: dict[str, Mutant] = {
    "a backoff doesn't grow": ("Store/Requests", "Config.backoff * 2 ^ (n - 1)", "Config.backoff"),
    "one try too few": ("Store/Requests", "tries > Config.retries and", "tries >= Config.retries and"),
    "the end of a server is no hurry": ("Store/Requests", "	Requests.isClosing = true\n", ""),
    "a heartbeat comes late": (
        "Services/DataService/State",
        "timeout / 3, timeout * 2 / 3",
        "timeout / 2, timeout * 2 / 3",
    ),
    "autosave_interval is forgotten": ("Services/DataService/State", "math.min(autosave, ", "math.min(math.huge, "),
    "autosave_interval has no floor": (
        "Services/DataService/State",
        "math.max(state.autosave(), Config.autosaveFloor)",
        "state.autosave()",
    ),
    "all players are saved at once": ("Services/DataService/Loading", "* (golden % 1)", ""),
    "a lock dies early": (
        "Services/DataService/Loading",
        "os.time() - lock.time >= Config.lockTimeout",
        "os.time() - lock.time >= Config.lockTimeout / 2",
    ),
    "a clock that is fast holds a lock": (
        "Services/DataService/Loading",
        "and os.clock() - watched.since >= Config.lockTimeout",
        "and false",
    ),
    "nobody is asked to let go": (
        "Services/DataService/Loading",
        "if not progress.asked[lock.session] then",
        "if false then",
    ),
    "two reads make data corrupt": ("Services/DataService/Loading", "local READS = 3", "local READS = 2"),
    "a load goes on for longer": ("Services/DataService/Loading", "local GRACE = 30", "local GRACE = 60"),
    "each refusal keeps a copy": (
        "Services/DataService/Loading",
        "if not hasListed or #names > 0 then",
        "if not hasListed then",
    ),
    "who comes back is refused": (
        "Services/DataService/Loading",
        'while before and session.state == "loading" do',
        "while false do",
    ),
    "a lock that was lost isn't told of": (
        "Services/DataService/Saving",
        'Report.log("ERROR", "DS_LOCK_LOST", message, { keys = keys })',
        "",
    ),
    "who lost the lock stays": (
        "Services/DataService/Saving",
        '	if session.state == "loaded" then\n		Report.kick',
        "	if false then\n		Report.kick",
    ),
    "a failed save waits for the next heartbeat": (
        "Services/DataService/Saving",
        "session.due = os.clock() + math.min(Config.backoffCap, wait)",
        "session.due = os.clock() + wait",
    ),
    "a further try has the time of the first": (
        "Services/DataService/Saving",
        "		write.time = os.time()\n",
        "		write.time = if write.time > 0 then write.time else os.time()\n",
    ),
    "sessions that ended are forgotten": (
        "Services/DataService/Envelope",
        "table.insert(envelope.released, 1, write.session)",
        "",
    ),
    "what a migration made isn't stored": (
        "Services/DataService/Envelope",
        "if isOlder then write.base or envelope.data else envelope.data",
        "envelope.data",
    ),
    "a patch stays": (
        "Services/DataService/Envelope",
        "if envelope.patch and write.ended[envelope.patch.id] then",
        "if false then",
    ),
    "a patch counts whatever was decided": (
        "Services/DataService/Envelope",
        "if decided[patch.id] then Envelope.patched(envelope.data, patch) else envelope.data",
        "Envelope.patched(envelope.data, patch)",
    ),
    "marks stay": ("Services/DataService/Envelope", "	without(envelope.commits, write.settled)\n", ""),
    "a commit gives up": ("Services/DataService/Transactions", "isPatient = true", "isPatient = false"),
    "a transaction yields": (
        "Services/DataService/Transactions",
        'Threads.atOnce("a transaction\'s function", change',
        "pcall(change",
    ),
    "what is beyond a type is corrupt": (
        "Services/DataService/Opening",
        "isBeyond == true and version == Config.version",
        "false",
    ),
    "what a migration made wrongly is newer": (
        "Services/DataService/Opening",
        "isBeyond == true and version == Config.version",
        "isBeyond == true",
    ),
    "a change of what can't be read is tried for ever": (
        "Services/DataService/Global",
        "return refuse(entry, operation, unreadable, isNewer), unreadable",
        "return false, unreadable",
    ),
    "a change of what is newer is tried again": (
        "Services/DataService/Global",
        "local isCertain = isNewer or ",
        "local isCertain = ",
    ),
    "who trades can be changed": (
        "Services/DataService/Proxy",
        'session.state == "loading" or session.isBusy',
        'session.state == "loading"',
    ),
    "a value that is newer is read again": (
        "Services/DataService/Global",
        "return isNewer, reason",
        "return false, reason",
    ),
    "what was read counts for longer": ("Services/DataService/Global", "local FRESH = 5", "local FRESH = 50"),
    "a value counts before it was read": ("Services/DataService/Global", "return entry.isKnown and (", "return ("),
    "what is set isn't here at once": (
        "Services/DataService/Global",
        "entry.value, entry.isKnown = copy, true",
        "entry.isKnown = true",
    ),
    "an operation that landed is carried out again": (
        "Services/DataService/Global",
        "if has(operations, operation.id) then",
        "if false then",
    ),
    "ForceSave doesn't wait": ("Services/DataService/init", "		Future.await(ending)\n", ""),
    "Save says yes of what failed": (
        "Services/DataService/Saving",
        "local isSaved = saver.revision <= session.saved",
        "local isSaved = true",
    ),
    "a save is merged into one that runs": (
        "Services/DataService/Saving",
        "math.max(session.saved, revision)",
        "session.revision",
    ),
    "a doubtful lock stays": (
        "Services/DataService/Saving",
        "if session.seq > 0 or session.isDoubtful then",
        "if session.seq > 0 then",
    ),
    "the end of a server doesn't wait": (
        "Services/DataService/Handlers",
        "while (next(state.sessions) ~= nil or not Global.isIdle())",
        "while false",
    ),
}

REFERENCE: dict[str, Mutant] = {
    "a backoff grows by steps": ("tests.oracle.data.requests", "2 ** (n - 1)", "n"),
    "nobody hurries": ("tests.oracle.data.requests", "self.is_closing = True", "pass"),
    "a lock costs two numbers": (
        "tests.oracle.data.envelope",
        "found.lock, found.aborts, found.seq = lock, {}, found.seq + 1",
        "found.lock, found.aborts, found.seq = lock, {}, found.seq + 2",
    ),
    "six sessions are remembered": ("tests.oracle.data.envelope", "RELEASED = 5", "RELEASED = 1"),
    "nobody could commit": (
        "tests.oracle.data.envelope",
        "        return None, True\n",
        "        return None, False\n",
    ),
    "a look at a lock comes early": ("tests.oracle.data.loading", "return max(1.0, min(", "return max(0.5, min("),
    "two reads make data corrupt": ("tests.oracle.data.loading", "READS = 3", "READS = 2"),
    "who is refused isn't kicked": (
        "tests.oracle.data.loading",
        "self.requests.world.kick(session.user, reason)",
        "pass",
    ),
    "the next write is counted from the end": (
        "tests.oracle.data.saving",
        "session.due = began + wait",
        "session.due = self.clock.now + wait",
    ),
    "marks stay": ("tests.oracle.data.saving", "partner.settled.add(name)", "pass"),
    "a failed write answers nobody": (
        "tests.oracle.data.session",
        "if saver.is_saved or has_failed:",
        "if saver.is_saved:",
    ),
    "a commit stays unsaved": ("tests.oracle.data.transactions", "a.saved, a.changed = a.revision, {}", "pass"),
    "an operation that landed is carried out again": (
        "tests.oracle.data.game",
        "if operation.id in done:",
        "if False:",
    ),
    "two reads make a value corrupt": ("tests.oracle.data.game", "READS = 3", "READS = 2"),
    "who leaves is forgotten at once": (
        "tests.oracle.data.service",
        "self.clock.at(self.clock.now, later)",
        "del self.players[user]",
    ),
}
