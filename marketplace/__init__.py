"""The marketplace: the domain rooms and the storefront face, one Django app each."""
