"""What the commands that look at a project report: `graph`, `surface`, `compat`."""
