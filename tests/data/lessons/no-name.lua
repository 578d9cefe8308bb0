local qs = require "qs"
local L = qs.lesson { id = "no-name", title = "broken", minutes = 1 }
L:say "This stands for nothing: {nobody}."
L:ask { "1 + 1?", kind = "number", near = 2, hint = { "count" }, answer = "2" }
return L
