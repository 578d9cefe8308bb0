local qs = require "qs"
local L = qs.lesson { id = "name-twice", title = "broken", minutes = 1 }
L:var("x", 1)
L:var("x", 2)
L:ask { "1 + 1?", kind = "number", near = 2, hint = { "count" }, answer = "2" }
return L
