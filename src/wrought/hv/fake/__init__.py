"""The machine interface in this process's memory [c], so that `core` is tested as host code."""
