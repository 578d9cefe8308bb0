local qs = require "qs"
local L = qs.lesson { id = "no-fit", title = "broken", minutes = 1 }
L:say [[
  a line that stays as it is because it begins with blanks, and is far too long for any terminal of eighty]]
L:ask { "1 + 1?", kind = "number", near = 2, hint = { "count" }, answer = "2" }
return L
