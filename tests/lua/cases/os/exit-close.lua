-- os.exit(true, true) closes the state: finalisers run.
print "before" local u = newproxy(true) getmetatable(u).__gc = function() print "finaliser runs" end
print(type(u))
os.exit(true, true)
