"""A Lua 5.1 and LuaJIT-compatible virtual machine, written in compiled Python."""
