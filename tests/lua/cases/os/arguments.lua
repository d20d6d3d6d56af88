-- arg, varargs of the main chunk and names of the script.
print(#arg, arg[0], arg[1], select("#", ...), ...)
print(type(arg[-1]), debug.getinfo(1, "S").source, debug.getinfo(1, "S").short_src,
  debug.getinfo(1, "S").what) print(debug.getinfo(1, "l").currentline, getfenv(1) == _G,
  coroutine.running()) local function f()
  return debug.getinfo(1, "n").name, debug.getinfo(2, "S").what end print((f()))
print(select(2, f())) return "a result of main is ignored"
