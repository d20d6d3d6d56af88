"""`wrought.lang`: a typed, restricted Python that compiles through LLVM."""
