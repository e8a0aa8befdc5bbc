"""The log of a game on this machine: lines in the documents' format, received, kept, filtered, counted."""
