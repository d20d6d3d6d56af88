"""The small library for compiled programs [c]: no operating system assumed."""
