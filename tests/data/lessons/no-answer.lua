local qs = require "qs"
local L = qs.lesson { id = "no-answer", title = "broken", minutes = 1 }
L:ask { "1 + 1?", kind = "number", near = 2, hint = { "count" } }
return L
