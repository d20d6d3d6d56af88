"""The mathematical library."""
