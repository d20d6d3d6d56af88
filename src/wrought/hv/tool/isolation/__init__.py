"""`wrought check`: EL2's own builder in simulated memory, and a judge that shares no code with it.

`simulate` runs the builder, `tables` reads what it left behind by the architecture manual alone,
`rules` says what must not be, `report` tells people.
"""
