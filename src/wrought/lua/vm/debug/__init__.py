"""What error messages and the debug library know about running code."""
