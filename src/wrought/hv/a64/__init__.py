"""The Arm machine at EL2 [c]: boot, vectors, traps, guest state, interrupt controllers."""
