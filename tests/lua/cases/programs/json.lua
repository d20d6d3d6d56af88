-- A JSON encoder and decoder.
local function encode(v) local t = type(v)
  if t == "nil" then return "null" elseif t == "number" or t == "boolean" then return tostring(v)
  elseif t == "string" then return '"' ..
    v:gsub('[%c"\\]', function(c) local e =
        ({ ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\t"] = "\\t" })[c]
        return e or ("\\u%04x"):format(c:byte()) end) .. '"' end local o = {}
  if #v > 0 or next(v) == nil then for i, x in ipairs(v) do o[i] = encode(x) end
    return "[" .. table.concat(o, ",") .. "]" end local keys = {}
  for k in pairs(v) do keys[#keys + 1] = k end table.sort(keys)
  for i, k in ipairs(keys) do o[i] = encode(k) .. ":" .. encode(v[k]) end
  return "{" .. table.concat(o, ",") .. "}" end
local null = setmetatable({}, { __tostring = function() return "null" end }) local decode
do local value local function ws(s, i) return s:find("%S", i) or #s + 1 end
  local function fail(s, i, m) error(("%s at %d near '%s'"):format(m, i, s:sub(i, i + 5)), 0) end
  local esc = { n = "\n", t = "\t", r = "\r", b = "\b", f = "\f", ["/"] = "/", ["\\"] = "\\",
    ['"'] = '"' } local function str(s, i) local o, j = {}, i + 1
    while true do local k = s:find('["\\]', j) if not k then fail(s, i, "unfinished string") end
      o[#o + 1] = s:sub(j, k - 1) if s:sub(k, k) == '"' then return table.concat(o), k + 1 end
      local c = s:sub(k + 1, k + 1) if c ==
      "u" then o[#o + 1] = string.char(tonumber(s:sub(k + 2, k + 5), 16) % 256) j = k + 6
      else o[#o + 1] = esc[c] or fail(s, k, "bad escape") j = k + 2 end end end
  function value(s, i) i = ws(s, i) local c = s:sub(i, i)
    if c == "{" then local t = {} i = ws(s, i + 1) if s:sub(i, i) == "}" then return t, i + 1 end
      while true do if s:sub(i, i) ~= '"' then fail(s, i, "key expected") end local k
        k, i = str(s, i) i = ws(s, i) if s:sub(i, i) ~= ":" then fail(s, i, "colon expected") end
        t[k], i = value(s, i + 1) i = ws(s, i) local d = s:sub(i, i)
        if d == "}" then return t, i + 1 elseif d ~= "," then fail(s, i, "comma expected") end
        i = ws(s, i + 1) end elseif c == "[" then local t, n = {}, 0 i = ws(s, i + 1)
      if s:sub(i, i) == "]" then return t, i + 1 end
      while true do n = n + 1 t[n], i = value(s, i) i = ws(s, i) local d = s:sub(i, i)
        if d == "]" then return t, i + 1 elseif d ~= "," then fail(s, i, "comma expected") end
        i = i + 1 end elseif c == '"' then return str(s, i) end
    local n = s:match("^-?%d+%.?%d*[eE]?[+-]?%d*", i) if n then return tonumber(n), i + #n end
    for lit, v in pairs { ["true"] = true, ["false"] = false, ["null"] = null } do
      if s:sub(i, i + #lit - 1) == lit then return v, i + #lit end end
    fail(s, i, "unexpected character") end
  function decode(s) local v, i = value(s, 1) if ws(s, i) <= #s then fail(s, i, "trailing text") end
    return v end end
for _, s in ipairs { "1", "-1.5e3", '"a\\n\\"b\\u0041"', "[]", "[1,2,[3,[4]]]", "{}",
  '{"a":1,"b":[true,false,null],"c":{"d":"e"}}', " [ 1 , 2 ] ", "[1,]", "{", '{"a"}', '{"a":1,}',
  "[1 2]", '"open', '"\\x"', "tru", "", "1 2", "[[[[[[[[]]]]]]]]",
  '{"k":{"k":{"k":[0.1,1e10,-0]}}}' } do local ok, v = pcall(decode, s)
  print(s, ok, ok and (v == null and "null" or encode(v == null and nil or v):gsub("%[%]", "[]")) or
    v) end local big = {} for i = 1, 200 do
  big[i] = { id = i, name = "n" .. i, tags = { "a", "b" }, nested = { x = i / 2 } } end
local text = encode(big) print(#text) local back = decode(text)
print(#back, back[200].name, back[7].nested.x, encode(back) == text)
