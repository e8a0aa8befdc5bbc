"""The game, headless: Lune runs the place that Rojo built, server and clients, in virtual time."""
