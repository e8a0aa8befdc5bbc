"""Roblox's services around a game: purchases, groups, HTTP, memory stores, messages, tweens. One test a rule."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.servers import Servers, place, servers

pytestmark = pytest.mark.tools

MARKET = 'local Market = game:GetService("MarketplaceService")\n'
HTTP = 'local Http = game:GetService("HttpService")\n'
MEMORY = 'local Memory = game:GetService("MemoryStoreService")\n'
MESSAGES = 'local Messages = game:GetService("MessagingService")\n'
TWEENS = 'local Tweens = game:GetService("TweenService")\nlocal frame = Instance.new("Frame")\n'


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = {"HttpService": {"$properties": {"HttpEnabled": True}}}
    return place(tmp_path_factory.mktemp("platform"), tree)


@pytest.fixture
def here(built: Path) -> Iterator[Servers]:
    with servers(built) as found:
        found.join("Siti", 1)
        yield found


# gamepasses


def test_a_gamepass_is_owned_once_it_is_bought(here: Servers) -> None:
    """Here the answer from before is out of date no longer, since the purchase was made in the game."""
    assert here.run(MARKET + "return Market:UserOwnsGamePassAsync(1, 5)") == [False]
    here.run(
        MARKET
        + """
        Market.PromptGamePassPurchaseFinished:Connect(function(player, id, isBought)
            print(player.Name, id, isBought)
        end)
        Market:PromptGamePassPurchase(game:GetService("Players").Siti, 5)
        """
    )
    assert here.seen("prompted") == [("PromptGamePassPurchase", "None")]
    here.ask("purchase", name="Siti", gamepass=5, buys=False)
    here.ask("purchase", name="Siti", gamepass=5, buys=True)
    assert here.printed() == ["Siti 5 false", "Siti 5 true"]
    assert here.run(MARKET + "return Market:UserOwnsGamePassAsync(1, 5)") == [True]


def test_what_is_bought_outside_is_seen_once_the_cache_is_gone(here: Servers) -> None:
    """A server that has asked keeps its answer; one that hasn't sees the truth."""
    assert here.run(MARKET + "return Market:UserOwnsGamePassAsync(1, 5)") == [False]
    here.ask("account", user_id=1, gamepasses=[5])
    assert here.run(MARKET + "return Market:UserOwnsGamePassAsync(1, 5)") == [False]
    here.ask("server")
    here.ask("boot", server=2)
    assert here.run(MARKET + "return Market:UserOwnsGamePassAsync(1, 5)", "server 2") == [True]


def test_gamepasses_fail_and_hang_on_demand(here: Servers) -> None:
    source = MARKET + "return pcall(Market.UserOwnsGamePassAsync, Market, 1, 5)"
    here.ask("fault", kind="failing", keys=["gamepasses"], times=1)
    assert here.run(source) == [False, "HTTP 503 (Service Unavailable)"]
    assert here.run(source) == [True, False]
    here.ask("fault", kind="hanging", keys=["gamepasses"], times=1)
    number = here.ask("run", side="server", source=source.replace("5)", "6)"))
    here.ask("advance", seconds=3600)
    assert not any(fact.get("id") == number for fact in here.session.facts)


def test_a_client_prompts_itself_only(here: Servers) -> None:
    here.join("Budi", 2)
    source = MARKET + "return pcall(Market.PromptGamePassPurchase, Market, game:GetService('Players').%s, 5)"
    assert here.run(source % "Siti", "Siti") == [True]
    assert here.run(source % "Budi", "Siti")[0] is False


# receipts

GRANT = (
    MARKET
    + """
    shared.seen = {}
    Market.ProcessReceipt = function(receipt)
        table.insert(shared.seen, receipt.PurchaseId)
        print(receipt.PlayerId, receipt.ProductId, receipt.CurrencySpent > 0)
        return shared.answer or Enum.ProductPurchaseDecision.PurchaseGranted
    end
    """
)


def test_a_receipt_that_is_granted_is_done(here: Servers) -> None:
    here.run(GRANT)
    here.ask("purchase", name="Siti", product=7, buys=True)
    here.ask("purchase", name="Siti", product=7, buys=False)
    assert [word for _, word in here.seen("receipt")] == ["granted"]
    assert here.printed() == ["1 7 true"]


def test_a_receipt_that_is_not_processed_comes_again_with_the_next_and_on_join(here: Servers) -> None:
    here.run(GRANT + "shared.answer = Enum.ProductPurchaseDecision.NotProcessedYet")
    here.ask("purchase", name="Siti", product=7, buys=True)
    here.ask("advance", seconds=3600)
    assert [word for _, word in here.seen("receipt")] == ["postponed"], "there is no retry by time"
    here.ask("purchase", name="Siti", product=8, buys=True)
    assert [word for _, word in here.seen("receipt")] == ["postponed"] * 3
    here.run("shared.answer = nil")
    here.ask("leave", name="Siti")
    here.join("Siti", 1)
    here.ask("advance", seconds=2)
    assert [word for _, word in here.seen("receipt")][3:] == ["granted", "granted"]
    assert here.run("return shared.seen[1] == shared.seen[4]") == [True]


def test_a_grant_whose_record_is_lost_comes_again(here: Servers) -> None:
    here.run(GRANT)
    here.ask("fault", kind="ack_lost", keys=["receipts"], times=1)
    here.ask("purchase", name="Siti", product=7, buys=True)
    here.ask("purchase", name="Siti", product=8, buys=True)
    assert [word for _, word in here.seen("receipt")] == ["unrecorded", "granted", "granted"]
    assert here.run("return #shared.seen, shared.seen[1] == shared.seen[2]") == [3, True]


def test_without_process_receipt_a_purchase_is_lost(here: Servers) -> None:
    here.ask("purchase", name="Siti", product=7, buys=True)
    here.run(GRANT)
    here.ask("purchase", name="Siti", product=8, buys=True)
    assert [word for _, word in here.seen("receipt")] == ["lost", "granted"]


def test_an_error_or_another_answer_grants_nothing(here: Servers) -> None:
    here.run(MARKET + "Market.ProcessReceipt = function() return true end")
    here.ask("purchase", name="Siti", product=7, buys=True)
    here.run(MARKET + "Market.ProcessReceipt = function() error('no') end")
    here.ask("purchase", name="Siti", product=7, buys=True)
    assert {word for _, word in here.seen("receipt")} == {"failed"}
    said = [fact.get("text") for fact in here.session.facts if fact.kind == "error"]
    assert said[0] == "ProcessReceipt must return an Enum.ProductPurchaseDecision"


# groups


def test_a_user_may_have_several_roles_in_a_group(here: Servers) -> None:
    roles = [{"Id": 1, "Name": "Member", "Rank": 1}, {"Id": 2, "Name": "Owner", "Rank": 255}]
    here.ask("account", user_id=1, groups={"99": roles})
    source = """
        local groups = game:GetService("GroupService")
        local found, none = groups:GetRolesInGroupAsync(1, 99), groups:GetRolesInGroupAsync(1, 98)
        local player = game:GetService("Players").Siti
        return found.IsMember, #found.Roles, found.Roles[2].Name, none.IsMember, #none.Roles,
            player:IsInGroupAsync(99), player:GetRankInGroupAsync(99), player:GetRoleInGroupAsync(98)
    """
    assert here.run(source) == [True, 2, "Owner", False, 0, True, 255, "Guest"]


def test_groups_fail_on_demand(here: Servers) -> None:
    here.ask("fault", kind="failing", keys=["groups"], seconds=10)
    source = "return pcall(game:GetService('GroupService').GetRolesInGroupAsync, game:GetService('GroupService'), 1, 9)"
    assert here.run(source)[0] is False
    here.ask("advance", seconds=10)
    assert here.run(source)[0] is True


# HTTP


def test_a_request_is_answered_as_the_scenario_says(here: Servers) -> None:
    here.ask("http", url="https://example.com/a", status=200, body='{"a":1}')
    here.ask("http", url="https://example.com/b", status=404, body="none")
    source = """
        local found = Http:RequestAsync({ Url = "https://example.com/a" })
        local missing = Http:RequestAsync({ Url = "https://example.com/b", Method = "POST", Body = "x" })
        return found.Success, found.StatusCode, Http:JSONDecode(found.Body).a, missing.Success, missing.StatusCode,
            Http:GetAsync("https://example.com/a"), pcall(Http.GetAsync, Http, "https://example.com/b")
    """
    assert here.run(HTTP + source) == [True, 200, 1, False, 404, '{"a":1}', False, "HTTP 404"]
    assert here.seen("http")[:2] == [("https://example.com/a", "GET"), ("https://example.com/b", "POST")]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ('{ Url = "https://nowhere.example" }', "names no answer for https://nowhere.example"),
        ('{ Url = "nowhere" }', "InvalidUrl"),
        ('{ Url = "https://a.example", Method = "FETCH" }', "FETCH is no method"),
        ('{ Url = "https://a.example", Body = "x" }', "can't have a body"),
        ("nil", "Argument 1 missing or nil"),
    ],
)
def test_what_a_request_refuses(here: Servers, options: str, said: str) -> None:
    found = here.run(f"{HTTP} return pcall(Http.RequestAsync, Http, {options})")
    assert found[0] is False
    assert said in found[1]


def test_a_client_makes_no_requests(here: Servers) -> None:
    found = here.run(HTTP + "return pcall(Http.GetAsync, Http, 'https://a.example')", "Siti")
    assert found[0] is False
    assert "server" in found[1]


def test_http_must_be_enabled(tmp_path: Path) -> None:
    with servers(place(tmp_path)) as here:
        found = here.run(HTTP + "return pcall(Http.GetAsync, Http, 'https://a.example')")
        assert "Http requests are not enabled" in found[1]
        found = here.run(HTTP + "return pcall(function() Http.HttpEnabled = true end)")
        assert found[0] is False


def test_five_hundred_requests_a_minute(here: Servers) -> None:
    here.ask("http", url="https://a.example", status=200, body="")
    source = """
        for _ = 1, 500 do task.spawn(Http.GetAsync, Http, "https://a.example") end
        local ok, said = pcall(Http.GetAsync, Http, "https://a.example")
        task.wait(60)
        return ok, said, (pcall(Http.GetAsync, Http, "https://a.example"))
    """
    assert here.run(HTTP + source, seconds=70) == [False, "Number of requests exceeded limit", True]


# messages


def test_messages_fail_on_demand_and_have_limits(here: Servers) -> None:
    here.ask("fault", kind="failing", keys=["messaging"], times=1)
    assert here.run(MESSAGES + "return pcall(Messages.PublishAsync, Messages, 'a', 1)")[0] is False
    for arguments, said in (
        ("''", "1 to 80"),
        ("string.rep('x', 81)", "1 to 80"),
        ("'a', string.rep('x', 1025)", "exceeds"),
    ):
        found = here.run(f"{MESSAGES} return pcall(Messages.PublishAsync, Messages, {arguments})")
        assert found[0] is False
        assert said in found[1]


def test_a_server_sends_so_many_messages_a_minute(here: Servers) -> None:
    """600, and 240 for each player."""
    source = """
        local sent, refused = 0, nil
        for _ = 1, 841 do
            task.spawn(function()
                local ok, said = pcall(Messages.PublishAsync, Messages, "a", 1)
                sent += if ok then 1 else 0
                refused = said or refused
            end)
        end
        task.wait(1)
        return sent, refused
    """
    assert here.run(MESSAGES + source, seconds=2) == [840, "PublishAsync: too many messages within a minute"]


def test_a_server_has_so_many_subscriptions(here: Servers) -> None:
    """20, and 8 for each player."""
    source = """
        for index = 1, 28 do Messages:SubscribeAsync(`topic {index}`, print) end
        return pcall(Messages.SubscribeAsync, Messages, "another", print)
    """
    assert here.run(MESSAGES + source, seconds=10) == [False, "SubscribeAsync: this server has too many subscriptions"]


# memory stores


def test_a_sorted_map_is_sorted_by_sort_key_then_key(here: Servers) -> None:
    source = """
        local map = Memory:GetSortedMap("scores")
        map:SetAsync("b", 1, 100, 5)
        map:SetAsync("a", 2, 100, 5)
        map:SetAsync("c", 3, 100, 1)
        map:SetAsync("d", 4, 100)
        local function names(...)
            local found = {}
            for _, item in map:GetRangeAsync(...) do table.insert(found, item.key) end
            return table.concat(found)
        end
        return names(Enum.SortDirection.Ascending, 10), names(Enum.SortDirection.Descending, 2),
            names(Enum.SortDirection.Ascending, 10, { sortKey = 1, key = "c" }), map:GetSizeAsync()
    """
    assert here.run(MEMORY + source) == ["cabd", "db", "abd", 4]


def test_memory_ends_at_its_time_and_is_shared_by_servers(here: Servers) -> None:
    assert here.run(MEMORY + "return Memory:GetHashMap('a'):SetAsync('k', { x = 1 }, 50)") == [True]
    here.ask("server")
    here.ask("boot", server=2)
    read = MEMORY + "local found = Memory:GetHashMap('a'):GetAsync('k') return found ~= nil"
    assert here.run(read, "server 2") == [True]
    here.ask("advance", seconds=50)
    assert here.run(read, "server 2") == [False]


def test_an_update_reads_and_writes_or_cancels(here: Servers) -> None:
    source = """
        local map = Memory:GetHashMap("a")
        local function count(old) return (old or 0) + 1 end
        map:UpdateAsync("k", count, 50)
        map:UpdateAsync("k", count, 50)
        map:UpdateAsync("k", function() return nil end, 50)
        return map:GetAsync("k"), pcall(map.UpdateAsync, map, "k", function() task.wait() return 1 end, 50)
    """
    assert here.run(MEMORY + source) == [2, False, "Callbacks cannot yield"]


def test_a_queue_hides_what_was_read_until_it_is_removed(here: Servers) -> None:
    source = """
        local queue = Memory:GetQueue("jobs", 10)
        queue:AddAsync("low", 100)
        queue:AddAsync("high", 100, 5)
        local first, id = queue:ReadAsync(1, false, 0)
        local second, other = queue:ReadAsync(1, false, 0)
        queue:RemoveAsync(id)
        local none = queue:ReadAsync(1, false, 0)
        task.wait(11)
        local again = queue:ReadAsync(5, false, 0)
        return first[1], second[1], #none, #again, again[1]
    """
    assert here.run(MEMORY + source, seconds=20) == ["high", "low", 0, 1, "low"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("SetAsync('', 1, 10)", "1 to 128"),
        ("SetAsync(string.rep('k', 129), 1, 10)", "1 to 128"),
        ("SetAsync('k', 1, 46 * 24 * 3600)", "expiration"),
        ("SetAsync('k', nil, 10)", "nil can't be stored"),
        ("SetAsync('k', string.rep('x', 40000), 10)", "32768 bytes"),
        ("SetAsync('k', print, 10)", "not allowed"),
    ],
)
def test_what_memory_refuses(here: Servers, call: str, said: str) -> None:
    found = here.run(f"{MEMORY} return pcall(function() Memory:GetHashMap('a'):{call} end)")
    assert found[0] is False
    assert said in found[1]


# tweens, insets, properties


def test_a_tween_is_at_its_end_after_its_time(here: Servers) -> None:
    source = """
        local info = TweenInfo.new(2, Enum.EasingStyle.Linear, Enum.EasingDirection.In, 1, false, 1)
        local tween = Tweens:Create(frame, info, { BackgroundTransparency = 1 })
        local before = tween.PlaybackState.Name
        tween:Play()
        local began = os.clock()
        local state = tween.Completed:Wait()
        return before, state.Name, math.round(os.clock() - began), frame.BackgroundTransparency, tween.Instance == frame
    """
    assert here.run(TWEENS + source, seconds=10) == ["Begin", "Completed", 6, 1, True]


def test_a_tween_that_reverses_ends_where_it_began(here: Servers) -> None:
    source = """
        local info = TweenInfo.new(1, Enum.EasingStyle.Linear, Enum.EasingDirection.In, 0, true)
        local tween = Tweens:Create(frame, info, { Size = UDim2.fromScale(1, 1) })
        tween:Play()
        tween.Completed:Wait()
        return frame.Size == UDim2.new(), os.clock() >= 2
    """
    assert here.run(TWEENS + source, seconds=10) == [True, True]


def test_a_tween_pauses_and_is_cancelled(here: Servers) -> None:
    source = """
        local states = {}
        local tween = Tweens:Create(frame, TweenInfo.new(4), { Rotation = 90 })
        tween.Completed:Connect(function(state) table.insert(states, state.Name) end)
        tween:Play() task.wait(3) tween:Pause() task.wait(10) tween:Play() task.wait(0.9)
        local early = frame.Rotation
        task.wait(0.2)
        local late = frame.Rotation
        tween:Play() task.wait(1) tween:Cancel() task.wait(10)
        return math.round(early), late, table.concat(states, " ")
    """
    assert here.run(TWEENS + source, seconds=60) == [90, 90, "Completed Cancelled"]


@pytest.mark.parametrize(
    ("goals", "said"),
    [("{ Siez = 1 }", "no property named 'Siez'"), ("{ Size = 'x' }", "type mismatch"), ("{ Size = 1 }", "UDim2")],
)
def test_what_a_tween_refuses(here: Servers, goals: str, said: str) -> None:
    found = here.run(f"{TWEENS} return pcall(Tweens.Create, Tweens, frame, TweenInfo.new(1), {goals})")
    assert found[0] is False
    assert said in found[1]


def test_insets_are_those_of_the_topbar(here: Servers) -> None:
    source = """
        local top, bottom = game:GetService("GuiService"):GetGuiInset()
        local gui = Instance.new("ScreenGui")
        local before = gui.IgnoreGuiInset
        gui.IgnoreGuiInset = true
        return top.Y, bottom.Y, before, gui.ScreenInsets.Name
    """
    assert here.run(source, "Siti") == [36, 0, False, "DeviceSafeInsets"]


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("Instance.new('TextLabel').Txet = 'a'", "Txet is not a valid member of TextLabel"),
        ("Instance.new('TextLabel').TextSize = 'a'", "number expected"),
        ("Instance.new('Frame').Size = Vector2.one", "UDim2 expected"),
        ("Instance.new('TextLabel').TextXAlignment = Enum.TextYAlignment.Top", "EnumItem of TextXAlignment"),
        ("Instance.new('UIListLayout').Padding = 5", "UDim expected"),
        ("print(Instance.new('TextLabel').TextBounds)", "not simulated: TextLabel.TextBounds"),
    ],
)
def test_properties_of_the_interface_are_checked(here: Servers, program: str, said: str) -> None:
    found = here.run(f"return pcall(function() {program} end)", "Siti")
    assert found[0] is False
    assert said in found[1]


def test_enums_fit_their_properties(here: Servers) -> None:
    source = """
        local label = Instance.new("TextLabel")
        label.TextXAlignment = Enum.TextXAlignment.Left
        label.AutomaticSize = "XY"
        local layout = Instance.new("UIListLayout")
        return label.TextXAlignment.Name, label.AutomaticSize.Name, layout.SortOrder.Name,
            Instance.new("Script").Enabled
    """
    assert here.run(source) == ["Left", "XY", "Name", True]


def test_a_client_has_a_camera_of_its_own_and_the_server_none(here: Servers) -> None:
    source = "local one = workspace.CurrentCamera return one and one:GetFullName(), one == workspace.CurrentCamera"
    assert here.run(source, "Siti") == ["Workspace.Camera", True]
    assert here.run("return workspace.CurrentCamera == nil") == [True]
    found = here.run("return pcall(function() return workspace.CurrentCamera.ViewportSize end)", "Siti")
    assert "not simulated: Camera.ViewportSize" in found[1]


def test_an_image_that_nobody_set_is_an_empty_text(here: Servers) -> None:
    assert here.run("return Instance.new('ImageLabel').Image", "Siti") == [""]


def test_without_a_picture_what_comes_of_drawing_is_nothing(built: Path) -> None:
    with servers(built, blank=True) as here:
        here.join("Siti", 1)
        source = """
            local frame = Instance.new("TextButton")
            frame.InputBegan:Connect(function() end)
            return frame.AbsoluteSize == Vector2.zero, workspace.CurrentCamera.ViewportSize == Vector2.zero,
                game:GetService("UserInputService").PreferredInput.Name,
                game:GetService("GuiService"):IsTenFootInterface()
        """
        assert here.run(source, "Siti") == [True, True, "KeyboardAndMouse", False]
        found = here.run("return pcall(function() return Instance.new('Frame'):TweenPosition() end)", "Siti")
        assert "not simulated: Frame.TweenPosition" in found[1], "everything else is refused as before"
