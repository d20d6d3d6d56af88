"""The Arm machine for programs without an operating system [c]: boot, exceptions, MMU, PSCI."""
