"""The extension module through which CPython and the VM reach each other, all of it compiled."""
