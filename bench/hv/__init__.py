"""The hypervisor against Debian's Xen: the same guests on both, counted in instructions."""
