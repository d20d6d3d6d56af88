"""Lua in Python: `LuaRuntime` and what goes with it, over the extension of `wrought.lua.embed`."""
