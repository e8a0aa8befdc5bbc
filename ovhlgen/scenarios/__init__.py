"""Scenarios, run against the built game: step by step, each with what must be true after it."""
