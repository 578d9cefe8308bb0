-- The lessons in the order in which they build on each other.
return { "walkie", "symmetric", "asymmetric", "calibrate", "type0", "type1", "blocks", "kquants", "iquants", "importance", "names", "multiply",
	 "fixedpoint", "granularity", "gguf" }
