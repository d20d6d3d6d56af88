-- Sizes past the limit of strings give an error, never a crash; memory is fine afterwards.
local function refused(name, f, ...)
  local ok, m = pcall(f, ...)
  print(name, ok, ok and "accepted" or type(m))
end
refused("rep", string.rep, ("x"):rep(1000), 1e8)
refused("rep with separator", string.rep, ("x"):rep(1000), 1e8, ",")
refused("separator alone", string.rep, "", 1e8, ("y"):rep(1000))
refused("format", string.format, "%1000000s", "x")
refused("char", function() return string.char(unpack({}, 1, 1e7)) end)
print(#("x"):rep(1e6), "fine")
