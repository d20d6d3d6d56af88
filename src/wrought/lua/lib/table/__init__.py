"""The table library."""
