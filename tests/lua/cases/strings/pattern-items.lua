-- Repetitions, anchors, %b, %f, back references, captures; each pattern on several subjects.
local subjects = { "", "a", "aa", "aaa", "ab", "ba", "aab", "abab", "hello world",
  "THE (quick) fox", "f(a(b)c)d)", "x=1, y=22", "  trim  ", "key = value", "2024-01-31", "a,b,,c",
  "\"quoted 'inner' text\"", "foo.bar.baz", "aXbXc", "((()))", "[[x]]", "a\nb\nc", "%d", "^a$",
  "abcabc" }
local patterns = { "a", "a*", "a+", "a-", "a?", "^a", "a$", "^a$", "^a*$", "^", "$", "^$", "a*b",
  "a-b", "a+b", "a?b", "(a)(b)", "(a*)(b*)", "(a*(b))", "()a()", "()", "(.)", "(.)%1", "(.-)%1",
  "(a)(.)%2", "%b()", "%b[]", "%bxx", "%f[%a]%a+", "%f[%w]", "%f[^%w]", "%f[%z]", "%a+$",
  "^%s*(.-)%s*$", "(%w+)%s*=%s*(%w+)", "(%d+)-(%d+)-(%d+)", "([^,]*)", "[^,]+", "(['\"])(.-)%1",
  ".-", ".*", ".+", ".?", "^.", ".$", "a.c", "a.-c", "%w+", "%W+", "(%w)(%w)(%w)", "((a)(b))", "x*",
  "(x*)()", "[ab]+", "[^ab]+", "[%w_]+%.", "%.", "%.%w+$", "%$", "%^", "^%^", "b$$", "a^", "$a",
  "()(a)()", "(b)a*", "%d%d", "%d?%d", "l+o?", "%s", "%S+", "[%[%]]", "(%b())", "%((.-)%)", "\n",
  "^b", "[\n]b" }
for _, p in ipairs(patterns) do
  local row = {}
  for i, s in ipairs(subjects) do
    local r = { s:find(p) }
    if #r > 0 then for k = 1, #r do r[k] = tostring(r[k]) end
      row[#row + 1] = i .. ":" .. table.concat(r, ",") end
  end
  print((p:gsub("\n", "\\n")), (table.concat(row, " "):gsub("\n", "\\n")))
end
