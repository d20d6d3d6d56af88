"""Numbers as text and back, exactly, in integer arithmetic only: no C library, no float registers.

Doubles go in and out as their 64 bits.  `parse` reads, `format` writes; the rest is what they need.
"""
