"""Filled in with its first content."""
