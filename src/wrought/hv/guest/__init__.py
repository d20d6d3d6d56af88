"""A small library for bare-metal guests [c]: boot at EL1, interrupts, timer, hypercalls, events.

Programs of `tests/hv/guests` and `bench/hv` are made of it.  They run unchanged on this
hypervisor and on Xen, and find what they need in their device tree.
"""
