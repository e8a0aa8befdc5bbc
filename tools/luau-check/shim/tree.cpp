#include "tree.h"

#include "Luau/Ast.h"

using namespace Luau;

void Tree::add(Node node)
{
    int id = int(nodes.size());
    if (node.parent >= 0)
        nodes[node.parent].children.emplace(node.name, id);
    nodes.push_back(std::move(node));
    byModule[moduleName(id)] = id;
}

std::string Tree::fullName(int id) const
{
    if (nodes[id].parent < 0)
        return "game";
    return fullName(nodes[id].parent) + "." + nodes[id].name;
}

// A script is known by its file, everything else by its place in the tree.
ModuleName Tree::moduleName(int id) const
{
    return nodes[id].path.empty() ? fullName(id) : nodes[id].path;
}

// A name that no Instance has gives a module without a source: Luau then reports the require.
ModuleInfo Tree::child(int id, const std::string& name) const
{
    auto it = nodes[id].children.find(name);
    return ModuleInfo{it != nodes[id].children.end() ? moduleName(it->second) : moduleName(id) + "." + name};
}

std::optional<SourceCode> Tree::readSource(const ModuleName& name)
{
    auto it = byModule.find(name);
    if (it == byModule.end() || nodes[it->second].path.empty())
        return std::nullopt;
    const Node& node = nodes[it->second];
    return SourceCode{node.source, node.className == "ModuleScript" ? SourceCode::Module : SourceCode::Script};
}

std::optional<ModuleInfo> Tree::resolveModule(const ModuleInfo* context, AstExpr* expr, const TypeCheckLimits&)
{
    if (auto global = expr->as<AstExprGlobal>())
    {
        if (global->name == "game")
            return ModuleInfo{moduleName(0)};
        if (global->name == "workspace")
            return child(0, "Workspace");
        if (global->name == "script" && context)
            return *context;
        return std::nullopt;
    }
    if (!context)
        return std::nullopt;
    auto it = byModule.find(context->name);
    if (it == byModule.end())
        return std::nullopt;
    int id = it->second;

    if (auto index = expr->as<AstExprIndexName>())
    {
        if (index->index != "Parent")
            return child(id, index->index.value);
        if (nodes[id].parent < 0)
            return std::nullopt;
        return ModuleInfo{moduleName(nodes[id].parent)};
    }
    if (auto index = expr->as<AstExprIndexExpr>())
    {
        if (auto text = index->index->as<AstExprConstantString>())
            return child(id, std::string(text->value.data, text->value.size));
        return std::nullopt;
    }
    if (auto call = expr->as<AstExprCall>())
        return called(id, call);
    return std::nullopt;
}

std::optional<ModuleInfo> Tree::called(int id, AstExprCall* call) const
{
    auto method = call->func->as<AstExprIndexName>();
    auto text = call->args.size >= 1 ? call->args.data[0]->as<AstExprConstantString>() : nullptr;
    if (!call->self || !method || !text)
        return std::nullopt;
    std::string name(text->value.data, text->value.size);
    if (method->index == "GetService" || method->index == "WaitForChild" || method->index == "FindFirstChild")
        return child(id, name);
    if (method->index == "FindFirstAncestor")
        for (int above = nodes[id].parent; above >= 0; above = nodes[above].parent)
            if (nodes[above].name == name)
                return ModuleInfo{moduleName(above)};
    return std::nullopt;
}

std::string Tree::getHumanReadableModuleName(const ModuleName& name) const
{
    return name;
}
