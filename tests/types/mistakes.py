"""Mistakes that people make in workers: each with the right way, and the word that a message must name.

Five of each kind. A mistake stands on one line, the only one in which `wrong` and `right` differ.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    kind: str
    realm: str
    wrong: str
    right: str
    word: str


def server(kind: str, wrong: str, right: str, word: str) -> Mistake:
    return Mistake(kind, "server", wrong, right, word)


def client(kind: str, wrong: str, right: str, word: str) -> Mistake:
    return Mistake(kind, "client", wrong, right, word)


BEAT = "context.Events.Beat:FireAll({{ zone = {zone}, {energy} = 0.5, lights = 3, strobe = {strobe} }})"
SONG = 'local song: Types.Song = {{ id = "a", {title} = "b", zone = "edm", seconds = {seconds} }}'
USE = "\ncontext.State.playing = song"

MISTAKES = (
    server(
        "payload field",
        BEAT.format(zone='"edm"', energy="enrgy", strobe="true"),
        BEAT.format(zone='"edm"', energy="energy", strobe="true"),
        "enrgy",
    ),
    server(
        "payload field",
        BEAT.format(zone='"edm"', energy="energy", strobe='"yes"'),
        BEAT.format(zone='"edm"', energy="energy", strobe="true"),
        '"yes"',
    ),
    server(
        "payload field",
        "context.Events.QueueChanged:Fire(player, { song = context.State.queue })",
        "context.Events.QueueChanged:Fire(player, { songs = context.State.queue })",
        "song",
    ),
    server(
        "payload field",
        SONG.format(title="titel", seconds=3) + USE,
        SONG.format(title="title", seconds=3) + USE,
        "titel",
    ),
    client(
        "payload field",
        'context.Remote.TestOrder.Orders:Fire({ item = "nasi", amont = 2 })',
        'context.Remote.TestOrder.Orders:Fire({ item = "nasi", amount = 2 })',
        "amont",
    ),
    server(
        "argument order",
        "context.Events.QueueChanged:Fire({ songs = context.State.queue }, player)",
        "context.Events.QueueChanged:Fire(player, { songs = context.State.queue })",
        "songs",
    ),
    server(
        "argument order",
        'context.Workers.Queue.request(context, "a", player)',
        'context.Workers.Queue.request(context, player, "a")',
        "Player",
    ),
    server(
        "argument order",
        'print(context.PermissionSync:HasRole("OVHL_VIP", player))',
        'print(context.PermissionSync:HasRole(player, "OVHL_VIP"))',
        "Player",
    ),
    server(
        "argument order",
        'context.DataService:GetPlayerData(player):Set(3, "wallet")',
        'context.DataService:GetPlayerData(player):Set("wallet", 3)',
        "wallet",
    ),
    client(
        "argument order",
        'context.Screens.MusicPanel:Set("nasi", "song_id")',
        'context.Screens.MusicPanel:Set("song_id", "nasi")',
        "nasi",
    ),
    server(
        "nil check",
        'print(context.MonetizationModule:HasGamepass(player, "VIP"))',
        'print(context.MonetizationModule and context.MonetizationModule:HasGamepass(player, "VIP"))',
        "MonetizationModule_Api?",
    ),
    server(
        "nil check",
        'local shop = context.MonetizationModule\nshop:PromptProduct(player, "Coins1000")',
        'local shop = context.MonetizationModule\nprint(shop and shop:PromptProduct(player, "Coins1000"))',
        "MonetizationModule_Api?",
    ),
    server(
        "nil check",
        'local zone = context.ZoneModule:Find("a")\nprint(zone.name, player.Name)',
        'local zone = context.ZoneModule:Find("a")\nprint(zone and zone.name, player.Name)',
        "ZoneInfo?",
    ),
    server(
        "nil check",
        "print(context.SystemMonitor:HealthCheck().status)",
        "print(context.SystemMonitor and context.SystemMonitor:HealthCheck().status)",
        "SystemMonitor_Api?",
    ),
    client(
        "nil check",
        'print(context.ConfigService:Get("ui_theme"))',
        'print(context.ConfigService and context.ConfigService:Get("ui_theme"))',
        "ConfigService_Api?",
    ),
    server("config key", "print(context.Config.max_que)", "print(context.Config.max_queue)", "max_que"),
    server(
        "config key",
        "print(context.GlobalConfig.autosave)",
        "print(context.GlobalConfig.autosave_interval)",
        "autosave",
    ),
    server(
        "config key",
        "context.Config.request_prize = 3",
        "context.Config.request_price = 3",
        "request_prize",
    ),
    client("config key", "print(context.GlobalConfig.theme)", "print(context.GlobalConfig.ui_theme)", "theme"),
    client(
        "config key",
        'print(context.ConfigService and context.ConfigService:Get("theme"))',
        'print(context.ConfigService and context.ConfigService:Get("ui_theme"))',
        "theme",
    ),
    server(
        "data key",
        'print(context.DataService:GetPlayerData(player):Get("walet"))',
        'print(context.DataService:GetPlayerData(player):Get("wallet"))',
        "walet",
    ),
    server(
        "data key",
        'context.DataService:GetPlayerData(player):Set("coins", 3)',
        'context.DataService:GetPlayerData(player):Set("wallet", 3)',
        "coins",
    ),
    server(
        "data key",
        'context.DataService:SetGlobal("taxes", 0.2)',
        'context.DataService:SetGlobal("tax", 0.2)',
        "taxes",
    ),
    server("data key", "print(Types.Keys.favorites.default)", "print(Types.Keys.favourites.default)", "favorites"),
    client("data key", "print(context.Reads.data.walet:Get())", "print(context.Reads.data.wallet:Get())", "walet"),
    server(
        "enum literal",
        BEAT.format(zone='"rock"', energy="energy", strobe="true"),
        BEAT.format(zone='"edm"', energy="energy", strobe="true"),
        "rock",
    ),
    server(
        "enum literal",
        'local reason: Types.DenyReason = "queue_ful"\nprint(reason)',
        'local reason: Types.DenyReason = "queue_full"\nprint(reason)',
        "queue_ful",
    ),
    server(
        "enum literal",
        'print(context.PermissionSync:HasRole(player, "OVHL_Vip"))',
        'print(context.PermissionSync:HasRole(player, "OVHL_VIP"))',
        "OVHL_Vip",
    ),
    server(
        "enum literal",
        'print(context.DataService:GetLeaderboard("Poorest"))',
        'print(context.DataService:GetLeaderboard("Richest"))',
        "Poorest",
    ),
    client(
        "enum literal",
        'print(context.StyleService:GetToken("color.primry"))',
        'print(context.StyleService:GetToken("color.primary"))',
        "color.primry",
    ),
    server(
        "reply",
        'local function reply(): Types.RequestReply\n\treturn { kind = "queued", place = 3 }\nend\nprint(reply())',
        'local function reply(): Types.RequestReply\n\treturn { kind = "queued", position = 3 }\nend\nprint(reply())',
        "place",
    ),
    server(
        "reply",
        'local function reply(): Types.RequestReply\n\treturn { kind = "refused", position = 3 }\nend\nprint(reply())',
        'local function reply(): Types.RequestReply\n\treturn { kind = "queued", position = 3 }\nend\nprint(reply())',
        "refused",
    ),
    server(
        "reply",
        'local reply: Types.RequestReply = {\n\tkind = "denied",\n\treason = "no",\n}\nprint(reply)',
        'local reply: Types.RequestReply = {\n\tkind = "denied",\n\treason = "queue_full",\n}\nprint(reply)',
        '"no"',
    ),
    client(
        "reply",
        'local reply = context.Remote.MusicModule.RequestSong:Request({ song_id = "a" })\nprint(reply.kind)',
        'local reply = context.Remote.MusicModule.RequestSong:Request({ song_id = "a" })\nprint(reply and reply.kind)',
        "nil",
    ),
    client(
        "reply",
        'local reply = context.Remote.MusicModule.RequestSong:Request({ song_id = "a" })\n'
        'if reply and reply.kind == "denied" then\n\tprint(reply.position)\nend',
        'local reply = context.Remote.MusicModule.RequestSong:Request({ song_id = "a" })\n'
        'if reply and reply.kind == "denied" then\n\tprint(reply.reason)\nend',
        "position",
    ),
    server("direction", "context.Events.Skip:FireAll()", "context.Workers.Queue.skip(context, player)", "Skip"),
    server(
        "direction",
        'context.Events.RequestSong:Fire(player, { song_id = "a" })',
        'context.Workers.Queue.request(context, player, "a")',
        "RequestSong",
    ),
    server(
        "direction",
        'context.Bus.ZoneEntered:Publish({ zone = "edm", user_id = 3 })',
        'context.Bus.SongStarted:Publish({ song = { id = "a", title = "b", zone = "edm", seconds = 3 } })',
        "ZoneEntered",
    ),
    client(
        "direction",
        'context.Remote.TestOrder.OrderTaken:Fire({ item = "a", left = 3 })',
        'context.Remote.TestOrder.Orders:Fire({ item = "a", amount = 3 })',
        "OrderTaken",
    ),
    client(
        "direction",
        "context.Remote.MusicModule.QueueChanged:Fire({ songs = {} })",
        'context.Remote.MusicModule.RequestSong:Request({ song_id = "a" })',
        "QueueChanged",
    ),
    server(
        "worker function",
        "context.Workers.Queue.skipp(context, player)",
        "context.Workers.Queue.skip(context, player)",
        "skipp",
    ),
    server(
        "worker function",
        "print(context.Workers.Queue.lenght(context))",
        "print(context.Workers.Queue.length(context))",
        "lenght",
    ),
    server("worker function", "context.Workers.Quee.stop(context)", "context.Workers.Queue.stop(context)", "Quee"),
    server("worker function", "context.Workers.AutoDJ.tock(context)", "context.Workers.AutoDJ.tick(context)", "tock"),
    client("worker function", "context.Workers.Logic.togle(context)", "context.Workers.Logic.toggle(context)", "togle"),
    server("Instance member", "print(player.UserID)", "print(player.UserId)", "UserID"),
    server("Instance member", 'player:Kik("out")', 'player:Kick("out")', "Kik"),
    server(
        "Instance member",
        'local part = Instance.new("Part")\npart.Colour = Color3.new(1, 0, 0)',
        'local part = Instance.new("Part")\npart.Color = Color3.new(1, 0, 0)',
        "Colour",
    ),
    server(
        "Instance member",
        'print(game:GetService("Players"):GetPlayer())',
        'print(game:GetService("Players"):GetPlayers())',
        "GetPlayer",
    ),
    client(
        "Instance member",
        'local sound = Instance.new("Sound")\nsound.Volum = 1',
        'local sound = Instance.new("Sound")\nsound.Volume = 1',
        "Volum",
    ),
    server("state type", 'context.State.queue = "none"', "context.State.queue = {}", '"none"'),
    server("state type", "context.State.playing = true", "context.State.playing = nil", "true"),
    server(
        "state type",
        'context.PlayerState[player].requests = "1"',
        "context.PlayerState[player].requests = 1",
        '"1"',
    ),
    server(
        "state type",
        SONG.format(title="title", seconds=3) + "\ntable.insert(context.State.queue, song.title)",
        SONG.format(title="title", seconds=3) + "\ntable.insert(context.State.queue, song)",
        "song.title",
    ),
    server("state type", "print(context.State.playng)", "print(context.State.playing)", "playng"),
    client(
        "screen value",
        'context.Screens.MusicPanel:Set("queue", "none")',
        'context.Screens.MusicPanel:Set("queue", {})',
        "queue",
    ),
    client(
        "screen value",
        'context.Screens.MusicPanel:Set("song", "a")',
        'context.Screens.MusicPanel:Set("song_id", "a")',
        "song",
    ),
    client(
        "screen value",
        'context.Screens.MusicPanel:Set("song_id", 3)',
        'context.Screens.MusicPanel:Set("song_id", "3")',
        "song_id",
    ),
    client("screen value", "context.Screens.MusicPanl:Open()", "context.Screens.MusicPanel:Open()", "MusicPanl"),
    client(
        "screen value",
        'local rows: { Types.Song } = context.Screens.MusicPanel:Get("queue")\nprint(rows)',
        'local rows: { Types.QueueRow } = context.Screens.MusicPanel:Get("queue")\nprint(rows)',
        "Song",
    ),
)
