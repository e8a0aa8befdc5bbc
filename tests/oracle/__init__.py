"""The kernel in plain Python: the rules of docs/semantics.md in a second form. No Roblox, no input or output."""
