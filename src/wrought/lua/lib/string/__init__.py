"""The string library (Lua 5.1 manual, 5.4, with LuaJIT's extensions)."""
