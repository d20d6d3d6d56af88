"""The machine interface [c]: all that `core` asks of a machine, real or in host memory."""
