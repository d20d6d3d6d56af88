"""A user's package of compiled functions, to be precompiled by the tests."""
