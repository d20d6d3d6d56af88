"""The jit library.  There is an interpreter only, so most of it is accepted and changes nothing."""
