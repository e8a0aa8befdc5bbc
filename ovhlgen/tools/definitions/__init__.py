"""Roblox's API as Luau declarations, made out of the npm package @rbxts/types (MIT) when tools are installed.

TypeScript text → `parse` → `syntax` → `luau` (each declaration) → `roblox` (the whole, in an order that loads).
"""
