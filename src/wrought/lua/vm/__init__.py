"""The virtual machine: values, objects, memory, bytecode handlers."""
