-- An error that nobody catches: message and traceback on stderr, exit code 1.
local function inner(t) return t.x.y end
local function outer() local r = inner({}) return r end
print "before"
io.write("no newline at the end")
print() print "third"
outer()
print "never"
