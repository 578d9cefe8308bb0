return { "one", "two" }
