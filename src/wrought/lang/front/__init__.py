"""The front end: Python syntax trees in, checked IR out, errors where the source is wrong."""
