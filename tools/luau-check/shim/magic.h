// Methods of Roblox whose result depends on a name in the call: `Instance.new("Part")` is a Part.
#pragma once

#include "Luau/Frontend.h"

// Attaches them to the definitions that `frontend` has loaded.
void attachMagic(Luau::Frontend& frontend);
