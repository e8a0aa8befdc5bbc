"""Ways in which a cancelled caller took others along, each as a mistake in ours: the runs have to find it."""

from __future__ import annotations

from tests.chaos.cancel.game import Mutant

DATA = "Server/Services/DataService"

MUTANTS = {
    "work runs in the thread of who asked": Mutant(
        "Shared/Kernel/Threads",
        "	local results = table.pack(Future.await(Threads.begin(work)))\n",
        "	local results = table.pack(pcall(work))\n",
    ),
    "who was cancelled is resumed": Mutant(
        "Shared/Kernel/Future",
        '		if coroutine.status(thread) == "suspended" then\n			task.spawn(thread)\n		end\n',
        "		task.spawn(thread, ...)\n",
    ),
    "a mutex is who asked's": Mutant(
        "Server/Store/Mutex",
        "	return Threads.apart(function(): ...any\n",
        "	return (function(work: () -> ...any): ...any\n		return work()\n	end)(function(): ...any\n",
    ),
    "a transaction's function may wait, and others for it": Mutant(
        f"{DATA}/Transactions",
        'Threads.atOnce("a transaction\'s function", change',
        "pcall(change",
    ),
    "a change of global data is carried out by who asked for it": Mutant(
        f"{DATA}/Global", "		task.defer(work, entry)\n", "		work(entry)\n"
    ),
    "a reload is carried out by who asked for it": Mutant(
        "Shared/Kernel/Reloader",
        "	return Threads.apart(function(): Types.ReloadResult\n		return runAlone(group, permit)\n	end)\n",
        "	return runAlone(group, permit)\n",
    ),
    "the end of the server waits for nobody": Mutant(
        f"{DATA}/Handlers", "	while (next(state.sessions) ~= nil or not Global.isIdle())", "	while false"
    ),
}
