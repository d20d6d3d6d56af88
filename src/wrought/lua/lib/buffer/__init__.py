"""The library `string.buffer` (LuaJIT's documentation, "String Buffer Library")."""
