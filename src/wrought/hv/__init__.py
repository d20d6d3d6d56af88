"""A type-1 hypervisor for Arm, written in Wrought's language, with Xen's guest ABI."""
