-- Malformed patterns and limits.
for _, p in ipairs { "[", "[a", "[^", "[]", "[^]", "[%", "[%a", "[a-", "[a-%", "%", "a%", "(", "a(",
  "(a", "((a)", ")", "a)", "()a)", "(a))", "%1", "(a%1)", "(a)%2", "%0", "%9", "%b", "%b(", "%ba",
  "%f", "%fa", "%f[", "%f[a", "*", "+", "?", "-", "**", "^*", "a**", "a+*", "a?*", "(*)", "(a)*",
  "%g", "%q", "%e", "%i", "[z-a]", "[%z-a]", "()()()", "^^", "$$", "[[]", "[]]", "[^]]", "(()",
  "(())", "%(", "%)", "[(]", "%1(a)", "(%1)", "()%1", "(a)%1%2" } do
  for _, f in ipairs { "find", "match", "gsub", "gmatch" } do
    local ok, a, b, c = pcall(string[f], "aab(c)", p, f == "gsub" and "X" or nil)
    if f == "gmatch" and ok then ok, a, b, c = pcall(a) end
    print(f, p, ok, a, b, c)
  end
end
print(pcall(string.find, "x", ("("):rep(33) .. (")"):rep(33)))
print(select("#", string.find("x", ("()"):rep(31))))
print(select("#", string.find("x", ("()"):rep(32)))) print(pcall(string.find, "x", ("()"):rep(33)))
print(pcall(string.find, ("a"):rep(100), (".-"):rep(3) .. "b"))
print(#("a"):rep(300000):match ".-$", #("a"):rep(300000):match ".*", ("a"):rep(3000):find "a-b")
print(pcall(string.match, ("a"):rep(2000), ("a?"):rep(10) .. "b"),
  pcall(string.find, ("("):rep(100000) .. (")"):rep(100000), "%b()"))
local ok, m = pcall(string.find, ("x"):rep(300000), ("(x"):rep(30) .. (")"):rep(30)) print(ok, m)
print(("x"):rep(100):find(("x?"):rep(50) .. ("x"):rep(50)),
  (("a"):rep(20)):find(("a*"):rep(5) .. "b"))
print(pcall(string.gsub, "abc", "b", "%")) print(pcall(string.gsub, "abc", "b", "%2"))
print(pcall(string.gsub, "abc", "b", "%x")) print(pcall(string.gsub, "abc", "(b)", "%1%2"))
print(pcall(string.gsub, "abc", "b", "%0%1%%")) print(pcall(string.gsub, "abc", "(a)(b)", "%2%1"))
print(pcall(string.gsub, "abc", "b", "a%")) print(pcall(string.gsub, "abc", "z", "%9"))
