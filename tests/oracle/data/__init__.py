"""DataService a second time, over an abstract store (semantics, Data 1 to 7): the reference for differential runs."""
