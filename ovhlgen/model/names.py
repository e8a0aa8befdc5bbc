"""Names that mean something to Luau, Roblox or Rojo, so that a spec may not take them."""

from __future__ import annotations

from ovhlgen.language.types import LEAVES

# Globals of Luau and Roblox: a module, worker or type of such a name would hide them.
GLOBALS = frozenset(
    [
        "Axes",
        "BrickColor",
        "CFrame",
        "Color3",
        "ColorSequence",
        "ColorSequenceKeypoint",
        "Content",
        "DateTime",
        "DebuggerManager",
        "DockWidgetPluginGuiInfo",
        "Enum",
        "Faces",
        "FloatCurveKey",
        "Font",
        "Instance",
        "Module",
        "NumberRange",
        "NumberSequence",
        "NumberSequenceKeypoint",
        "OverlapParams",
        "Path2DControlPoint",
        "PathWaypoint",
        "PhysicalProperties",
        "Random",
        "Ray",
        "RaycastParams",
        "Rect",
        "Region3",
        "Region3int16",
        "RotationCurveKey",
        "Secret",
        "SharedTable",
        "TweenInfo",
        "UDim",
        "UDim2",
        "Vector2",
        "Vector2int16",
        "Vector3",
        "Vector3int16",
        "Player",
        "Script",
        "LocalScript",
        "ModuleScript",
        "Workspace",
        "DataModel",
        "Buffer",
        "String",
        "Number",
        "Boolean",
        "Table",
        "Thread",
        "Any",
        "Unknown",
        "Never",
    ]
)

# Members of Instance: `parent.Name` is the property, never a child of that name.
MEMBERS = frozenset(
    [
        "Name",
        "Parent",
        "ClassName",
        "Archivable",
        "Capabilities",
        "Sandboxed",
        "UniqueId",
        "Changed",
        "ChildAdded",
        "ChildRemoved",
        "AncestryChanged",
        "AttributeChanged",
        "DescendantAdded",
        "DescendantRemoving",
        "Destroying",
        "StyledPropertiesChanged",
        "AddTag",
        "ClearAllChildren",
        "Clone",
        "Destroy",
        "FindFirstAncestor",
        "FindFirstAncestorOfClass",
        "FindFirstAncestorWhichIsA",
        "FindFirstChild",
        "FindFirstChildOfClass",
        "FindFirstChildWhichIsA",
        "FindFirstDescendant",
        "GetActor",
        "GetAttribute",
        "GetAttributeChangedSignal",
        "GetAttributes",
        "GetChildren",
        "GetDescendants",
        "GetDebugId",
        "GetFullName",
        "GetPropertyChangedSignal",
        "GetStyled",
        "GetTags",
        "HasTag",
        "IsA",
        "IsAncestorOf",
        "IsDescendantOf",
        "IsPropertyModified",
        "QueryDescendants",
        "Remove",
        "RemoveTag",
        "ResetPropertyToDefault",
        "SetAttribute",
        "WaitForChild",
        "Source",
        "LinkedSource",
        "RunContext",
        "Attributes",
        "Tags",
        "Enabled",
        "Disabled",
        "GetHash",
    ]
)

# Types that generated code names as they stand: of a module's functions and of the core services. With them go the
# classes that a game's own specs name.
PRINTED = frozenset(
    {
        *(leaf.luau for leaf in LEAVES.values() if leaf.kind in ("datatype", "plain datatype", "live")),
        *("Font", "Frame", "Model", "RBXScriptConnection", "ScreenGui", "TextLabel", "UIListLayout"),
    }
)

# Files that are generated beside the workers of a module (compared without regard to case).
SIBLINGS = frozenset({"config", "state", "handlers", "types", "manifest", "init", "contracts", "kept"})

# What the generated types of a module export besides the spec's own (compared as it stands).
TYPE_EXPORTS = frozenset({"Config", "Context", "PlayerState", "State", "Workers"})

# Files that are written beside those of modules with events (compared without regard to case).
LAYOUTS = frozenset({"init"})

# Names that Windows keeps for devices, in any case and with any extension.
DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
)


def is_device(name: str) -> bool:
    """Whether Windows can't have a file or folder of that name."""
    return name.partition(".")[0].rstrip().lower() in DEVICES


# Where admin.yaml exists: modules of ours, the server's half and the client's; the first is the screen's name too.
ADMIN_PANEL, ADMIN_SCREEN = "AdminPanel", "AdminScreen"

# Modules of the runtime that other modules look up by name.
RUNTIME_MODULES = frozenset({"Kernel", "Logger", "RemoteWrapper", "ServiceManager", "Network", "DataModule"})

# What a module's context holds besides the modules and services that it names.
CONTEXT = frozenset(
    {
        "Attributes",
        "Bus",
        "Catalogues",
        "Config",
        "Connections",
        "Events",
        "GlobalConfig",
        "Logger",
        "Packages",
        "PlayerState",
        "Reads",
        "Remote",
        "Screens",
        "ServiceManager",
        "State",
        "Workers",
    }
)

# Locals of the generated files of a module, beside which workers and catalogues are required.
LOCALS = frozenset(
    {
        "Config",
        "Contracts",
        "Kept",
        "Handlers",
        "Keys",
        "Logger",
        "ReplicatedStorage",
        "Server",
        "ServerScriptService",
        "Shared",
        "State",
        "Types",
        *(f"{root}{part}" for root in ("Server", "Shared") for part in range(1, 100)),  # parts of a large game's types
    }
)
