-- Yield across pcall, xpcall, metamethods, iterators, and where it is refused.
local yield = coroutine.yield
local function pack(...) return { n = select("#", ...), ... } end
local function drive(name, f) local co = coroutine.create(f) local out, arg = { name }, nil
  for i = 1, 20 do local r = pack(coroutine.resume(co, arg))
    for j = 1, r.n do out[#out + 1] = tostring(r[j]) end arg = "r" .. i
    if coroutine.status(co) == "dead" then break end end
  print(table.concat(out, " ")) end
drive("pcall", function() return pcall(function() return yield "a", yield "b" end) end)
drive("pcall error", function() return pcall(function() yield "a" error("e", 0) end) end)
drive("pcall nested", function() return pcall(pcall,
      function() yield "a" return pcall(function() yield "b" error "x" end) end) end)
drive("pcall yield itself", function() return pcall(yield, "direct") end)
drive("xpcall", function() return xpcall(function() yield "a" error("e", 0)
      end, function(m) return "handled " .. m end) end)
drive("xpcall args", function() return xpcall(function(...) return yield(...), ... end, print, 1, 2)
  end)
drive("xpcall position", function()
    return xpcall(function() yield() local x = nil; return x.y end, function(m) return m end) end)
local function obj(f) local m = {} for _,
  e in ipairs { "add", "sub", "mul", "div", "mod", "pow", "unm", "concat", "index", "newindex",
    "call", "eq", "lt", "le", "len" } do m["__" .. e] = f end return setmetatable({}, m) end
local y = function(a, b) return yield "meta" end
local o, p = obj(y), nil p = setmetatable({}, getmetatable(o))
drive("add", function() return o + 1, 1 + o end) drive("sub", function() return o - 1 end)
drive("mul", function() return o * o end) drive("div", function() return 2 / o end)
drive("mod", function() return o % 2 end) drive("pow", function() return o ^ 2 end)
drive("unm", function() return -o end)
drive("concat", function() return o .. "x", "x" .. o, "a" .. "b" .. o, o .. "a" .. "b" end)
drive("concat chain", function() return "a" .. o .. "b" end)
drive("index", function() return o.x, o[1], o[nil] end)
drive("newindex", function() o.x = 1 o[1] = 2 return "set" end)
drive("call", function() return o(1), (o()) end) drive("eq", function() return o == p, o ~= p end)
drive("lt", function() return o < p, o > p, not (o < p) end)
drive("le", function() return o <= p, o >= p end)
drive("eq branch", function() if o == p then return "then" else return "else" end end)
drive("lt branch", function() if o < 1 then return "then" else return "else" end end)
drive("and or", function() return o < p and o.x or 0 end)
drive("method", function() return o:m() end) drive("tail", function() return o(1, 2) end)
drive("global", setfenv(function() return undefined
    end, setmetatable({}, { __index = function(_, k) return yield(k) end })))
drive("for iterator", function() local s = ""
    for a in function(_, c) return yield "next" end do s = s .. a if #s > 6 then break end end
    return s end)
drive("gmatch", function() local s = "" for w in ("a b c"):gmatch "%a" do s = s .. w .. yield(w) end
    return s end)
drive("pairs", function() local n = 0 for k, v in pairs { 1, 2, 3 } do n = n + v yield(k) end
    return n end)
drive("sort", function() return pcall(table.sort, { 3, 2, 1 }, function(a, b) return yield "s" end)
  end)
drive("gsub", function() return pcall(string.gsub, "abc", "%w", function(c) return yield(c) end)
  end)
drive("foreach", function() return pcall(table.foreach, { 1 }, function() yield "f" end) end)
drive("tostring", function() return pcall(tostring,
      setmetatable({}, { __tostring = function() return yield "t" end })) end)
drive("load", function() return pcall(load, function() return yield "l" end) end)
drive("require", function() package.preload.yielding = function() return yield "r" end
    return pcall(require, "yielding") end)
drive("dofile chunk", function() return pcall(loadstring "return coroutine.yield 'chunk', ...", 5)
  end)
drive("error after", function() local ok,
    m = pcall(function() local t = setmetatable({},
          { __index = function(_, k) yield(k) error("idx", 0) end }) return t.a end) return ok, m
  end)
drive("wrap in wrap", function() local w =
    coroutine.wrap(function() yield "inner" return yield "inner2" end) yield(w()) yield(w())
    return w "x" end)
drive("handler yields", function() return xpcall(error, function() return yield "h" end) end)
drive("unwind", function() local log = {}
    for i = 1, 3 do local ok, e = pcall(function()
          pcall(function() yield(i) error("in" .. i, 0) end) error("out" .. i, 0) end)
      log[#log + 1] = e end return unpack(log) end)
