"""The Lua VM against LuaJIT, Lua 5.1 and Lua 5.4: the same programs in the same run."""
