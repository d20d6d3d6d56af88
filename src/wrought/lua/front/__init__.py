"""The front end: source text or dumped bytecode in, function prototypes out."""
