-- An error object that is not a string.
print(1) print(2) print(3)
error({ code = 5 })
