"""Ways in which services of this kind lost or doubled data, each as a mistake in ours: the runs have to find it."""

from __future__ import annotations

from tests.chaos.play import Mutant

MUTANTS = {
    "a receipt is written apart from its grant": Mutant(
        "Receipts",
        "		table.insert(session.receipts, 1, id)\n",
        "		Saving.flush(session)\n		table.insert(session.receipts, 1, id)\n",
    ),
    "receipts aren't remembered": Mutant("Receipts", "table.find(session.receipts, id) == nil", "true"),
    "a purchase counts before it is stored": Mutant(
        "Receipts", "	local isStored = Saving.flush(session)\n", "	local isStored = true\n"
    ),
    "a reload is taken for a shutdown": Mutant(
        "Handlers",
        "	game:BindToClose(function()\n		close(state, kernel)",
        """	require(game:GetService("ReplicatedStorage").Shared.Kernel.Bus).subscribe("ModuleReloaded", {
		owner = "DataService",
		handle = function()
			for _, session in state.sessions do
				Saving.leave(session)
			end
		end,
		onError = print,
	})
	game:BindToClose(function()
		close(state, kernel)""",
    ),
    "it is saved before the load ended": Mutant(
        "Saving", "		write.seq, write.data = nil, nil\n", "		write.seq = nil\n"
    ),
    "corrupt data is replaced by defaults": Mutant(
        "Envelope",
        'return nil, "it isn\'t what DataService stores"',
        "return Envelope.around(nil)",
    ),
    "a call that had landed is made again": Mutant("Global", "if has(operations, operation.id) then", "if false then"),
    "a failed load leaves its lock": Mutant(
        "Saving", "if session.seq > 0 or session.isDoubtful then", "if session.seq > 0 then"
    ),
    "the lock is written over the data": Mutant(
        "Envelope",
        "	envelope.lock = lock\n	envelope.aborts = {}",
        "	envelope.data, envelope.lock = {}, lock\n	envelope.aborts = {}",
    ),
    "the end of the server doesn't wait": Mutant(
        "Handlers", "	while (next(state.sessions) ~= nil or not Global.isIdle())", "	while false"
    ),
    "newer data is reset by an older server": Mutant(
        "Envelope",
        'return nil, "newer", `version {old.version}, this server has {Config.version}`',
        "return Envelope.read(nil)",
    ),
    "a save is merged into one that runs": Mutant("Saving", "math.max(session.saved, revision)", "session.revision"),
    "a session writes without its lock": Mutant(
        "Envelope", "	if lock == nil or lock.session ~= write.session then", "	if lock == nil then"
    ),
    "a living lock is taken over": Mutant("Envelope", "and not isDead(other) then", "and false then"),
    "what a player set last isn't saved when they leave": Mutant(
        "Saving",
        "isRelease = isLeaving })",
        "isRelease = isLeaving, data = if isLeaving then session.base or {} else nil })",
    ),
    "a save that failed is given up": Mutant(
        "Saving",
        "			session.wanted = session.saved\n",
        "			session.wanted = session.saved\n			if isLeaving then close(state, session) end\n",
    ),
    "a patch is dropped when its player loads": Mutant(
        "Envelope",
        "if decided[patch.id] then Envelope.patched(envelope.data, patch) else envelope.data",
        "envelope.data",
    ),
    "a patch counts though nobody committed it": Mutant(
        "Loading", "progress.decided[patch.id] = isCommitted", "progress.decided[patch.id] = true"
    ),
    "a transaction is committed without its patch": Mutant(
        "Transactions", "Saving.write(state, b, { patch = patch })", '"written"'
    ),
    "a transaction that failed stays in memory": Mutant(
        "Transactions",
        '	if prepared ~= "written" then\n',
        '	if prepared ~= "written" then\n		apply(second)\n',
    ),
    "the mark of a transaction goes before its patch": Mutant(
        "Envelope", "	without(envelope.commits, write.settled)\n", "	envelope.commits = {}\n"
    ),
    "retries stop for good": Mutant(
        "Saving", "session.due = os.clock() + math.min(Config.backoffCap, wait)", "session.due = math.huge"
    ),
}
