-- Text processing: CSV, templates, word wrap, base64, roman numerals, run lengths, diff.
local function csv(line)
  local r, i = {}, 1
  while i <= #line + 1 do
    if line:sub(i, i) == '"' then
      local j, s = i + 1, ""
      while true do
        local k = line:find('"', j, true)
        if not k then return nil, "open quote" end
        s = s .. line:sub(j, k - 1)
        if line:sub(k + 1, k + 1) == '"' then s, j = s .. '"', k + 2 else i = k + 2 break end
      end
      r[#r + 1] = s
    else
      local k = line:find(",", i, true) or #line + 1
      r[#r + 1], i = line:sub(i, k - 1), k + 1
    end
  end
  return r
end
for _, l in ipairs { "a,b,c", "", ",", '"x,y",z', '"say ""hi""",2', 'a,"', "1,,3," } do
  local r, e = csv(l)
  print(l, r and #r, r and table.concat(r, "|") or e)
end
local function wrap(s, w)
  local lines, line = {}, ""
  for word in s:gmatch "%S+" do
    if #line + #word + 1 > w and #line > 0 then lines[#lines + 1], line = line, word
    else line = #line > 0 and line .. " " .. word or word end
  end
  lines[#lines + 1] = line
  return lines
end
for _, w in ipairs { 10, 20, 33 } do
  print(w, table.concat(wrap("The quick brown fox jumps over the lazy dog and runs away", w), "/"))
end
local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
local function b64(s)
  return (s:gsub("..?.?", function(g)
    local a, b, c = g:byte(1, 3)
    local n = a * 65536 + (b or 0) * 256 + (c or 0)
    local o = ""
    for i = 3, 0, -1 do local d = math.floor(n / 64 ^ i) % 64 o = o .. alphabet:sub(d + 1, d + 1)
    end
    return o:sub(1, #g + 1) .. ("="):rep(3 - #g)
  end))
end
local function unb64(s)
  return (s:gsub("=", ""):gsub("..?.?.?", function(g)
    local n = 0
    for i = 1, 4 do n = n * 64 + ((alphabet:find(g:sub(i, i), 1, true) or 1) - 1) * (g:sub(i,
          i) ~= "" and 1 or 0) end
    return string.char(math.floor(n / 65536), math.floor(n / 256) % 256, n % 256):sub(1, #g - 1)
  end))
end
for _, s in ipairs { "", "a", "ab", "abc", "hello world", "\0\255\128" } do
  print(b64(s), unb64(b64(s)) == s) end
local function roman(n) local o = ""
  for v, s in ("1000M900CM500D400CD100C90XC50L40XL10X9IX5V4IV1I"):gmatch "(%d+)(%a+)" do
    v = tonumber(v) while n >= v do o, n = o .. s, n - v end end return o end
for _, n in ipairs { 1, 4, 9, 14, 40, 90, 400, 1994, 2024, 3999 } do io.write(n, "=", roman(n), " ")
end print()
local function rle(s) return (s:gsub("(.)%1*", function(c) return c end)),
  (s:gsub("((.)%2*)", function(r, c) return #r .. c end)) end
print(rle "aaabbbccd") print(rle "abc") print(rle "")
local function template(t, env) return (t:gsub("{{%s*(.-)%s*}}",
      function(e) local v = env for k in e:gmatch "[%w_]+" do v = v and v[k] end return tostring(v)
      end)) end
print(template("Hi {{ user.name }}, {{n}} new {{ what.x.y }}!", { user = { name = "Ann" }, n = 3 }))
local function caesar(s, k) return (s:gsub("%a",
      function(c) local b = c:match "%l" and 97 or 65
        return string.char((c:byte() - b + k) % 26 + b) end)) end
print(caesar("Hello, World!", 13), caesar(caesar("Zebra", 3), -3))
local function palindrome(s) s = s:lower():gsub("%W", "") return s == s:reverse() end
print(palindrome "A man, a plan, a canal: Panama", palindrome "no")
local freq = {} for c in ("mississippi river"):gmatch "%a" do freq[c] = (freq[c] or 0) + 1 end
local ks = {} for c in pairs(freq) do ks[#ks + 1] = c end table.sort(ks)
for _, c in ipairs(ks) do io.write(c, freq[c], " ") end print()
local function commas(n) local s = ("%d"):format(n) local k
  repeat s, k = s:gsub("^(-?%d+)(%d%d%d)", "%1,%2") until k == 0 return s end
for _, n in ipairs { 0, 12, 999, 1000, 1234567, -9876543210 } do io.write(commas(n), " ") end
print()
local function split(s, sep) local o, i = {}, 1
  while true do local a, b = s:find(sep, i, true) if not a then o[#o + 1] = s:sub(i) return o end
    o[#o + 1] = s:sub(i, a - 1) i = b + 1 end end
print(table.concat(split("a--b----c", "--"), "|"), #split("", ","), #split(",", ","))
local function lev(a, b) local d = {} for j = 0, #b do d[j] = j end
  for i = 1, #a do local prev prev, d[0] = d[0], i
    for j = 1, #b do prev, d[j] = d[j],
      math.min(d[j] + 1, d[j - 1] + 1, prev + (a:byte(i) == b:byte(j) and 0 or 1)) end end
  return d[#b] end
print(lev("kitten", "sitting"), lev("", "abc"), lev("same", "same"))
