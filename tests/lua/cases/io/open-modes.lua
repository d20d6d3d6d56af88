-- io.open: modes, errors with codes, what each mode permits.
local name = "modes.txt" local function content() local f = io.open(name, "rb")
  if not f then return nil end local s = f:read "*a" f:close() return s end
for _, mode in ipairs { "w", "a", "r", "r+", "w+", "a+", "wb", "rb", "ab", "r+b", "w+b", "a+b",
  "rb+" } do local f = assert(io.open(name, mode)) print(mode, pcall(f.write, f, mode .. ";"))
  print(select("#", f:write "x")) print(f:seek "cur", f:seek("set", 0), f:read(3)) f:close()
  print(content()) end
for _, mode in ipairs { "", "x", "rw", "b", "r++", "+r", "wr", "r b", "R" } do
  local ok, f, m, c = pcall(io.open, name, mode) print(mode, ok, io.type(f) or f, m, c)
  if io.type(f) then f:close() end end print(io.open("missing/file", "w")) print(io.open "missing")
print(io.open("", "r")) print(io.open(".", "w")) local d = io.open "."
print(d and select(2, d:read(1))) print(pcall(io.open)) print(pcall(io.open, {}))
print(pcall(io.open, name, {})) print(io.open(name, nil) ~= nil)
local f = io.open(name, "w") f:write "content" f:close() f = io.open(name, "r") print(f:write "x")
f:close() f = io.open(name, "w") print(f:read "*a") print(f:read()) f:close() print(content())
print(io.type(f), io.type(io.stdout), io.type(5), io.type {}, pcall(io.type))
print(tostring(io.stdout):match "^file %(0x" ~= nil, tostring(f))
print(f == f, io.stdout == io.stderr, io.open(name) ~= io.open(name)) os.remove(name)
