"""The intermediate representation: data model, op table, printer, parser, verifier, interpreter."""
