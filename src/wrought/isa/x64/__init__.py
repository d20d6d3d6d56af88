"""x86-64: the registers and their roles [d]."""
