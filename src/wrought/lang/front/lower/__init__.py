"""Lowering one function: syntax tree to checked IR, a file for each family of constructs."""
