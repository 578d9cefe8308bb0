local qs = require "qs"
local L = qs.lesson { id = "mistake-not-its-own", title = "broken", minutes = 1 }
L:ask { "1 + 1?", kind = "number", near = 2, hint = { "count" }, answer = "2",
  wrong = { { near = 3, within = 1, say = "Too large." }, { near = 4, say = "Twice too large." } } }
return L
