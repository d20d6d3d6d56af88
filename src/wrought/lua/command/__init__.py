"""The `lua` program: LuaJIT's command line over the libraries."""
