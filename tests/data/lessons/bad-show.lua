local qs = require "qs"
local L = qs.lesson { id = "bad-show", title = "broken", minutes = 1 }
L:show("line", qs.tensor { 1, 2 }, { codec = "int4", codes = { 7, -7 } })
L:ask { "1 + 1?", kind = "number", near = 2, hint = { "count" }, answer = "2" }
return L
