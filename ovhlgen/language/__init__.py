"""What the spec language has, one row each: components of screens, leaf types. Plain tables, without a check."""
