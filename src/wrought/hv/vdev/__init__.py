"""Devices that guests see [c]: interrupt controller, UART, PSCI, timers."""
