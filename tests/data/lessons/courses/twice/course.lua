return { "one", "one" }
