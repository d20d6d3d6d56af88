"""IR to LLVM text: instructions, machine operations, panics and debug information."""
