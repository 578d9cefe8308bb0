-- The lessons in the order in which they build on each other.
return { "walkie", "type0", "type1", "blocks", "kquants", "iquants", "importance", "gguf" }
