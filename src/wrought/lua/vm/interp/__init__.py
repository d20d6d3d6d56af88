"""The interpreter: one handler for each bytecode, and the loop that enters them.

A handler's seven parameters stay in registers from one bytecode to the next:

    w     the instruction                      pc    the instruction after it
    base  the frame's registers                vm    the state
    k     the function's constants             n     arguments of a call, or length of an open list
    tag   TAG_INT: what int32 values begin with

It leaves by `next_ins`, or by a jump to another handler.  What a fast path can't do is done by a
second handler, so that the first never saves anything.  Before a handler calls a function that may
raise an error or look at the stack it does `save(vm, base, pc)`.
"""
