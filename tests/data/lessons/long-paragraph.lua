local qs = require "qs"
local L = qs.lesson { id = "long-paragraph", title = "broken", minutes = 1 }
L:say(("ten rows of words, too many to be seen whole. "):rep(15))
L:ask { "1 + 1?", kind = "number", near = 2, hint = { "count" }, answer = "2" }
return L
