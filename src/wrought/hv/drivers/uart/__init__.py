"""UARTs: a driver of one screen for each kind, a registry by `compatible`, and the console."""
