-- Every character class of patterns, over all bytes, in and out of sets.
local function members(p)
  local n, sum, first, last = 0, 0, nil, nil
  for i = 0, 255 do if string.char(i):find(p) then
      n, sum, first, last = n + 1, (sum * 31 + i) % 1000003, first or i, i end end
  return n, sum, first, last
end
for c in ("acdglpsuwxzACDGLPSUWXZ"):gmatch "." do print("%" .. c, members("%" .. c))
  print("[%" .. c .. "]", members("[%" .. c .. "]"))
  print("[^%" .. c .. "]", members("[^%" .. c .. "]")) end
for _, p in ipairs { ".", "a", "%.", "%%", "%a%", "[abc]", "[^abc]", "[a-z]", "[^a-z]",
  "[a-zA-Z0-9_]", "[%a_]", "[%a%d]", "[^%a%d]", "[%w%s]", "[]]", "[^]]", "[]a]", "[a]]", "[a-]",
  "[-a]", "[%-a]", "[a%-z]", "[a-c-e]", "[z-a]", "[%]]", "[%^]", "[a^]", "[^^]", "[%%]", "[.]",
  "[*+]", "[$]", "[\0-\31]", "[\128-\255]", "[%z]", "[^%z]", "[%a-z]", "[a-%z]", "[--0]", "[+--]",
  "[!-~]", "[%s%p]", "[^%s%p%c]", "[\1-\255]", "\0", "[^\0]", "%z", "[a%]b]" } do
  print((p:gsub("[%z\1-\31\127-\255]", "?")), pcall(members, p)) end
for i = 0, 255 do local c = string.char(i) local row = {}
  for k in ("acdglpsuwx"):gmatch "." do if c:find("%" .. k) then row[#row + 1] = k end end
  if i % 3 == 0 then print(i, table.concat(row)) end end
