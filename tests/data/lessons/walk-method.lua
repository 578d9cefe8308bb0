local qs = require "qs"
local L = qs.lesson { id = "walk-method", title = "the steps of methods", minutes = 1 }
L:walk("matmul", { 2.0, 1.5 }, { step = 0.0314, out = 0.0314, stop = { multiply = "Whole numbers alone." } })
L:walk("fixed", "0.5 * 1.75", { q = "3.4" })
L:walk("calibrate", qs.tensor { 1, 2, 3 }, { bits = 4, method = "mse" })
L:ask { "1 + 1?", kind = "number", near = 2, hint = { "count" }, answer = "2" }
return L
