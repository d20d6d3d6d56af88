-- Manual 2.5.4: concatenation of strings and numbers, chains, errors with names.
print("a" .. "b", 1 .. 2, 1.5 .. "x", -1 .. "", 1e15 .. "", 1e16 .. "", 2 ^ 31 .. "", -0.0 .. "",
  1 / 0 .. "")
local parts = {}
for i = 1, 60 do parts[i] = "'" .. i .. "'" end
print(loadstring("return " .. table.concat(parts, "..."))  == nil)
print(loadstring("return " .. table.concat(parts, " .. "))())
local s = "x"
for i = 1, 12 do s = s .. s end
print(#s, s == ("x"):rep(4096))
local e = ""
print(e .. e == "", e .. "a" .. e, #(e .. "\0" .. e), ("\0"):rep(3) .. "z" == "\0\0\0z")
local function bad(a, b, c) return a .. b .. c end
for _, v in ipairs { true, {}, print, coroutine.create(print) } do
  print(pcall(bad, v, "b", "c"), pcall(bad, "a", v, "c"), pcall(bad, "a", "b", v),
    pcall(bad, v, v, v))
end
print(pcall(bad, nil, 1, 2)) print(pcall(bad, 1, nil, 2)) print(pcall(bad, 1, 2, nil))
print(pcall(function() return "a" .. undefined end))
print(pcall(function() return undefined .. "a" end))
print(pcall(function() local t = {} return "a" .. t.x .. "b" end))
print(pcall(function() local t = {} return t .. "b" end))
print(pcall(function() return ("a"):nope() .. "b" end))
local order = {}
local function v(x) order[#order + 1] = x return x end
local _ = v "a" .. v "b" .. v "c"
print(table.concat(order))
local cat = setmetatable({}, { __concat = function(a, b)
  return (type(a) == "table" and "T" or a) .. "|" .. (type(b) == "table" and "T" or b) end })
print(cat .. "x", "x" .. cat, cat .. cat, 1 .. cat, cat .. 1, "a" .. "b" .. cat, cat .. "a" .. "b",
  "a" .. cat .. "b", "a" .. cat .. cat .. "b")
print(pcall(function() return cat .. nil end)) print(pcall(function() return nil .. cat end))
local t = setmetatable({}, { __concat =
    function(a, b) return setmetatable({}, getmetatable(type(b) == "table" and b or a))
    end, __tostring = function() return "t" end })
print(tostring("a" .. t .. "b" .. t .. "c"))
