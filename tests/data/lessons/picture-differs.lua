local qs = require "qs"
local L = qs.lesson { id = "picture-differs", title = "broken", minutes = 1 }
L:show("bits", tonumber(tostring({}):match "0x(%x+)", 16) % 65521)
L:ask { "1 + 1?", kind = "number", near = 2, hint = { "count" }, answer = "2" }
L:ask { "2 + 2?", kind = "number", near = 4, hint = { "count" }, answer = "4" }
return L
