"""The kernel in plain Python: the rules of docs/runtime in a second form. No Roblox, no input or output."""
