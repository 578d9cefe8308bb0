local qs = require "qs"
local L = qs.lesson { id = "syntax", title = "broken", minutes = 1 }
L:say(
return L
