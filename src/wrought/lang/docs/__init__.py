"""The reference pages that are made from the language's own tables."""
