"""What runs on the engineer's machine: partition files, images, QEMU, consoles."""
