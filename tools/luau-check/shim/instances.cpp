#include "instances.h"

#include "Luau/BuiltinDefinitions.h"
#include "Luau/Scope.h"
#include "Luau/Type.h"

using namespace Luau;

namespace
{

const char* PACKAGE = "sourcemap";

// Roblox's class of that name; a class that the definitions don't know is an Instance.
std::optional<TypeId> classOf(const Frontend& frontend, const std::string& name)
{
    auto& types = frontend.globals.globalScope->exportedTypeBindings;
    for (auto& candidate : {name, std::string("Instance")})
        if (auto it = types.find(candidate); it != types.end() && get<ExternType>(follow(it->second.type)))
            return follow(it->second.type);
    return std::nullopt;
}

} // namespace

std::vector<TypeId> declareInstances(Frontend& frontend, const Tree& tree)
{
    TypeArena& arena = frontend.globals.globalTypes;
    std::vector<TypeId> types;
    for (size_t id = 0; id < tree.nodes.size(); id++)
    {
        auto parent = classOf(frontend, tree.nodes[id].className);
        // Messages call the type by the Instance's place.
        types.push_back(
            arena.addType(ExternType{tree.fullName(int(id)), {}, parent, std::nullopt, {}, nullptr, PACKAGE, std::nullopt})
        );
    }
    for (size_t id = 0; id < tree.nodes.size(); id++)
    {
        const Node& node = tree.nodes[id];
        auto& props = getMutable<ExternType>(types[id])->props;
        for (auto& [name, child] : node.children)
            props[name] = Property::rw(types[child]);
        for (auto own : {"Name", "ClassName"}) // a child of that name can't be reached by it
            props.erase(own);
        props.erase("Parent");
        if (node.parent >= 0)
            props["Parent"] = Property::rw(types[node.parent]);
    }
    for (TypeId type : types)
        persist(type);
    if (!tree.nodes.empty() && tree.nodes[0].className == "DataModel")
    {
        addGlobalBinding(frontend.globals, "game", types[0], PACKAGE);
        if (auto it = tree.nodes[0].children.find("Workspace"); it != tree.nodes[0].children.end())
            addGlobalBinding(frontend.globals, "workspace", types[it->second], PACKAGE);
    }
    return types;
}
