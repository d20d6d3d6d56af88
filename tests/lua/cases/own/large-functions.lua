-- More locals and upvalues than LuaJIT takes: 250 and 255.
-- not under stress: allocates for very large functions
local function list(n, f, sep)
  local t = {}
  for i = 1, n do t[i] = f(i) end
  return table.concat(t, sep)
end
local function run(name, text, ...)
  local f, m = loadstring(text, "=big")
  if not f then return print(name, m) end
  print(name, pcall(f, ...))
end
local function name(i) return "a" .. i end
for _, n in ipairs { 201, 240, 250 } do
  run(n .. " locals", list(n, function(i) return "local a" .. i .. " = " .. i end, "\n")
    .. "\nreturn a1 + a" .. n)
  run(n .. " parameters", "local function f(" .. list(n, name, ",") .. ") return a" .. n
    .. " end local t = {} for i = 1, " .. n .. " do t[i] = i end return f(unpack(t))")
end
local function captured(n)
  local half = math.ceil(n / 2)
  return list(half, function(i) return "local a" .. i .. " = " .. i end, "\n")
    .. "\nlocal function outer()\n"
    .. list(n - half, function(i) return "local a" .. half + i .. " = " .. half + i end, "\n")
    .. "\nreturn function() return " .. list(n, name, " + ") .. " end\nend\nreturn outer()()"
end
for _, n in ipairs { 60, 61, 100, 200, 255 } do run(n .. " upvalues", captured(n)) end
run("100000 constants", "local t = {}\n"
  .. list(100000, function(i) return "t[" .. i .. "] = '" .. i .. "x'" end, "\n")
  .. "\nreturn #t, t[1], t[70000], t[100000]")
run("long jump", "local x = 0 while x < 2 do "
  .. ("x = x + 0\n"):rep(100000) .. " x = x + 1 end return x")
run("goto far", "goto out\n" .. ("x = 1\n"):rep(100000) .. "::out:: return 'there', x")
