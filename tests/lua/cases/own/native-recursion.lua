-- Recursion through native code must end in an error.  LuaJIT crashes on the first two.
-- not under stress: each collection would walk a full stack
local function check(name, f, ...)
  local ok, m = pcall(f, ...)
  print(name, ok, tostring(m):match "stack overflow" or tostring(m):sub(1, 60))
end
local function replace(x) return (x:gsub(".", replace)) end
check("gsub", replace, "a")
local function resume() return coroutine.wrap(resume)() end
check("coroutines", resume)
local function sort() table.sort({ 1, 2 }, function() sort() return false end) end
check("sort", sort)
local function chunk() return assert(loadstring "return (...)()")(chunk) .. "" end
check("load", chunk)
local shown = setmetatable({}, { __tostring = function(t) return tostring(t) .. "" end })
check("tostring", tostring, shown)
local function handler(m) return handler(m) .. "" end
print("handler", (xpcall(error, handler, "x")))
print "still running"
