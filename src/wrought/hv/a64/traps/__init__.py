"""What guests cannot do themselves [c]: one file a class of exits."""
