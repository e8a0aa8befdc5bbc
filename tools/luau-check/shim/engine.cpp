// Drives Luau's Frontend over the tree. Rust owns files, the sourcemap and the declarations; this folder owns
// what must touch Luau's AST or its types.
#include "instances.h"
#include "magic.h"
#include "pool.h"
#include "tree.h"

#include "Luau/BuiltinDefinitions.h"
#include "Luau/Config.h"
#include "Luau/ConfigResolver.h"
#include "Luau/Error.h"
#include "Luau/ExperimentalFlags.h"
#include "Luau/Frontend.h"
#include "Luau/Scope.h"
#include "Luau/Type.h"

#include <cstring>
#include <string>
#include <string_view>
#include <typeinfo>
#include <vector>

#ifdef __GNUG__
#include <cstdlib>
#include <cxxabi.h>
#endif

using namespace Luau;

namespace
{

const double MODULE_SECONDS = 30; // Luau asks the clock only now and then; the run has a limit of its own

struct Strict : ConfigResolver
{
    Config config;

    Strict()
    {
        config.mode = Mode::Strict;
        config.enabledLint.setDefaults();
    }

    const Config& getConfig(const ModuleName&, const TypeCheckLimits&) const override
    {
        return config;
    }
};

struct Checker
{
    Tree tree;
    Strict config;
    Frontend frontend;
    Pool pool;

    Checker(SolverMode mode, const FrontendOptions& options)
        : frontend(mode, &tree, &config, options)
    {
    }
};

struct Finding
{
    const char* path;
    uint32_t line, column, endLine, endColumn;
    int isWarning;
    const char* code;
    const char* message;
    const char* names; // of the fields that there are, where one isn't found; separated by line breaks
};

typedef void (*Emit)(void*, const Finding*);

struct Sink
{
    Emit emit;
    void* context;

    void add(
        const std::string& path,
        Location at,
        const std::string& code,
        const std::string& message,
        bool isWarning = false,
        const std::string& names = ""
    ) const
    {
        Finding found{
            path.c_str(),
            at.begin.line + 1,
            at.begin.column + 1,
            at.end.line + 1,
            at.end.column + 1,
            isWarning,
            code.c_str(),
            message.c_str(),
            names.c_str()
        };
        emit(context, &found);
    }
};

// The name of an error's type without its namespace: TypeMismatch, UnknownProperty, ...
std::string errorName(const TypeErrorData& data)
{
    return Luau::visit(
        [](const auto& error)
        {
            std::string name = typeid(error).name();
#ifdef __GNUG__
            int status = 0;
            if (char* readable = abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status))
            {
                name = readable;
                free(readable);
            }
#endif
            return name.substr(name.rfind(':') + 1);
        },
        data
    );
}

void addNames(TypeId type, std::string& names)
{
    type = follow(type);
    auto add = [&](const auto& props)
    {
        for (auto& [name, prop] : props)
            names += (names.empty() ? "" : "\n") + name;
    };
    if (auto table = get<TableType>(type))
        add(table->props);
    else if (auto metatable = get<MetatableType>(type))
        addNames(metatable->table, names);
    else
        for (auto external = get<ExternType>(type); external;
             external = external->parent ? get<ExternType>(follow(*external->parent)) : nullptr)
            add(external->props);
}

// What an error about a missing field could have meant.
std::string namesOf(const TypeErrorData& data)
{
    std::string names;
    if (auto error = get_if<UnknownProperty>(&data))
        addNames(error->table, names);
    else if (auto error = get_if<CannotExtendTable>(&data))
        addNames(error->tableType, names);
    return names;
}

// Luau's release switches: on, as in Studio; off, eight false alarms come back.
void setFlags(bool isNewSolver)
{
    for (FValue<bool>* flag = FValue<bool>::list; flag; flag = flag->next)
    {
        if (strcmp(flag->name, "LuauSolverV2") == 0)
            flag->value = isNewSolver;
        else if (strncmp(flag->name, "Luau", 4) == 0 && !isAnalysisFlagExperimental(flag->name))
            flag->value = true;
    }
    for (FValue<int>* flag = FValue<int>::list; flag; flag = flag->next)
        if (strcmp(flag->name, "LuauTarjanChildLimit") == 0)
            flag->value = 0; // none: Roblox's definitions are one huge module
}

// Scripts write `Enum.Material` for a type that the definitions call EnumMaterial.
void nameEnums(Frontend& frontend)
{
    auto& scope = frontend.globals.globalScope;
    for (auto& [name, type] : scope->exportedTypeBindings)
        if (name.size() > 4 && name.compare(0, 4, "Enum") == 0 && name != "EnumItem" && get<ExternType>(follow(type.type)))
            scope->importedTypeBindings["Enum"][name.substr(4)] = type;
}

void giveEachModuleItsScript(Checker& checker, std::vector<TypeId> instances)
{
    AstName script = checker.frontend.globals.globalNames.names->getOrAdd("script");
    checker.frontend.prepareModuleScope =
        [&checker, script, instances = std::move(instances)](const ModuleName& name, const ScopePtr& scope, bool)
    {
        auto it = checker.tree.byModule.find(name);
        if (it != checker.tree.byModule.end())
            scope->bindings[script] = Binding{instances[it->second]};
    };
}

void report(Checker& checker, const std::string& path, const Sink& sink)
{
    auto result = checker.frontend.getCheckResult(path, false);
    if (!result)
    {
        sink.add(path, Location{}, "NotChecked", "there is no result for this script");
        return;
    }
    if (!result->timeoutHits.empty())
        sink.add(path, Location{}, "Timeout", "checking this script took too long and was cut off");
    for (auto& error : result->errors)
    {
        std::string message = toString(error, TypeErrorToStringOptions{&checker.tree});
        sink.add(path, error.location, errorName(error.data), message, false, namesOf(error.data));
    }
    for (auto* list : {&result->lintResult.errors, &result->lintResult.warnings})
        for (auto& warning : *list)
            sink.add(path, warning.location, LintWarning::getName(warning.code), warning.text, true);
}

} // namespace

extern "C"
{

Checker* luau_check_new(int isNewSolver)
{
    setFlags(isNewSolver != 0);
    FrontendOptions options;
    options.runLintChecks = true;
    options.moduleTimeLimitSec = MODULE_SECONDS;
    auto checker = new Checker(isNewSolver ? SolverMode::New : SolverMode::Old, options);
    unfreeze(checker->frontend.globals.globalTypes);
    registerBuiltinGlobals(checker->frontend, checker->frontend.globals);
    return checker;
}

// Before `luau_check_run`.
void luau_check_define(Checker* checker, const char* package, const char* text, size_t length, Emit emit, void* context)
{
    Sink sink{emit, context};
    auto& globals = checker->frontend.globals;
    auto result = checker->frontend.loadDefinitionFile(
        globals, globals.globalScope, std::string_view(text, length), package, false, false
    );
    for (auto& error : result.parseResult.errors)
        sink.add(package, error.getLocation(), "SyntaxError", error.getMessage());
    if (result.module)
        for (auto& error : result.module->errors)
            sink.add(package, error.location, errorName(error.data), toString(error));
}

void luau_check_node(
    Checker* checker,
    int parent,
    const char* name,
    const char* className,
    const char* path,
    const char* source,
    size_t length
)
{
    Node node;
    node.parent = parent;
    node.name = name;
    node.className = className;
    node.path = path;
    node.source.assign(source, length);
    checker->tree.add(std::move(node));
}

// What each of the caller's threads does until `luau_check_run` has ended.
void luau_check_work(Checker* checker)
{
    checker->pool.work();
}

void luau_check_run(Checker* checker, Emit emit, void* context)
{
    Sink sink{emit, context};
    Frontend& frontend = checker->frontend;
    attachMagic(frontend);
    nameEnums(frontend);
    auto instances = declareInstances(frontend, checker->tree);
    freeze(frontend.globals.globalTypes);
    giveEachModuleItsScript(*checker, std::move(instances));
    for (auto& node : checker->tree.nodes)
        if (!node.path.empty())
            frontend.queueModuleCheck(node.path);
    try
    {
        frontend.checkQueuedModules(
            {}, [&](std::vector<std::function<void()>> tasks) { checker->pool.add(std::move(tasks)); }
        );
        for (auto& node : checker->tree.nodes)
            if (!node.path.empty())
                report(*checker, node.path, sink);
    }
    catch (const InternalCompilerError& error)
    {
        sink.add(error.moduleName ? *error.moduleName : "?", Location{}, "InternalCompilerError", error.what());
    }
    checker->pool.close();
}
}
