-- An error through coroutine.wrap.
print(1) print(2) print(3)
local function bad() error("from the coroutine") end
local w = coroutine.wrap(function() coroutine.yield(1) bad() end)
w() w()
