"""Names become objects: the types behind expressions, values by type, the dependency graph."""
