"""Guest-visible numbers and structures [c]: Xen's public ABI for Arm, PSCI, SMCCC."""
