-- A little expression language: lexer with patterns, precedence parser, closures as code.
local function lex(s) local toks, i = {}, 1
  while true do i = s:find("%S", i) if not i then break end
    local a, b, t = s:find("^(%d+%.?%d*)", i) local kind = "num"
    if not a then a, b, t = s:find("^(%a[%w_]*)", i) kind = "name" end
    if not a then a, b, t = s:find("^([<>=~]=)", i) kind = "op" end
    if not a then a, b, t = s:find("^(.)", i) kind = "op" end
    toks[#toks + 1] = { kind = kind, text = t } i = b + 1 end
  toks[#toks + 1] = { kind = "eof", text = "<eof>" } return toks end
local prec = { ["or"] = 1, ["and"] = 2, ["<"] = 3, [">"] = 3, ["=="] = 3, ["<="] = 3, ["+"] = 5,
  ["-"] = 5, ["*"] = 6, ["/"] = 6, ["%"] = 6, ["^"] = 8 }
local apply = { ["+"] = function(a, b) return a + b end, ["-"] = function(a, b) return a - b
  end, ["*"] = function(a, b) return a * b end, ["/"] = function(a, b) return a / b
  end, ["%"] = function(a, b) return a % b end, ["^"] = function(a, b) return a ^ b
  end, ["<"] = function(a, b) return a < b end, [">"] = function(a, b) return a > b
  end, ["=="] = function(a, b) return a == b end, ["<="] = function(a, b) return a <= b end }
local function compile(src) local toks, p = lex(src), 1 local expr
  local function primary() local t = toks[p] p = p + 1
    if t.kind == "num" then local v = tonumber(t.text) return function() return v end
    elseif t.text == "(" then local e = expr(0)
      if toks[p].text ~= ")" then error("')' expected near " .. toks[p].text, 0) end p = p + 1
      return e elseif t.text == "-" then local e = expr(7) return function(env) return -e(env) end
    elseif t.text == "not" then local e = expr(7) return function(env) return not e(env) end
    elseif t.kind == "name" then if toks[p].text ==
      "(" then p = p + 1 local args = {} if toks[p].text ~= ")" then
          repeat args[#args + 1] = expr(0) local more = toks[p].text == ","
            if more then p = p + 1 end until not more end p = p + 1
        return function(env) local v = {} for i, a in ipairs(args) do v[i] = a(env) end
          local f = env[t.text] if not f then error("no function " .. t.text, 0) end
          return f(unpack(v)) end end return function(env) local v = env[t.text]
        if v == nil then error("undefined " .. t.text, 0) end return v end end
    error("unexpected " .. t.text, 0) end
  function expr(limit) local left = primary()
    while prec[toks[p].text] and prec[toks[p].text] > limit do local op = toks[p].text p = p + 1
      local right = expr(op == "^" and prec[op] - 1 or prec[op]) local l = left
      if op == "and" then left = function(e) return l(e) and right(e) end
      elseif op == "or" then left = function(e) return l(e) or right(e) end
      else local f = apply[op] left = function(e) return f(l(e), right(e)) end end end return left
  end local e = expr(0) if toks[p].kind ~= "eof" then error("unexpected " .. toks[p].text, 0) end
  return e end
local env = setmetatable({ x = 3, y = 4 }, { __index = math })
for _, s in ipairs { "1 + 2 * 3", "(1 + 2) * 3", "2 ^ 3 ^ 2", "-2 ^ 2", "x * x + y * y",
  "sqrt(x*x + y*y)", "max(1, x, y, 2)", "1 < 2 and 3 or 4", "not (x == 3) or y", "10 % 4 - 3",
  "x +", "(1", "1 2", "z", "nofunc(1)", "floor(7 / 2) + ceil(7 / 2)", "min()", "x < y", "2 * -3",
  "1 / 0" } do local ok, f = pcall(compile, s)
  if ok then print(s, pcall(f, env)) else print(s, "parse error", f) end end
local f = compile "x * 2 + 1" local sum = 0 for i = 1, 1000 do env.x = i sum = sum + f(env) end
print(sum)
