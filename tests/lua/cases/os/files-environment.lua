-- os.remove, rename, tmpname, getenv, execute, setlocale, exit codes through popen.
print(os.getenv "NO_SUCH_VARIABLE_HERE", type(os.getenv "PATH"), pcall(os.getenv),
  pcall(os.getenv, {})) local f = io.open("one.txt", "w") f:write "1" f:close()
print(os.rename("one.txt", "two.txt")) print(io.open "one.txt") print(io.open "two.txt":read "*a")
print(os.rename("one.txt", "three.txt")) print(os.remove "two.txt") print(os.remove "two.txt")
print(os.remove "missing/dir/file") print(pcall(os.remove)) print(pcall(os.rename, "x"))
print(os.rename("missing", "missing/x")) os.execute "mkdir sub" print(os.remove "sub")
print(os.remove ".")
local n = os.tmpname() print(type(n), n:match "^/%a+/lua_%w+$" ~= nil, os.remove(n))
print(os.execute "exit 0", os.execute "exit 3", os.execute "true", os.execute "false",
  os.execute() ~= nil and os.execute()) print(os.execute "echo shell output > shell.txt")
print(io.open "shell.txt":read()) os.remove "shell.txt" print(os.execute "kill -9 $$")
print(os.setlocale(), os.setlocale "C", os.setlocale(nil), os.setlocale("C", "all"),
  os.setlocale("C", "collate"), os.setlocale("C", "ctype"), os.setlocale("C", "monetary"),
  os.setlocale("C", "numeric"), os.setlocale("C", "time"), os.setlocale "no_SUCH", os.setlocale "")
print(pcall(os.setlocale, "C", "bad")) print(pcall(os.setlocale, {})) local keys = {}
for k in pairs(os) do keys[#keys + 1] = k end table.sort(keys) print(table.concat(keys, " "))
