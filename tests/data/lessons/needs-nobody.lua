local qs = require "qs"
local L = qs.lesson { id = "needs-nobody", title = "broken", minutes = 1, needs = { "nobody" } }
L:ask { "1 + 1?", kind = "number", near = 2, hint = { "count" }, answer = "2" }
return L
