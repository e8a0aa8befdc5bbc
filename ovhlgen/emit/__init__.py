"""Text: Luau literals and types as StyLua would lay them out, and the Jinja environment."""
