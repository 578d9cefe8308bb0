return { "late", "one" }
