"""Drivers of the devices that the hypervisor itself uses, found through the device tree."""
