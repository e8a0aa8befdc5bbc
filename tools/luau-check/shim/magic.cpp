#include "magic.h"

#include "Luau/BuiltinDefinitions.h"
#include "Luau/ConstraintSolver.h"
#include "Luau/Scope.h"
#include "Luau/Type.h"
#include "Luau/TypeInfer.h"
#include "Luau/TypePack.h"
#include "Luau/TypeUtils.h"

#include <optional>
#include <string>

using namespace Luau;

namespace
{

enum class Kind
{
    Service,       // game:GetService("X")          -> X, or an error
    Create,        // Instance.new("X")             -> X, or an error
    OfClass,       // x:FindFirstChildOfClass("X")  -> X?
    IsA,           // x:IsA("X")                    -> boolean, and x is an X behind it
    Child,         // x:WaitForChild("N")           -> the tree's child, where it is known
    OptionalChild, // x:FindFirstChild("N")         -> the same, or nil
    Same,          // x:Clone()                     -> what x is
};

std::optional<std::string> firstText(const AstExprCall& call)
{
    if (call.args.size < 1)
        return std::nullopt;
    auto text = call.args.data[0]->as<AstExprConstantString>();
    return text ? std::optional<std::string>{std::string(text->value.data, text->value.size)} : std::nullopt;
}

std::optional<TypeId> childOf(TypeId parent, const std::string& name)
{
    if (auto type = get<ExternType>(follow(parent)))
        if (auto prop = lookupExternTypeProp(type, name); prop && prop->readTy && get<ExternType>(follow(*prop->readTy)))
            return follow(*prop->readTy);
    return std::nullopt;
}

struct ClassMagic final : MagicFunction
{
    Kind kind;
    Frontend* frontend;

    ClassMagic(Kind kind, Frontend* frontend)
        : kind(kind)
        , frontend(frontend)
    {
    }

    std::optional<TypeId> classNamed(const std::string& name) const
    {
        auto& types = frontend->globals.globalScope->exportedTypeBindings;
        auto it = types.find(name);
        if (it == types.end() || !get<ExternType>(follow(it->second.type)))
            return std::nullopt;
        return follow(it->second.type);
    }

    // The result's type; `unknown` becomes a class name that doesn't exist.
    std::optional<TypeId> result(const AstExprCall& call, std::optional<TypeId> self, std::string& unknown) const
    {
        if (kind == Kind::Same)
            return self && get<ExternType>(follow(*self)) ? self : std::nullopt;
        auto name = firstText(call);
        if (!name)
            return std::nullopt;
        if (kind == Kind::Child || kind == Kind::OptionalChild)
            return self ? childOf(*self, *name) : std::nullopt;
        if (kind == Kind::Service && self)
            if (auto service = childOf(*self, *name))
                return service;
        auto found = classNamed(*name);
        if (!found)
            unknown = *name;
        return kind == Kind::IsA ? std::nullopt : found;
    }

    bool isOptional() const
    {
        return kind == Kind::OfClass || kind == Kind::OptionalChild;
    }

    bool infer(const MagicFunctionCallContext& context) override
    {
        std::string unknown;
        auto self = context.callSite->self ? first(context.arguments) : std::nullopt;
        auto found = result(*context.callSite, self, unknown);
        if (!unknown.empty())
            context.solver->reportError(
                UnknownSymbol{unknown, UnknownSymbol::Type}, context.callSite->args.data[0]->location
            );
        if (!found)
            return false;
        TypeArena& arena = *context.solver->arena;
        TypeId type = isOptional() ? arena.addType(UnionType{{*found, context.solver->builtinTypes->nilType}}) : *found;
        asMutable(context.result)->ty.emplace<BoundTypePack>(arena.addTypePack({type}));
        return true;
    }

    void refine(const MagicRefinementContext& context) override
    {
        if (kind != Kind::IsA || context.discriminantTypes.empty() || !context.discriminantTypes[0])
            return;
        auto name = firstText(*context.callSite);
        auto type = name ? classNamed(*name) : std::nullopt;
        TypeId target = *context.discriminantTypes[0];
        if (type && get<BlockedType>(target))
            asMutable(target)->ty.emplace<BoundType>(*type);
    }

    std::optional<WithPredicate<TypePackId>> handleOldSolver(
        TypeChecker& checker,
        const ScopePtr& scope,
        const AstExprCall& call,
        WithPredicate<TypePackId>
    ) override
    {
        std::string unknown;
        std::optional<TypeId> self;
        auto index = call.func->as<AstExprIndexName>();
        if (call.self && index)
            self = checker.checkExpr(scope, *index->expr).type;
        auto found = result(call, self, unknown);
        if (!unknown.empty())
            checker.reportError(
                TypeError{call.args.data[0]->location, UnknownSymbol{unknown, UnknownSymbol::Type}}
            );
        TypeArena& arena = checker.currentModule->internalTypes;
        if (kind == Kind::IsA && index)
        {
            auto name = firstText(call);
            auto type = name ? classNamed(*name) : std::nullopt;
            auto lvalue = tryGetLValue(*index->expr);
            if (type && lvalue)
                return WithPredicate<TypePackId>{
                    arena.addTypePack({frontend->builtinTypes->booleanType}),
                    {IsAPredicate{std::move(*lvalue), call.location, *type}}
                };
        }
        if (!found)
            return std::nullopt;
        TypeId type = isOptional() ? arena.addType(UnionType{{*found, frontend->builtinTypes->nilType}}) : *found;
        return WithPredicate<TypePackId>{arena.addTypePack({type})};
    }
};

void attach(TypeId type, Kind kind, Frontend& frontend)
{
    type = follow(type);
    if (auto overloads = get<IntersectionType>(type))
    {
        for (TypeId part : overloads->parts)
            attach(part, kind, frontend);
    }
    else if (get<FunctionType>(type))
        attachMagicFunction(type, std::make_shared<ClassMagic>(kind, &frontend));
}

void attachMethod(Frontend& frontend, const char* className, const char* method, Kind kind)
{
    auto& types = frontend.globals.globalScope->exportedTypeBindings;
    auto it = types.find(className);
    if (it == types.end())
        return;
    if (auto type = get<ExternType>(follow(it->second.type)))
        if (auto prop = lookupExternTypeProp(type, method); prop && prop->readTy)
            attach(*prop->readTy, kind, frontend);
}

} // namespace

void attachMagic(Frontend& frontend)
{
    for (auto name : {"Instance", "Object", "DataModel"})
        attachMethod(frontend, name, "IsA", Kind::IsA);
    attachMethod(frontend, "DataModel", "GetService", Kind::Service);
    attachMethod(frontend, "DataModel", "FindService", Kind::OfClass);
    for (auto method :
         {"FindFirstChildOfClass", "FindFirstChildWhichIsA", "FindFirstAncestorOfClass", "FindFirstAncestorWhichIsA"})
        attachMethod(frontend, "Instance", method, Kind::OfClass);
    attachMethod(frontend, "Instance", "WaitForChild", Kind::Child);
    attachMethod(frontend, "Instance", "FindFirstChild", Kind::OptionalChild);
    attachMethod(frontend, "Instance", "Clone", Kind::Same);

    auto& globals = frontend.globals;
    if (auto instance = globals.globalScope->lookup(globals.globalNames.names->getOrAdd("Instance")))
        if (auto table = get<TableType>(follow(*instance)))
            if (auto it = table->props.find("new"); it != table->props.end() && it->second.readTy)
                attach(*it->second.readTy, Kind::Create, frontend);
}
