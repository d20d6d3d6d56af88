-- string.rep with counts and separators.
for _, n in ipairs { -5, -1, 0, 1, 2, 3, 5.9, "4" } do
  print(n, ("ab"):rep(n), ("ab"):rep(n, ","), ("ab"):rep(n, ""), (""):rep(n), (""):rep(n, "-")) end
print(("x"):rep(3, nil), ("x"):rep(3, 0), ("x"):rep(2, 1.5), #("\0"):rep(10),
  ("\0"):rep(2, "\1") == "\0\1\0")
print(pcall(string.rep)) print(pcall(string.rep, "x")) print(pcall(string.rep, "x", {}))
print(pcall(string.rep, "x", 2, {})) print(pcall(string.rep, {}, 2))
for n = 0, 20 do print(n, #("abc"):rep(n), #("abc"):rep(n, "--"), ("abc"):rep(n):sub(-4),
    ("z"):rep(n, "yx"):sub(-5)) end
print(#("x"):rep(1e6), #("xyz"):rep(333333), #(""):rep(1e9), ("x"):rep(1e5) == ("xx"):rep(5e4))
