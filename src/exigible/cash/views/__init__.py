"""Pages of cash: the lettering desk, unallocated cash, the cash policy."""
