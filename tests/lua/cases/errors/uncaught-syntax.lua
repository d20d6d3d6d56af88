-- A script that does not parse prints nothing to stdout; its message goes to stderr.
-- The loader of another file is used so that this script still prints.
print(1) print(2) print(3)
local f = io.open("broken.lua", "w") f:write("local x = = 1\n") f:close()
print(loadfile "broken.lua") print(pcall(dofile, "broken.lua"))
dofile "broken.lua"
