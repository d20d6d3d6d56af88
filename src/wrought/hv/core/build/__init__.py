"""Building domains from the boot device tree [c]: the same code at EL2 and in `wrought check`."""
