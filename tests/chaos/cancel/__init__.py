"""Calls of core services whose caller is cancelled: drawn, played, judged."""
