-- Importance: errors that count differently, and why the nearest codebook entry is not always stored.
local qs = require "qs"
local L = qs.lesson { id = "importance", title = "which errors matter: importance", minutes = 9, needs = { "iquants" } }

local BIG = 5
local x = L:var("x", qs.rand.normal(32, { sigma = 0.02, seed = 42 }))
local imp = L:var("imp", qs.zeros(32):map(function(_, i) return i == BIG and 100 or 1 end))
local w = L:var("w", qs.rand.normal(256, { sigma = 0.02, seed = 42 }))
local wi = L:var("wi", qs.rand.normal(256, { sigma = 1, seed = 9 }):map(function(v) return v * v end))

local plain, weighted = qs.quantize(x, "q4_0"), qs.quantize(x, "q4_0", { imp = imp })

local function off(q, i) return q:values()[i] - q.x[i] end

L:say [[
A weight is not an end in itself: it is multiplied by an input. If the input of its
column is usually large, an error of the weight does more harm. So an error is counted
as

    importance * error * error

and the sum over all weights is to be small. The importance of a column is the mean of
its squared inputs.]]
L:show("bars", plain)

L:ask { "A column saw the inputs 1, -3 and 2. What is its importance?", kind = "number", near = (1 + 9 + 4) / 3, within = 0.01,
  wrong = {
    { near = 0, within = 0.001, say = "The mean of the inputs themselves is 0: plus and minus cancel. They are squared first." },
    { near = 2, within = 0.001, say = "That is the mean of the inputs without their signs. They are squared." },
    { near = 14, within = 0.001, say = "That is the sum of the squares. The mean divides it by how many there are." },
    { near = 36, within = 0.001, say = "Each input is squared by itself, then the mean is taken." },
  },
  hint = { "Square each: 1, 9, 4.", "Add them and divide by 3." }, answer = "(1 + 9 + 4) / 3",
  why = "14 / 3 = 4.67. A file of such numbers, one for each column of each tensor, is called an importance matrix, or imatrix." }

L:ask { "Two weights with the errors 0.1 and 0.2 have the importances 9 and 1. How large is the sum of importance * error^2?", kind = "number",
  near = 9 * 0.01 + 0.04, within = 0.0005,
  wrong = {
    { near = 9 * 0.1 + 0.2, within = 0.001, say = "The errors must be squared." },
    { near = 0.05, within = 0.0005, say = "That counts both alike. The first counts 9 times." },
    { near = 0.1 ^ 2 + 9 * 0.2 ^ 2, within = 0.0005, say = "The importances are exchanged." },
    { near = (9 * 0.1) ^ 2 + 0.04, within = 0.001, say = "Only the error is squared, not the importance." },
  },
  hint = { "0.1 squared is 0.01, 0.2 squared is 0.04.", "9 * 0.01 + 1 * 0.04" }, answer = "9 * 0.01 + 1 * 0.04",
  why = "0.09 + 0.04 = 0.13: the smaller error does more harm here." }

L:say(([[
x holds 32 weights, imp their importance: 100 for x[%d], 1 for all others. Q4_0 without
importance takes its scale from the weight furthest from zero. With importance it tries
19 scales and keeps the one whose weighted error is smallest.]]):format(BIG))

L:predict { ("What will importance on x[%d] change in the stored block?"):format(BIG), kind = "choice",
  { ("the code of x[%d] only"):format(BIG), "the scale, and with it what all 32 come back as", "nothing: the codes are the nearest anyway" }, right = 2,
  wrong = {
    { choice = 1, say = "The nearest code is the best for each weight already. What can be chosen freely is the scale." },
    { choice = 3, say = "The nearest of codes that depend on the scale, and the scale can be chosen." },
  },
  hint = { "With a given scale, each weight takes its nearest code. What is left to choose?" },
  why = ("The error of x[%d] goes from %.5f to %.5f. Scale before: %.6f, with importance: %.6f.")
    :format(BIG, off(plain, BIG), off(weighted, BIG), plain:field(0, "d"), weighted:field(0, "d")),
  reveal = function() L:show("scales", weighted) end }

L:say "Each column of the picture is a scale that was tried."
L:pause()

L:say "Go through the steps."
L:walk("q4_0", x, { imp = imp, stop = {
  weigh = "Importance is mixed with the size of the weight: large weights count somewhat more.",
  search = "The plain scale is only one of those tried.",
  half = "16 bits, as always. In the file nothing tells that importance was used.",
  round = "Each weight gets the nearest code, counted in the step that won.",
  decode = "The weight that matters is nearly unharmed.",
} })

local q = qs.quantize(w, "iq2_xxs", { imp = wi })
local groups, first = 0, nil
for g = 0, 31 do
  local best, taken
  for _, m in ipairs(qs.match(q, { group = g, top = 256 })) do
    if m.by_distance == 1 then best = m.entry end
    if m.stored then taken = m.entry end
  end
  if best ~= taken then
    groups = groups + 1
    first = first or g
  end
end

L:say(([[
In a codebook type the choice is larger: which entry. Here are 256 weights, w, with an
importance for each column, wi. In %d of the 32 groups of eight the stored entry is not
the one nearest by plain distance. The pane shows one of them.]]):format(groups))
L:show("match", q, { group = first })

L:ask { "Which two reasons are there for storing another entry than the nearest?", kind = "choice",
  { "chance, and lack of memory", "errors are weighted, and the scale was not yet final",
    "signs are stored apart, and entries are sorted by cosine" }, right = 2,
  wrong = {
    { choice = 1, say = "Nothing is left to chance: the same weights always give the same bytes." },
    { choice = 3, say = "Signs are apart, but that does not change which magnitudes are nearest; and the codec does not go by cosine." },
  },
  hint = { "The list is sorted by plain distance. By what does the codec judge errors?", "And the scale in the file is the last thing that is found." },
  why = "Weighted distance, as the word weighted in the list marks it; and the scale is fitted once more to the entries that were chosen." }

local refuse = {}
for _, c in ipairs(qs.codecs()) do
  if c.needs_importance then refuse[#refuse + 1] = c.name end
end
local _, said = pcall(qs.quantize, w, "iq2_xxs")

L:say(("Some types refuse to work without importance: %s. They have so few bits that wrong\nchoices ruin a model. Without `imp=` the engine says:\n  %s"):format(table.concat(refuse, ", "),
  tostring(said):match("[^\n]*") or ""))

L:ask { "Which of these does not refuse?", kind = "choice", { "iq2_xxs", "iq1_s", "iq3_s", "iq2_xs" }, right = 3,
  wrong = {
    { choice = 1, say = "iq2_xxs is in the list above." }, { choice = 2, say = "iq1_s has the fewest bits of all: it refuses." },
    { choice = 4, say = "iq2_xs is in the list above." },
  },
  hint = { "The list is in the text above." }, why = "iq3_s takes importance where it is given and goes on without." }

local flat = qs.quantize(w, "iq2_xxs", { imp = "flat" })

local function harm(c)
  local s, t = 0, 0
  for i, v in c:values():each() do
    local e = v - w[i]
    s, t = s + wi[i] * e * e, t + wi[i]
  end
  return math.sqrt(s / t)
end

L:predict { "Without an imatrix one can say that all columns count alike: imp=flat. What does that do to w, judged by wi, its true importance?", kind = "choice",
  { "nothing: the bytes are the same", "the weighted error grows", "the weighted error shrinks" }, right = 2,
  wrong = {
    { choice = 1, say = "Scales and entries were chosen by importance. Other importance, other choices." },
    { choice = 3, say = "Then knowing nothing would be better than knowing." },
  },
  hint = { "Which of the two searches looks for what it is judged by here?" },
  why = ("Weighted rmse %.5f with wi, %.5f with flat. The plain rmse goes the other way: %.5f with wi, %.5f with flat."):format(harm(q), harm(flat), q:error().rmse, flat:error().rmse),
  reveal = function() L:show("bars", flat) end }

L:task { "Importance of your own: quantize x with q4_0 and an importance that makes the error of x[2] smaller than 0.0003 (without importance it is larger).",
  check = function(s)
    if not qs.is(s.value, "quantized") then return false end
    if s.value.codec ~= "q4_0" or #s.value.x ~= 32 then return false, "This task is about x in q4_0." end
    for i, v in x:each() do
      if s.value.x[i] ~= v then return false, "Those are other weights: take x itself." end
    end
    local e = math.abs(off(s.value, 2))
    return e < 0.0003, ("The error of x[2] is %.5f."):format(e)
  end,
  hint = { "imp itself is 1 for most columns. Make a copy with another large one.", "mine = imp:copy()   then   mine[2] = 1000   and   quantize q4_0 x imp=mine" },
  answer = "mine = imp:copy(); mine[2] = 1000; quantize q4_0 x imp=mine",
  why = "What you call important comes back better; the others take the scale that suits it." }

L:say [[
Importance says which errors matter: the mean squared input of each column, measured on
sample data. That is a kind of calibration.

Try `scales q4_0 x imp=imp` and `match iq2_xxs w imp=wi`. Next: gguf, a file as it lies
on the disk, or names, what Q4_K_M means.]]

return L
