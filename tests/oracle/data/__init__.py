"""DataService a second time, over an abstract store (docs/runtime/data.md, 1 to 7): for differential runs."""
