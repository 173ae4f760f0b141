"""Forms of the storefront: they validate, and never decide."""
