local qs = require "qs"
local L = qs.lesson { id = "few", title = "digits", minutes = 1 }
L:ask { "How much is 5 / 7?", kind = "number", near = 5 / 7, within = 1e-6, hint = "Divide.", answer = "5 / 7" }
return L
