-- os.exit with a number; buffered output is written.
print "before" io.write "buffered" print() io.stdout:setvbuf("full", 65536) io.write "last words\n"
local u = newproxy(true) getmetatable(u).__gc = function() print "finaliser must not run" end
os.exit(7)
print "never"
