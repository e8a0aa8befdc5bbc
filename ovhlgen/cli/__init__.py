"""The commands: flags → one call → report → exit code."""
