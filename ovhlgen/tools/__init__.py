"""StyLua, selene, Rojo and Lune: pinned, found, installed, run."""
