"""From files to checked trees: sources, YAML with marks, schemas, type expressions, workers."""
