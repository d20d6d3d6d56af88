"""Tables without metamethods: an array part and a hash part."""
