-- os.exit(false) gives 1, from inside a coroutine and pcall.
print(1) print(2) print(3)
coroutine.wrap(function() pcall(function() os.exit(false) end) end)()
print "never"
