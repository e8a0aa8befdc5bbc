"""The game as frozen values: what the specs say, names still unresolved, each with its place."""
