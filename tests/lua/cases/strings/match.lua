-- string.match with and without captures, init.
print(("key = value"):match "(%w+)%s*=%s*(%w+)") print(("hello"):match "l+")
print(("hello"):match "xyz") print(("hello"):match("l", 4)) print(("hello"):match("l", 5))
print(("hello"):match("()l", -2)) print(("hello"):match("^h", 2)) print(("hello"):match("^e", 2))
print(("hello"):match ".-(l+)(.*)") print(("hello"):match "") print((""):match ".*")
print((""):match ".+")
for _, s in ipairs { "12", "-12", "+1.5", "1e5", "0x1F", "abc", "1.", ".5", "1.2.3", "" } do
  print(s, s:match "^[+-]?%d+$", s:match "^[+-]?%d*%.?%d*$", s:match "^0[xX](%x+)$",
    s:match "^(%d*)%.?(%d*)$") end
for _, s in ipairs { "http://host:80/path?q=1", "ftp://user@h/", "nothing" } do
  print(s:match "^(%w+)://([^/:]+):?(%d*)(/?[^?]*)%??(.*)$") end
for _, s in ipairs { "  a b  ", "", "   ", "x", "\t\n y \r" } do
  print("[" .. s:match "^%s*(.-)%s*$" .. "]") end
for _, s in ipairs { "a/b/c.txt", "c.txt", "/", "a/", ".hidden", "a.b.c" } do
  print(s, s:match "([^/]*)$", s:match "^(.*)/", s:match "%.([^./]*)$", s:match "^(.-)%.?[^.]*$")
end
print(("\"a\\\"b\" c"):match '"(.-[^\\])"') print(("[[nested [x] ]]"):match "%b[]")
print(("f(a, g(b))"):match "^(%w+)(%b())$") print(("0123456789"):match "((((((((((.))))))))))")
print(select("#", ("0123456789"):match "(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)"))
print(("aXXb"):match "a(X*)b", ("ab"):match "a(X*)b", ("ab"):match "a()b", ("ab"):match "()ab()",
  ("ab"):match "(a)(b)(c?)", ("abab"):match "(ab)%1", ("abba"):match "(a)(b)%2%1")
print(pcall(string.match)) print(pcall(string.match, "x")) print(pcall(string.match, "x", "x", "y"))
print(string.match(1234, "%d%d"), string.match("a", "a", math.huge), string.match("a", "", 2),
  string.match("a", "", 3), string.match("abc", "b", -2 ^ 40))
