"""The generated files meet the disk: planned first, then written all or not at all."""
