"""The public types of the core services: what a worker may call on them, from the specs.

The services themselves come one by one; a module that needs one that isn't generated yet stays disabled.
"""
