"""The garbage collector: incremental tri-colour marking, with mark bits outside the objects.

A cycle has these phases (`phase`), worked off in steps at safe points (`cycle`):

    PAUSE     nothing to do until `Gc.allocated` passes `Gc.threshold`
    MARK      `mark`, `traverse`, `roots`: from the roots, object by object; stores into objects
              that were traversed need a barrier.  It ends with one undivided piece of work
              (`atomic`): stacks, changed tables, weak tables (`weak`), finalisers (`finalise`)
    STRINGS   unmarked strings leave the intern table (`strings`); then the bitmaps change places
              and blocks without survivors are free again (`sweep`): what the mutator allocates in
              this phase is marked from the start
    FINALISE  finalisers are called
"""
