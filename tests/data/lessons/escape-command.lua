local qs = require "qs"
local L = qs.lesson { id = "escape-command", title = "broken", minutes = 1 }
L:ask { "1 + 1?", kind = "number", near = 2, hint = { "count" }, answer = "qs.cmd('save [1] /tmp/qs-lesson-escaped.npy'); x = 2" }
return L
