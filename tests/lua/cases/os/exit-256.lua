-- Exit codes wrap as the system has it.
print(1) print(2) print(3) os.exit(256 + 5)
