"""What is measured: generated code, the front end, calls from Python."""
