-- The course: IDs in the order in which they build on each other. `lesson` without an ID goes on with the first that is not done.
return { "walkie" }
