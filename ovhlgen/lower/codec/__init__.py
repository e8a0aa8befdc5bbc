"""The generated codec: for each event and each named type, Luau that writes, reads and steps over its bytes."""
