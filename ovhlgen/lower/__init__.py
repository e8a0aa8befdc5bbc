"""Model → view objects: everything is decided here, templates only lay out text."""
