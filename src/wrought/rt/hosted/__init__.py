"""What needs a C library [c]."""
