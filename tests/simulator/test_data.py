"""Data stores as Roblox has them: one test a rule. What `roblox-facts` marks as uncertain is named as such."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from ovhlgen.simulator.session import Refused, Session
from tests.support.games import Game, errors, game, printed, probe

pytestmark = pytest.mark.tools
HEAD = """local Stores = game:GetService("DataStoreService")
local store = Stores:GetDataStore("Players")
local function said(fn, ...)
    local ok, text = pcall(fn, ...)
    return if ok then "ok" else string.match(tostring(text), "^%d+") or text
end
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Game:
    return game(tmp_path_factory.mktemp("bare"), {"specs/project.yaml": "ovhl: 1\nname: Bare\n"})


def server(place: Game, source: str, seconds: float = 600) -> list[str]:
    outcome = place.play(probe(HEAD + source, bare=True), players=(), seconds=seconds)
    assert errors(outcome) == []
    return printed(outcome)


@contextmanager
def session(place: Game) -> Iterator[Session]:
    with Session(place.place, seed=1) as found:
        found.ask("boot")
        yield found


def ask(session: Session, source: str, settle: bool = True) -> Any:
    """What a piece of Luau returned, under its numbers; None while it waits."""
    number = session.ask("run", side="server", source=HEAD + source)
    if settle:
        session.ask("settle")
    found = [one for one in session.facts if one.get("id") == number]
    return found[0].get("data") if found else None


# what a store keeps


def test_a_value_comes_back_as_a_copy(place: Game) -> None:
    assert server(
        place,
        """
        local value = { wallet = 5, list = { 1, 2 }, bytes = buffer.fromstring("ab") }
        store:SetAsync("a", value)
        value.wallet = 6
        local first = store:GetAsync("a")
        first.wallet = 7
        local second = store:GetAsync("a", (function()
            local options = Instance.new("DataStoreGetOptions")
            options.UseCache = false
            return options
        end)())
        print(second.wallet, #second.list, buffer.tostring(second.bytes))
        print(store:GetAsync("nowhere"))
        """,
    ) == ["5 2 ab", "nil nil"]


def test_what_a_store_refuses(place: Game) -> None:
    assert server(
        place,
        r"""
        local round = {}
        round.a = round
        local long = {}
        for index = 1, 5 do long[index] = string.rep("x", 1000000) end
        local function set(value) return said(store.SetAsync, store, "k", value) end
        print(set(nil), set(print), set(workspace), set({ a = Vector3.zero }))
        print(set({ 1, a = 2 }), set({ [1] = 1, [3] = 3 }))
        print(set(0 / 0), set({ math.huge }), set("\xff"), set(round), set(long))
        print(said(store.SetAsync, store, "", 1), said(store.SetAsync, store, string.rep("k", 51), 1))
        print(said(store.SetAsync, store, "k", 1, { "x" }), said(store.SetAsync, store, "k", 1, { 1, 2, 3, 4, 5 }))
        print(pcall(Stores.GetDataStore, Stores, string.rep("n", 51)), pcall(Stores.GetDataStore, Stores, ""))
        store:SetAsync("k", { [5] = "five" })
        print(store:GetAsync("k")["5"])
        """,
    ) == [
        "103 103 103 103",
        "104 104",
        "104 104 104 104 105",
        "101 102",
        "513 512",
        "false false DataStore name must have 1 to 50 characters",
        "five",
    ]


def test_metadata_and_user_ids_are_cleared_by_a_write_without_them(place: Game) -> None:
    assert server(
        place,
        """
        local options = Instance.new("DataStoreSetOptions")
        options:SetMetadata({ by = "test" })
        store:SetAsync("k", 1, { 7 }, options)
        local _, info = store:GetAsync("k")
        print(info:GetUserIds()[1], info:GetMetadata().by, info.CreatedTime == info.UpdatedTime)
        local version = store:SetAsync("k", 2)
        _, info = store:GetAsync("k")
        print(#info:GetUserIds(), next(info:GetMetadata()), info.Version == version)
        options:SetMetadata({ long = string.rep("x", 251) })
        print(said(store.SetAsync, store, "k", 1, {}, options))
        """,
    ) == ["7 test true", "0 nil true", "511"]


def test_the_same_name_and_scope_are_the_same_store(place: Game) -> None:
    assert server(
        place,
        """
        local other = Stores:GetDataStore("Players", "beta")
        print(store == Stores:GetDataStore("Players"), store == other)
        store:SetAsync("k", 1)
        other:SetAsync("k", 2)
        local options = Instance.new("DataStoreOptions")
        options.AllScopes = true
        local all = Stores:GetDataStore("Players", "", options)
        print(store:GetAsync("k"), other:GetAsync("k"), all:GetAsync("beta/k"), (all:GetAsync("global/k")))
        print((pcall(all.GetAsync, all, "k")))
        print((pcall(Stores.GetDataStore, Stores, "Players", "beta", options)))
        """,
    ) == ["true false", "1 2 2 1", "false", "false"]


def test_a_client_has_no_data_stores(place: Game) -> None:
    outcome = place.play(
        probe("print(pcall(function() game:GetService('DataStoreService'):GetDataStore('a') end))", "Siti", bare=True)
    )
    assert "can't be accessed from client" in printed(outcome, "Siti")[0]


# UpdateAsync


def test_update_reads_and_writes(place: Game) -> None:
    assert server(
        place,
        """
        print(store:UpdateAsync("k", function(old, info) return { n = 1, first = old == nil and info == nil } end).n)
        local value, info = store:UpdateAsync("k", function(old) old.n += 1 return old, { 9 } end)
        print(value.n, value.first, info:GetUserIds()[1])
        print(store:UpdateAsync("k", function() return nil end))
        print(store:GetAsync("k").n)
        """,
    ) == ["1", "2 true 9", "nil nil", "2"]


def test_a_transform_may_not_yield_and_its_error_comes_out(place: Game) -> None:
    assert server(
        place,
        """
        print(pcall(store.UpdateAsync, store, "k", function() task.wait() return 1 end))
        print(select(2, pcall(store.UpdateAsync, store, "k", function() error({ mine = true }) end)).mine)
        print(pcall(store.UpdateAsync, store, "k", function(_, info) return info:GetUserIds() end))
        print(store:GetAsync("k"))
        """,
    ) == [
        "false Callbacks cannot yield",
        "true",
        "false Scenario:10: attempt to index nil with 'GetUserIds'",
        "nil nil",
    ]


def test_a_transform_runs_again_where_somebody_wrote_in_between(place: Game) -> None:
    assert server(
        place,
        """
        local calls = 0
        store:SetAsync("k", 0)
        for _ = 1, 5 do
            task.spawn(function()
                store:UpdateAsync("k", function(old) calls += 1 return old + 1 end)
            end)
        end
        task.wait(5)
        print(store:GetAsync("k"), calls > 5)
        """,
    ) == ["5 true"]


def test_increment_counts_whole_numbers(place: Game) -> None:
    assert server(
        place,
        """
        print(store:IncrementAsync("n"), store:IncrementAsync("n", 4), said(store.IncrementAsync, store, "n", 0.5))
        store:SetAsync("t", "text")
        print(said(store.IncrementAsync, store, "t"))
        """,
    ) == ["1 5 103", "103"]


# versions


def test_removing_leaves_a_tombstone(place: Game) -> None:
    assert server(
        place,
        """
        store:SetAsync("k", 1)
        print((store:RemoveAsync("k")), (store:GetAsync("k")), (store:RemoveAsync("k")))
        local pages = store:ListVersionsAsync("k")
        local found = pages:GetCurrentPage()
        print(#found, found[1].IsDeleted, found[2].IsDeleted, (store:GetVersionAsync("k", found[1].Version)))
        store:SetAsync("k", 2)
        print((store:GetAsync("k")))
        """,
    ) == ["1 nil nil", "2 false true 1", "2"]


def test_the_first_write_of_an_hour_keeps_what_was_there_for_thirty_days(place: Game) -> None:
    assert server(
        place,
        """
        local function count() return #store:ListVersionsAsync("k"):GetCurrentPage() end
        store:SetAsync("k", 1)
        store:SetAsync("k", 2)
        print(count())
        task.wait(3600)
        local before = DateTime.now().UnixTimestampMillis
        store:SetAsync("k", 3)
        store:SetAsync("k", 4)
        print(count(), (store:GetVersionAtTimeAsync("k", before)))
        task.wait(31 * 24 * 3600)
        store:SetAsync("k", 5)
        print(count(), (store:GetAsync("k")))
        """,
        seconds=40 * 24 * 3600,
    ) == ["1", "2 2", "2 5"]


def test_keys_and_stores_are_listed_in_pages(place: Game) -> None:
    assert server(
        place,
        """
        for index = 1, 5 do store:SetAsync("p" .. index, index) end
        store:RemoveAsync("p2")
        local pages = store:ListKeysAsync("p", 2, "", true)
        local names = {}
        while true do
            for _, key in pages:GetCurrentPage() do table.insert(names, key.KeyName) end
            if pages.IsFinished then break end
            pages:AdvanceToNextPageAsync()
        end
        print(table.concat(names, " "), pcall(pages.AdvanceToNextPageAsync, pages))
        print(Stores:ListDataStoresAsync():GetCurrentPage()[1].DataStoreName)
        """,
    ) == ["p1 p3 p4 p5 false No pages to advance to.", "Players"]


# the cache


def test_reads_are_cached_for_four_seconds_by_handle(place: Game) -> None:
    assert server(
        place,
        """
        local options = Instance.new("DataStoreOptions")
        options.AllScopes = true
        local all = Stores:GetDataStore("Players", "", options)
        local fresh = Instance.new("DataStoreGetOptions")
        fresh.UseCache = false
        store:SetAsync("k", 1)
        print((all:GetAsync("global/k")))
        store:SetAsync("k", 2)
        print((store:GetAsync("k")), (all:GetAsync("global/k")), (all:GetAsync("global/k", fresh)))
        store:SetAsync("k", 3)
        task.wait(4.1)
        print((all:GetAsync("global/k")))
        """,
    ) == ["1", "2 1 2", "3"]


# budgets


def test_a_server_has_a_budget_that_fills_again(place: Game) -> None:
    assert server(
        place,
        """
        local kind = Enum.DataStoreRequestType
        local function left() return Stores:GetRequestBudgetForRequestType(kind.SetIncrementAsync) end
        print(left(), Stores:GetRequestBudgetForRequestType(kind.StandardRead))
        for _ = 1, 30 do task.spawn(store.SetAsync, store, "k", 1) end
        print(left(), Stores:GetRequestBudgetForRequestType(kind.UpdateAsync))
        task.wait(10.1)
        print(left())
        task.wait(60)
        print(left())
        """,
    ) == ["60 60", "30 30", "40", "60"]


def test_over_its_budget_a_request_waits_and_beyond_thirty_it_is_dropped(place: Game) -> None:
    assert server(
        place,
        """
        local done, dropped = 0, 0
        for _ = 1, 100 do
            task.spawn(function()
                local ok, text = pcall(store.SetAsync, store, "k", 1)
                if ok then done += 1 elseif string.match(text, "^302") then dropped += 1 end
            end)
        end
        task.wait(1.2)
        print(done, dropped)
        task.wait(60)
        print(done, dropped)
        """,
    ) == ["61 10", "90 10"]


def test_budgets_grow_with_players_and_can_be_set(place: Game) -> None:
    outcome = place.play(
        probe(
            """
            local Stores = game:GetService("DataStoreService")
            local kind = Enum.DataStoreRequestType.StandardWrite
            task.wait(120)
            print(Stores:GetRequestBudgetForRequestType(kind))
            Stores:SetRateLimitForRequestType(kind, 10, 0)
            print(Stores:GetRequestBudgetForRequestType(kind))
            print((pcall(Stores.SetRateLimitForRequestType, Stores, kind, 10001, 0)))
            """,
            bare=True,
        ),
        players=("Siti", "Budi"),
        seconds=200,
    )
    assert printed(outcome) == ["140", "10", "false"]


# ordered stores


def test_ordered_stores_sort_whole_numbers(place: Game) -> None:
    assert server(
        place,
        """
        local best = Stores:GetOrderedDataStore("Best")
        for index, score in { 30, 10, 20, 20 } do best:SetAsync("p" .. index, score) end
        local function list(pages)
            local found = {}
            for _, one in pages:GetCurrentPage() do table.insert(found, one.key .. "=" .. one.value) end
            return table.concat(found, " ")
        end
        print(list(best:GetSortedAsync(false, 3)))
        print(list(best:GetSortedAsync(true, 3, 11, 20)))
        print(said(best.SetAsync, best, "p", 1.5), said(best.SetAsync, best, "p", "x"))
        print(said(best.GetSortedAsync, best, true, 101), said(best.GetSortedAsync, best, true, 5, 9, 8))
        print(best:IncrementAsync("p1", 5), best:UpdateAsync("p2", function(old) return old * 2 end))
        print(best:RemoveAsync("p1"))
        print(best:GetAsync("p1"), Stores:GetDataStore("Best"):GetAsync("p2"))
        """,
    ) == ["p1=30 p3=20 p4=20", "p3=20 p4=20", "103 103", "106 107", "35 20", "35", "nil nil nil"]


# faults


def test_unavailable_fails_before_the_write(place: Game) -> None:
    with session(place) as one:
        one.ask("fault", kind="unavailable", times=1)
        assert ask(one, "return said(store.SetAsync, store, 'k', 1), store:GetAsync('k')") == {"1": "502"}


def test_ack_lost_fails_after_the_write_landed(place: Game) -> None:
    with session(place) as one:
        one.ask("fault", kind="ack_lost", times=1)
        assert ask(one, "return store:GetAsync('k'), said(store.SetAsync, store, 'k', 1)")["2"] == "504"
        assert one.ask("stored", store="Players", key="global/k") == 1


def test_throttled_slow_corrupt_and_conflict(place: Game) -> None:
    with session(place) as one:
        one.ask("fault", kind="throttled", times=2)
        assert ask(one, "return said(store.GetAsync, store, 'k'), said(store.RemoveAsync, store, 'k')") == {
            "1": "301",
            "2": "306",
        }
        one.ask("fault", kind="slow", times=1)
        waited = ask(one, "local began = time() store:SetAsync('k', { n = 1 }) return time() - began")
        assert waited["1"] == pytest.approx(10.1)
        one.ask("fault", kind="corrupt", times=1)
        assert ask(one, "task.wait(5) return type((store:GetAsync('k')))", settle=False) is None
        one.ask("advance", seconds=6)
        assert one.facts[-1].get("data") == {"1": "string"}
        one.ask("fault", kind="conflict", times=3)
        again = "local n = 0 store:UpdateAsync('k', function(old) n += 1 return old end) return n"
        assert ask(one, again) == {"1": 4}


def test_faults_strike_by_key_by_chance_and_by_time(place: Game) -> None:
    with session(place) as one:
        one.ask("fault", kind="unavailable", keys=["Player_*"], seconds=60)
        both = "return said(store.SetAsync, store, 'Player_1', 1), said(store.SetAsync, store, 'Config', 1)"
        assert ask(one, both) == {"1": "502", "2": "ok"}
        one.ask("advance", seconds=60)
        assert ask(one, both) == {"1": "ok", "2": "ok"}
        one.ask("fault", kind="unavailable", share=0.5)
        write = "if said(store.SetAsync, store, 'k', 1) == 'ok' then n += 1 end"
        counted = ask(one, f"local n = 0 for index = 1, 40 do {write} end return n")
        assert 8 < counted["1"] < 32


def test_what_is_saved_is_a_fact(place: Game) -> None:
    with session(place) as one:
        ask(one, "store:SetAsync('k', { wallet = 5 })")
        saved = [fact for fact in one.facts if fact.kind == "saved"]
        assert [(fact.get("subject"), fact.get("word"), fact.get("data")) for fact in saved] == [
            ("Players", "global/k", {"wallet": 5})
        ]


def test_a_fault_that_there_is_not_is_refused(place: Game) -> None:
    with session(place) as one, pytest.raises(Refused, match="no fault unavailible: it is one of"):
        one.ask("fault", kind="unavailible")


# several servers


def test_a_second_server_sees_what_the_first_stored(place: Game) -> None:
    with session(place) as one:
        ask(one, "store:SetAsync('k', 1)")
        assert one.ask("server") == 2
        one.ask("boot", server=2)
        number = one.ask("run", side="server 2", source=HEAD + "return (store:GetAsync('k')), game.JobId")
        one.ask("settle")
        found = next(fact for fact in one.facts if fact.get("id") == number)
        assert found.side == "server 2"
        assert found.get("data") == {"1": 1, "2": "00000000-0000-4000-8000-000000000002"}


def test_two_servers_that_update_one_key_lose_nothing(place: Game) -> None:
    with session(place) as one:
        one.ask("server")
        one.ask("boot", server=2)
        add = "for _ = 1, 10 do store:UpdateAsync('k', function(old) return (old or 0) + 1 end) end"
        for side in ("server", "server 2"):
            one.ask("run", side=side, source=HEAD + add)
        one.ask("settle")
        assert one.ask("stored", store="Players", key="global/k") == 20


def test_a_crash_ends_a_server_before_or_after_its_write_landed(place: Game) -> None:
    for seconds, stored in ((0.04, None), (0.06, 1)):
        with session(place) as one:
            one.ask("run", side="server", source=HEAD + "store:SetAsync('k', 1) print('never')")
            one.ask("advance", seconds=seconds)
            one.ask("crash")
            one.ask("settle")
            assert one.ask("stored", store="Players", key="global/k") == stored
            assert "never" not in [fact.get("text") for fact in one.facts]
            with pytest.raises(Refused, match="server has ended"):
                one.ask("run", side="server", source="return 1")


@pytest.mark.parametrize("leaves_first", [True, False])
def test_a_stop_waits_for_what_was_bound_to_it(place: Game, leaves_first: bool) -> None:
    """Whether PlayerRemoving comes before BindToClose's functions start is open in Roblox: both ways."""
    bound = """
    local Players = game:GetService("Players")
    Players.PlayerRemoving:Connect(function(player) print("leaves", player.Name) end)
    game:BindToClose(function(reason) print("closing", reason.Name) store:SetAsync("k", 1) print("stored") end)
    """
    with session(place) as one:
        ask(one, bound)
        one.ask("join", name="Siti", user_id=1)
        one.ask("stop", leaves_first=leaves_first)
        said = [fact.get("text") for fact in one.facts if fact.kind == "print" and fact.side == "server"]
        said = [text for text in said if text.startswith(("leaves", "closing", "stored"))]
        first = ["leaves Siti", "closing DeveloperShutdown"]
        assert said == [*(first if leaves_first else reversed(first)), "stored"]
        assert one.facts[-1].get("word") == "done"
        assert one.ask("stored", store="Players", key="global/k") == 1


def test_a_stop_takes_thirty_seconds_at_most(place: Game) -> None:
    with session(place) as one:
        ask(one, "game:BindToClose(function() task.wait(40) store:SetAsync('k', 1) end)")
        before = one.now
        one.ask("stop")
        assert one.now - before == pytest.approx(30)
        assert one.facts[-1].get("word") == "late"
        one.ask("advance", seconds=60)
        assert one.ask("stored", store="Players", key="global/k") is None


def test_messages_reach_every_server(place: Game) -> None:
    listen = """
    local Messaging = game:GetService("MessagingService")
    local connection = Messaging:SubscribeAsync("news", function(message) print(message.Data.text, message.Sent) end)
    """
    with session(place) as one:
        one.ask("server")
        one.ask("boot", server=2)
        for side in ("server", "server 2"):
            one.ask("run", side=side, source=listen)
        publish = "game:GetService('MessagingService'):PublishAsync('news', { text = 'hi' })"
        one.ask("run", side="server", source=publish)
        one.ask("advance", seconds=2)
        heard = [fact.side for fact in one.facts if fact.kind == "print" and "hi" in fact.get("text")]
        assert heard == ["server", "server 2"]
        number = one.ask("run", side="server", source=publish.replace("{ text = 'hi' }", "string.rep('x', 1025)"))
        assert next(fact for fact in one.facts if fact.get("id") == number).kind == "failed"


# limits of the whole experience and of a key


def test_a_key_takes_four_megabytes_of_writes_a_minute(place: Game) -> None:
    assert server(
        place,
        """
        local big = string.rep("x", 1000000)
        local function set() return (pcall(store.SetAsync, store, "k", big)) end
        print(set(), set(), set(), set(), select(2, pcall(store.SetAsync, store, "k", big)))
        print(pcall(store.SetAsync, store, "other", big) == true)
        task.wait(61)
        print(set())
        """,
    ) == [
        "true true true true KeyThrottled: too many bytes go through the key Players global/k within a minute",
        "true",
        "true",
    ]


def test_all_servers_together_have_a_limit(place: Game) -> None:
    """300 list requests a minute, however many one server may make."""
    assert server(
        place,
        """
        Stores:SetRateLimitForRequestType(Enum.DataStoreRequestType.StandardList, 10000, 0)
        local good, last = 0, nil
        for _ = 1, 301 do
            task.spawn(function()
                local ok, text = pcall(store.ListKeysAsync, store)
                good += if ok then 1 else 0
                last = if ok then last else text
            end)
        end
        task.wait(1)
        print(good, last)
        """,
    ) == ["300 StandardListExperienceThrottled: all servers together made too many requests within a minute"]


def test_listing_goes_on_behind_a_cursor(place: Game) -> None:
    assert server(
        place,
        """
        for _, key in { "a", "b", "c" } do store:SetAsync(key, 1) end
        local pages = store:ListKeysAsync("", 2)
        local rest = store:ListKeysAsync("", 2, pages.Cursor):GetCurrentPage()
        print(pages.Cursor, #rest, rest[1].KeyName)
        """,
    ) == ["b 1 c"]


def test_an_ordered_store_reads_several_keys_at_once(place: Game) -> None:
    assert server(
        place,
        """
        local ordered = Stores:GetOrderedDataStore("Scores")
        ordered:SetAsync("a", 1)
        ordered:SetAsync("b", 2)
        local found = ordered:BatchGetAsync({ "a", "b", "c" })
        print(found.a, found.b, found.c)
        local many = table.create(101, "a")
        print(pcall(ordered.BatchGetAsync, ordered, many))
        """,
    ) == ["1 2 nil", "false BatchGetAsync reads at most 100 keys"]


def test_options_have_their_defaults(place: Game) -> None:
    assert server(
        place,
        """
        local options = Instance.new("DataStoreOptions")
        options:SetExperimentalFeatures({ v2 = true })
        print(options.AllScopes, Instance.new("DataStoreGetOptions").UseCache)
        print(pcall(options.SetExperimentalFeatures, options, { v3 = true }))
        """,
    ) == ["false true", "false not simulated: the experimental feature v3"]
