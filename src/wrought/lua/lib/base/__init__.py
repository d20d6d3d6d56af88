"""The basic functions (Lua 5.1 manual, 5.1, with LuaJIT's extensions)."""
