"""Taking one delivery to its gateway."""
