// The tree as types: one extern type an Instance, so that `script.Parent.Types` has a type.
#pragma once

#include "tree.h"

#include "Luau/Frontend.h"

#include <vector>

// The types of the tree's nodes, by their ids. Binds `game` and `workspace` where the root is a DataModel.
//
// They are made here and not declared in Luau: a definition file is cloned type by type, each with all that it
// leads to, and from one Instance all others can be reached.
std::vector<Luau::TypeId> declareInstances(Luau::Frontend& frontend, const Tree& tree);
