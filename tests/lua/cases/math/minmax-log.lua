-- max, min, log with base, ldexp, constants, errors.
local function show(x) if x ~= x then return "nan"
  elseif x == 0 then return 1 / x > 0 and "0" or "-0" end return ("%.14g"):format(x) end
print(math.max(1), math.max(1, 2, 3), math.max(3, 2, 1), math.max(-1, -2), math.max(1, 1.5),
  math.min(1), math.min(1, 2, 3), math.min(3, 2, 1), math.min(-1, -2), math.max("10", 9),
  math.min("1", "2")) print(show(math.max(0, -0.0)), show(math.max(-0.0, 0)),
  show(math.min(0, -0.0)), show(math.min(-0.0, 0)))
for _, p in ipairs { { 8, 2 }, { 100, 10 }, { 27, 3 }, { 2, 8 }, { 1, 5 }, { 0, 2 }, { 10, 1 },
  { 10, 0 }, { -1, 2 }, { 1024, 2 }, { 1e300, 10 } } do
  print(p[1], p[2], show(math.log(p[1], p[2]))) end
print(math.log(1), math.log "1", pcall(math.log), pcall(math.log, 1, "x"), show(math.log(2)),
  show(math.log10(1000)), show(math.exp(1)))
for e = -1080, 1030, 99 do print(e, math.ldexp(1, e), math.ldexp(0.5, e), math.frexp(2 ^ e)) end
print(math.ldexp(3, 2), math.ldexp(1, 2.9), math.ldexp("1", "3"), math.frexp(0), math.frexp(1),
  math.frexp(-3), math.frexp(1e300)) print(math.pi, math.huge, -math.huge, math.huge == 1 / 0,
  ("%.17g"):format(math.pi))
for _, x in ipairs { 5, -5, 5.5, -5.5, 0, 1e300, 1 / 0 } do print(x, math.modf(x)) end
for _, p in ipairs { { 5, 3 }, { -5, 3 }, { 5, -3 }, { -5, -3 }, { 5.5, 2 }, { 1, 0.1 },
  { 1e300, 3 }, { 0, 5 }, { 5, 1 / 0 } } do
  print(p[1], p[2], show(math.fmod(p[1], p[2])), show(p[1] % p[2])) end
print(pcall(math.max)) print(pcall(math.min, "x")) print(pcall(math.floor, nil))
print(pcall(math.abs, {})) print(pcall(math.pow, 2))
print(math.floor "3.7", math.ceil "3.2", math.abs "-5", math.sqrt "16", math.floor(-0.5),
  1 / math.ceil(-0.5)) print(math.mod, math.cosh(0), math.type, math.tointeger, math.ult)
local n = 0 for k in pairs(math) do n = n + 1 end print(n)
print(math.max(unpack((function() local t = {} for i = 1, 200 do t[i] = i * 7 % 199 end return t
        end)()))) print(math.floor(2 ^ 31 + 0.5), math.floor(-2 ^ 31 - 0.5),
  math.ceil(2 ^ 31 - 0.5), math.floor(1e15 + 0.5), math.ceil(-1e15 - 0.5), math.floor(2 ^ 52 - 0.5))
