local qs = require "qs"
local L = qs.lesson { id = "no-hint", title = "broken", minutes = 1 }
L:ask { "1 + 1?", kind = "number", near = 2, answer = "2" }
return L
