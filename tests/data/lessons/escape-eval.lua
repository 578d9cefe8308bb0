local qs = require "qs"
local L = qs.lesson { id = "escape-eval", title = "broken", minutes = 1 }
L:ask { "1 + 1?", kind = "code", hint = { "count" }, answer = "print (os.execute('touch /tmp/qs-lesson-escaped'))", check = function() return true end }
return L
