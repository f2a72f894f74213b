"""Pure calculation: the method's rules as tools."""
