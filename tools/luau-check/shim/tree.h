// The DataModel tree, and what a `require` in one of its scripts means.
#pragma once

#include "Luau/FileResolver.h"

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

struct Node
{
    int parent = -1;
    std::string name;
    std::string className;
    std::string path; // of a script's file; empty for what is no script
    std::string source;
    std::map<std::string, int> children;
};

struct Tree : Luau::FileResolver
{
    std::vector<Node> nodes;
    std::unordered_map<Luau::ModuleName, int> byModule;

    void add(Node node);
    std::string fullName(int id) const;

    std::optional<Luau::SourceCode> readSource(const Luau::ModuleName& name) override;
    std::optional<Luau::ModuleInfo> resolveModule(
        const Luau::ModuleInfo* context,
        Luau::AstExpr* expr,
        const Luau::TypeCheckLimits& limits
    ) override;
    std::string getHumanReadableModuleName(const Luau::ModuleName& name) const override;

private:
    Luau::ModuleName moduleName(int id) const;
    Luau::ModuleInfo child(int id, const std::string& name) const;
    std::optional<Luau::ModuleInfo> called(int id, Luau::AstExprCall* call) const;
};
