"""The standard libraries: one module or folder for each, functions listed in tables."""
