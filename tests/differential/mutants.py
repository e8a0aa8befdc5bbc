"""Mistakes put into either kernel, one at a time: each must make the two differ.

A mutant is a file of `templates/runtime/Shared/` or a module of the reference, a text in it, and what stands there
instead.
"""

from __future__ import annotations

type Mutant = tuple[str, str, str]

LUAU: dict[str, Mutant] = {
    "start in byte order": ("Kernel/DependencyGraph", "if a.rank ~= b.rank then", "if false then"),
    "start in reverse": ("Kernel/DependencyGraph", "return a.name < b.name", "return a.name > b.name"),
    "uses don't order": (
        "Kernel/DependencyGraph",
        "if nodes[target] and not dropped[`{name} {target}`] then",
        "if false then",
    ),
    "another uses edge is dropped": (
        "Kernel/DependencyGraph",
        "last = { from = from, to = to }",
        "last = last or { from = from, to = to }",
    ),
    "a cycle's members start": ("Kernel/DependencyGraph", "gone[member] = true", "gone[member] = false"),
    "dependents of dependents start": (
        "Kernel/DependencyGraph",
        "missing[dependent] = name\n\t\t\t\ttable.insert(queue, dependent)",
        "missing[dependent] = name",
    ),
    "a module that is off starts": (
        "Kernel/Starting",
        "definition.config.enabled == false",
        "definition.config.enabled == nil",
    ),
    "a duplicate replaces the first": (
        "Kernel/Discovery",
        "if ServiceManager:Get(record.name) ~= nil then",
        "if false then",
    ),
    "domains in reverse": ("Kernel/Discovery", "return a.Name < b.Name", "return a.Name > b.Name"),
    "ready before the hooks": ("Kernel/Bootstrapper", "\t\tLifecycle.open(record)\n\tend\n\tenter", "\tend\n\tenter"),
    "an attached module isn't opened": (
        "Kernel/Bootstrapper",
        '\tif record.state == "ready" then\n\t\tLifecycle.open(record)\n\tend\n\treturn attached',
        "\treturn attached",
    ),
    "a failed init leaves its code": (
        "Kernel/Lifecycle",
        'if outcome.timedOut then "KERNEL_TIMEOUT" else "KERNEL_INIT"',
        '"KERNEL_INIT"',
    ),
    "init without a dependency": ("Kernel/Lifecycle", "if not ServiceManager:IsReady(name) then", "if false then"),
    "failures aren't counted": ("Kernel/Lifecycle", "\tif isTooMuch then", "\tif false then"),
    "a client's failures count as own": (
        "Kernel/Lifecycle",
        "local isTooMuch = if origin",
        "local isTooMuch = if false",
    ),
    "failures of another life count": (
        "Kernel/Lifecycle",
        "return if inside.failures == record.failures then inside else nil",
        "return inside",
    ),
    "the bus forgets who began": ("Kernel/Bus", "local origin = Origin.current()", "local origin: number? = nil"),
    "what a player does is nobody's": (
        "Kernel/Lifecycle",
        "return (run(record, player.UserId, hook, callback, ...))",
        "return (run(record, nil, hook, callback, ...))",
    ),
    "dependents stay when it fails": (
        "Kernel/Lifecycle",
        "for _, dependent in Lifecycle.reversed(Lifecycle.dependents(record)) do",
        "for _, dependent in {} :: { Types.Record } do",
    ),
    "no teardown after failing": (
        "Kernel/Lifecycle",
        '{ code = "KERNEL_FAILING", reason = reason })\n\tLifecycle.close(record)',
        '{ code = "KERNEL_FAILING", reason = reason })',
    ),
    "teardown in the order of the start": (
        "Kernel/Lifecycle",
        "for index = #records, 1, -1 do",
        "for index = 1, #records do",
    ),
    "hooks stay after the teardown": ("Kernel/Lifecycle", "\tHooks.remove(record)\nend\n\n-- Stops", "end\n\n-- Stops"),
    "an event stays": ("Kernel/Hooks", "Network.Server.remove(`{record.name}.{event}`)", "local _ = event"),
    "an interval stays": (
        "Kernel/Interval",
        "\t\t\tisOver = true\n\t\t\tif heard",
        "\t\t\tdo return end\n\t\t\tif heard",
    ),
    "a setting counts after the wait": (
        "Kernel/Interval",
        "if every.config then\n\t\theard",
        "if false then\n\t\theard",
    ),
    "a change begins the wait anew": (
        "Kernel/Interval",
        "\t\t\t\ttask.cancel(waiting)\n\t\t\tend\n\t\t\twaiting = nil",
        "\t\t\t\ttask.cancel(waiting)\n\t\t\tend\n\t\t\twaiting, began = nil, os.clock()",
    ),
    "connections stay": ("Kernel/Hooks", "\t\tconnection:Disconnect()\n", "\t\tlocal _ = connection\n"),
    "the window is a failure too small": (
        "Kernel/Failures",
        "return #times == limits.failures and",
        "return #times >= limits.failures - 1 and",
    ),
    "the window doesn't slide": ("Kernel/Failures", "now - times[1] < limits.within", "true"),
    "one client is enough": (
        "Kernel/Failures",
        "different > 1 and different >= math.min(MIN_PLAYERS, present)",
        "true",
    ),
    "two clients are enough": ("Kernel/Failures", "local MIN_PLAYERS = 3", "local MIN_PLAYERS = 2"),
    "kept state isn't restored": ("Kernel/Lifecycle", "\tif kept then\n", "\tif false then\n"),
    "state of players isn't kept": ("Kernel/Kept", "if into then -- else they left meanwhile", "if false then"),
    "a reload without its switch": ("Kernel/Reloader", "if not isEnabled() then", "if false then"),
    "two reloads at once": ("Kernel/Reloader", "elseif isBusy then", "elseif false then"),
    "a reload of what doesn't run": (
        "Kernel/Reloader",
        'elseif record.state ~= "ready" then\n\t\treturn refused("RELOAD_STATE", `{name} is',
        'elseif record.state == "nothing" then\n\t\treturn refused("RELOAD_STATE", `{name} is',
    ),
    "force is ignored": ("Kernel/Reloader", '== "reject" and not force then', '== "reject" then'),
    "dependents don't go along": ("Kernel/Reloader", "\ttable.move(dependents, 1, #dependents, 2, group)\n", ""),
    "the old code ends before the new is proved": (
        "Kernel/Reloader",
        "\tlocal candidates, failure = prepare(group)",
        "\tfor _, record in group do\n\t\tLifecycle.close(record)\n\tend\n\tlocal candidates, failure = prepare(group)",
    ),
    "no rollback": (
        "Kernel/Reloader",
        "local again = Lifecycle.start(record, one.old.definition.init, one.kept)",
        "local again: Lifecycle.Problem? = problem",
    ),
    "a rollback without the kept state": (
        "Kernel/Reloader",
        "one.old.definition.init, one.kept)",
        "one.old.definition.init, nil)",
    ),
    "init though there is hot_reload": ("Kernel/Reloader", "fresh.hotReload or fresh.init", "fresh.init"),
    "messages are lost": (
        "Network/Server/Queues",
        "for _, parcel in Waiting.takeAll(peer.account, waits) do",
        "for _, parcel in {} :: { Inbox.Parcel } do",
    ),
    "one message too many waits": ("Network/Server/Queues", "local MAX_HELD = 100", "local MAX_HELD = 101"),
    "more bytes wait": ("Network/Waiting", "local MAX_BYTES = 64 * 1024", "local MAX_BYTES = 65 * 1024"),
    "bytes that waited aren't given back": (
        "Network/Waiting",
        "account.bytes -= buffer.len(parcel.b) +",
        "account.bytes -=",
    ),
    "messages of who left": ("Network/Peers", "\t\t\tPeers.drop(peer)\n", "\t\t\tlocal _ = peer\n"),
    "player_added twice": ("Kernel/PlayerHooks", "known[player] = true", "known[player] = false"),
    "player_added without those present": (
        "Kernel/PlayerHooks",
        "\t\ttask.spawn(added, player)\n",
        "\t\tlocal _ = player\n",
    ),
    "PlayerState is dropped first": (
        "Kernel/PlayerHooks",
        "\t\tknown[player] = nil\n",
        "\t\tknown[player] = nil\n\t\trecord.context.PlayerState[player] = nil\n",
    ),
    "PlayerState of who left stays": (
        "Kernel/PlayerHooks",
        "if player.Parent ~= Players then -- they left while the module started",
        "if false then",
    ),
    "a subscription stays": ("Kernel/Hooks", "\tBus.remove(record.name)\n", ""),
    "a message to who was ended by the one before": (
        "Kernel/Bus",
        "if not subscriber.isGone then",
        "if true then",
    ),
    "a reload inside the module's own hook": ("Kernel/Reloader", "\tif inside then\n", "\tif false then\n"),
    "a reload that waits is forgotten": ("Kernel/Lifecycle", "\tif inside.after then\n", "\tif false then\n"),
    "a facade of what doesn't run": (
        "Kernel/ServiceManager",
        'if record.state ~= "ready" then\n\t\t\terror(`KERNEL_NOT_READY',
        'if record.state == "nothing" then\n\t\t\terror(`KERNEL_NOT_READY',
    ),
    "a call that is too large is read": (
        "Network/Server/Reading",
        "if buffer.len(data) > RemoteWrapper.MAX_PACKET then",
        "if false then",
    ),
    "bytes have no budget": (
        "Network/Server/Reading",
        "elseif not Peers.takeBytes(peer, size, os.clock()) then",
        "elseif false then",
    ),
    "events have no budget": (
        "Network/Server/Reading",
        "if batch.parcel == nil and not Peers.takeEvent(peer, batch.now) then",
        "if false then",
    ),
    "what waits is charged again": (
        "Network/Server/Reading",
        "if batch.parcel == nil and not Peers.takeEvent(peer, batch.now) then",
        "if not Peers.takeEvent(peer, batch.now) then",
    ),
    "an event of nobody costs nothing": (
        "Network/Server/Reading",
        "if batch.parcel == nil and not Peers.takeEvent(peer, batch.now) then",
        "if batch.parcel == nil and handler and not Peers.takeEvent(peer, batch.now) then",
    ),
    "an event that is off arrives": (
        "Network/Server/Guards",
        "elseif handler.enabled and not handler.enabled() then",
        "elseif false then",
    ),
    "an event that is off is a violation": (
        "Network/Server/Replies",
        "\tNET_DENIED = true,\n",
        "\tNET_DENIED = true,\n\tNET_DISABLED = true,\n",
    ),
    "rates don't hold": (
        "Network/Server/Guards",
        "if not isRated and not Peers.take(peer, id, handler.rate, handler.burst, batch.now) then",
        "if false then",
    ),
    "what waited for its turn is rated again": (
        "Network/Server/Guards",
        "if not isRated and not Peers.take(",
        "if not Peers.take(",
    ),
    "what waited is rated as if it came now": (
        "Network/Server/Guards",
        "handler.rate, handler.burst, batch.now) then",
        "handler.rate, handler.burst, os.clock()) then",
    ),
    "what waited is a violation": ("Network/Server/Replies", "(hasWaited and EXCUSED[code])", "false"),
    "tokens never come back": ("Network/Peers", "tokens + (now - bucket.at) * perSecond", "tokens"),
    "a bucket begins empty": (
        "Network/Peers",
        "bucket = { tokens = burst, at = now }",
        "bucket = { tokens = 1, at = now }",
    ),
    "any role will do": ("Network/Server/Guards", "elseif allow and rank and rank < allow then", "elseif false then"),
    "a role that isn't known is the default one": (
        "Network/Server/Guards",
        "local rank = if State.roles then State.roles[peer.player] else State.options.defaultRank",
        "local rank: number? = (if State.roles then State.roles[peer.player] else nil) or State.options.defaultRank",
    ),
    "later events overtake one that waits for a role": (
        "Network/Server/Reading",
        "elseif State.isOpen and not peer.awaiting and not State.held[id] then",
        "elseif State.isOpen and not State.held[id] then",
    ),
    "a role is awaited longer": ("Network/Server/Guards", "local ROLE_TIMEOUT = 10", "local ROLE_TIMEOUT = 11"),
    "seventeen requests in flight": (
        "Network/Server/Guards",
        "return #peer.places < MAX_IN_FLIGHT",
        "return #peer.places <= MAX_IN_FLIGHT",
    ),
    "a request that nobody answers keeps its place": ("Network/Peers", "if place.ends <= now then", "if false then"),
    "who gave up waits on for their turn": ("Network/Peers", "if parcel.place == place then", "if false then"),
    "an answer comes after NET_TIMEOUT": (
        "Network/Server/Replies",
        "\tif not Peers.leavePlace(peer, place) then\n\t\treturn\n\tend\n\tState.options",
        "\tPeers.leavePlace(peer, place)\n\tState.options",
    ),
    "a request that was answered is still in flight": (
        "Network/Server/Replies",
        "\tif not Peers.leavePlace(peer, place) then\n\t\treturn\n\tend\n\tState.options",
        "\tState.options",
    ),
    "an answer that doesn't fit is none": (
        "Network/Server/Replies",
        '{ reason = problem })\n\t\tReplies.send(peer.player, place.question, "NET_ERROR", nil, nil)',
        "{ reason = problem })",
    ),
    "a serial event doesn't wait": ("Network/Server/Reading", "if turns and turns.thread then", "if false then"),
    "one event too many waits for its turn": (
        "Network/Server/Queues",
        "local MAX_IN_TURN = 256",
        "local MAX_IN_TURN = 257",
    ),
    "what waits for its turn is lost": (
        "Network/Server/Queues",
        "for _, parcel in Waiting.takeAll(peer.account, turns.queue) do",
        "for _, parcel in {} :: { Inbox.Parcel } do",
    ),
    "nobody is kicked": (
        "Network/Server/Replies",
        "if Peers.violate(peer, State.options.kickAfter, State.options.within) then",
        "if false then",
    ),
    "violations are remembered for ever": ("Network/Peers", "(mine[1] and now - mine[1] > within)", "false"),
    "who was kicked is heard to the end": (
        "Network/Server/Reading",
        "\tif peer.isGone then\n\t\tbatch",
        "\tif false then\n\t\tbatch",
    ),
    "what is malformed doesn't end its batch": (
        "Network/Server/Reading",
        "\t\tif at == 0 then\n\t\t\tbatch.at = size\n",
        "\t\tif at == 0 then\n\t\t\tbatch.at = from + 1\n",
    ),
    "what is refused isn't stepped over": (
        "Network/Server/Queues",
        "local after = if skip then skip(batch.b, at, batch.size) else at",
        "local after = at",
    ),
    "what names who isn't here arrives": ("Network/Server/Reading", "\tif side.isAbsent then\n", "\tif false then\n"),
    "what names who isn't here ends its batch": (
        "Network/Server/Reading",
        "\tif side.isAbsent then\n",
        "\tif side.isAbsent then\n\t\tbatch.at = size\n",
    ),
    "what names who isn't here is a violation": (
        "Network/Server/Replies",
        "\tNET_DENIED = true,\n",
        "\tNET_DENIED = true,\n\tNET_ABSENT = true,\n",
    ),
    "two give up one module": (
        "Kernel/Lifecycle",
        '\tif record.state ~= "ready" then\n\t\treturn\n\tend\n\tlocal kernel',
        "\tlocal kernel",
    ),
}

REFERENCE: dict[str, Mutant] = {
    "start in byte order": ("ovhlgen.resolve.boot_order", "(node.rank, node.name.encode())", "(0, node.name.encode())"),
    "the first uses edge is dropped": ("ovhlgen.resolve.boot_order", "return max(inside", "return min(inside"),
    "cycles start": ("ovhlgen.resolve.boot_order", "if name in _reached(hard, hard[name])}", "if name in hard[name]}"),
    "unmet once": ("ovhlgen.resolve.boot_order", "or to in unmet for to", "for to"),
    "a failure is forgotten too late": (
        "tests.oracle.failures",
        "if now - at < self.within]\n        self.own",
        "if now - at < 2 * self.within]\n        self.own",
    ),
    "two clients are enough": ("tests.oracle.failures", "max(2, min(3, present))", "2"),
    "the bus forgets who began": (
        "tests.oracle.kernel",
        "hook(record.data, name), self.origin))",
        "hook(record.data, name), None))",
    ),
    "what a player does is nobody's": (
        "tests.oracle.kernel",
        "yield from self.guarded(record, hook(record.data, player), player)",
        "yield from self.guarded(record, hook(record.data, player), None)",
    ),
    "one failure more": (
        "tests.oracle.failures",
        "return len(self.own) >= self.most",
        "return len(self.own) > self.most",
    ),
    "a time-out is no failure of init": ("tests.oracle.kernel", 'return "KERNEL_TIMEOUT"', 'return "KERNEL_INIT"'),
    "dependents stay": (
        "tests.oracle.kernel",
        "for dependent in reversed(self.dependents(record)):",
        "for dependent in []:",
    ),
    "teardown in the order of the start": (
        "tests.oracle.kernel",
        "for record in reversed(list(self.running)):",
        "for record in list(self.running):",
    ),
    "no rollback": ("tests.oracle.kernel", 'again = yield from self.start(record, "init", kept)', "again = problem"),
    "a rollback without the kept state": (
        "tests.oracle.kernel",
        'self.start(record, "init", kept)\n        if again',
        'self.start(record, "init", None)\n        if again',
    ),
    "messages are lost": (
        "tests.oracle.network",
        "self.read_again(peer, parcel)\n\n    # Refusals",
        "pass\n\n    # Refusals",
    ),
    "a hundred and one wait": ("tests.oracle.network", "MOST_HELD = 100", "MOST_HELD = 101"),
    "more bytes wait": ("tests.oracle.network", "MOST_WAITING_BYTES = 64 * 1024", "MOST_WAITING_BYTES = 63 * 1024"),
    "what waits is charged again": (
        "tests.oracle.network",
        "if not waited and not peer.of_events",
        "if not peer.of_events",
    ),
    "an event of nobody costs nothing": (
        "tests.oracle.network",
        "if not waited and not peer.of_events",
        "if handler and not waited and not peer.of_events",
    ),
    "what waited is rated as if it came now": (
        "tests.oracle.network",
        "bucket.take(1, event.rate, event.burst, parcel.came)",
        "bucket.take(1, event.rate, event.burst, self.clock.now)",
    ),
    "what waited is a violation": ("tests.oracle.network", "(has_waited and code in EXCUSED)", "False"),
    "a request that nobody answers keeps its place": (
        "tests.oracle.network",
        "if place.ends <= self.clock.now]",
        "if False]",
    ),
    "turns of who left": ("tests.oracle.network", "self.peers.pop(player).drop()", "self.peers.pop(player)"),
    "a setting counts after the wait": ("tests.oracle.kernel", "            rest.wake()", "            pass"),
    "an interval outlives its module": (
        "tests.oracle.kernel",
        "if record.life != life:\n                return\n            for",
        "if False:\n                return\n            for",
    ),
    "no player_added after a reload": ("tests.oracle.kernel", "record.greeted = set()", "pass"),
    "reload during the boot": (
        "tests.oracle.kernel",
        "if self.is_reloading or not self.is_ready:",
        "if self.is_reloading:",
    ),
    "a subscriber hears after its end": (
        "tests.oracle.kernel",
        "if hook and record in self.subscribed:",
        "if hook:",
    ),
    "the last code is the answer's": ("tests.oracle.kernel", "first = first or problem", "first = problem or first"),
    "a bucket is full at once": ("tests.oracle.network", "self.tokens + (now - self.at) * per_second", "burst"),
    "a role is awaited for a shorter time": ("tests.oracle.network", "ROLE_TIMEOUT = 10.0", "ROLE_TIMEOUT = 9.0"),
    "the default role isn't the settings'": (
        "tests.oracle.network",
        "(self.settings.default_rank if rank is None else rank)",
        "(99 if rank is None else rank)",
    ),
    "a turn begins at once": ("tests.oracle.network", "if code or (turns and turns.is_taken):", "if code:"),
    "what waits for its turn is lost": (
        "tests.oracle.network",
        "turns.queue.clear()\n                for parcel in parcels:",
        "turns.queue.clear()\n                for parcel in ():",
    ),
    "who is kicked goes on": (
        "tests.oracle.network",
        "while at < len(data) and not peer.is_gone:",
        "while at < len(data):",
    ),
    "violations are remembered for ever": (
        "tests.oracle.network",
        "if now - at <= self.settings.violations_within]",
        "]",
    ),
    "who isn't here ends a batch": (
        "tests.oracle.network",
        '"NET_ABSENT", question)\n            return at',
        '"NET_ABSENT", question)\n            return len(data)',
    ),
    "a bad value ends nothing": (
        "tests.oracle.network",
        "return len(data)\n        at += reader.at",
        "return start + 1\n        at += reader.at",
    ),
}
