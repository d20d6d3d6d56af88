"""Facts about CPUs as data [d]: registers, encodings, fields.  Imports nothing of Wrought."""
