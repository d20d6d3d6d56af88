"""Arm's SMMUv3 (IHI 0070): the DMA of a guest's devices reaches the guest's memory and no other.

`registers` and `entries` are the manual's layouts, `queue` gives commands, `streams` is the stream
table, `events` tells of faults, `ids` reads the device tree, `start` finds and starts the units,
`host` is what the rest of the hypervisor calls.
"""
