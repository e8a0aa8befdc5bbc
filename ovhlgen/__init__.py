"""Compiles declarative specs of a Roblox game into a strictly typed Luau Rojo project."""

__version__ = "0.1.0"
