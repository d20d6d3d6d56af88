"""Domains, vCPUs, scheduling, event channels, grants, memory [c]: knows no machine."""
