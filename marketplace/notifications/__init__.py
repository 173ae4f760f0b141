"""Telling people: what happened, to whom, over which channel, and what became of it."""
