"""A small library that knows files, not cases: it imports nothing of ``portal``."""
