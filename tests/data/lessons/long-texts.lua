local qs = require "qs"
local L = qs.lesson { id = "long-texts", title = "more than fits under the pane", minutes = 1 }
L:ask { "1?", kind = "number", near = 1, within = 0, hint = "1", answer = "1", why = "one is one" }
L:say [[
These are six rows of text, long enough that together with the question below they do not
fit under the pane once a verdict stands there too. The lesson waits, so that nobody has to
scroll for what was said. It would do so without this text if the screen were smaller, and
would not if it were larger. A terminal of eighty columns and twenty-four rows has twelve
rows for output while an answer is waited for, and nine while not. This is the sixth row or
the seventh.]]
L:ask { "A question that takes four rows, since it is so long: which number comes behind one if all the numbers between one and two, of which there are quite a few, are left out, as they are if only whole numbers count?", kind = "number", near = 2, within = 0, hint = "2", answer = "2",
  wrong = { { near = 7, within = 0, say = "Seven comes behind six, and six comes behind five, so that it would have to be a long way until one comes to it." } } }
L:ask { "3?", kind = "number", near = 3, within = 0, hint = "3", answer = "3" }
return L
