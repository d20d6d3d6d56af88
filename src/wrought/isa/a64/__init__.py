"""AArch64: registers, system registers with fields, system instructions, syndromes [d]."""
