-- A finaliser that lets the stack of a new coroutine grow, and so move, at every kind of safe point.
local function deep(n)
  if n == 0 then return 0 end
  return 1 + deep(n - 1)
end
local calls = 0
local function arm()
  local proxy = newproxy(true)
  getmetatable(proxy).__gc = function()
    calls = calls + 1
    deep(2000)
  end
end
local function run(name, make)
  local ok = true
  for _ = 1, 5 do
    coroutine.wrap(function()
      local before, made = calls, 0
      while calls == before and made < 200000 do
        if made % 50 == 0 then arm() end
        made = made + 1
        local a, b, c = "first", made, "last"
        local got = make(a, b, c)
        ok = ok and a == "first" and b == made and c == "last" and got == a .. b .. c
      end
      ok = ok and calls > before
    end)()
  end
  print(name, ok)
end
run("concat", function(a, b, c) local s = a .. b .. c return s end)
run("two", function(a, b, c) local s = a .. b s = s .. c return s end)
run("table", function(a, b, c) local t = { a, b, c } return t[1] .. t[2] .. t[3] end)
run("record", function(a, b, c) local t = { x = a, y = b } return t.x .. t.y .. c end)
run("empty", function(a, b, c) local t = {} t.x, t[1] = a, b return t.x .. t[1] .. c end)
run("closure", function(a, b, c) return (function() return a .. b .. c end)() end)
run("built-in", function(a, b, c) return table.concat({ a, tostring(b), c }) end)
run("gsub", function(a, b, c) return (("%1%2%3"):gsub("%%(%d)", { ["1"] = a, ["2"] = b, ["3"] = c })) end)
run("format", function(a, b, c) return ("%s%d%s"):format(a, b, c) end)
