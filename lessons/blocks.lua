-- Block quantization: what one large weight does to all that share its scale, and what a scale costs.
local qs = require "qs"
local L = qs.lesson { id = "blocks", title = "small groups, own scales: blocks", minutes = 9, needs = { "type0" } }

local ROWS, COLS, AT = 4, 64, 70		-- weight 70 lies in row 1
local w = qs.rand.normal({ ROWS, COLS }, { sigma = 0.02, seed = 42 })
w[AT] = 1.0
w = L:var("w", w)

local one = qs.quantize(w, "int4")
local rows = qs.quantize(w, "int4", { axis = "row" })
local blocks = qs.quantize(w, "int4", { group = 32 })
local q8 = qs.quantize(w, "q8_0")

-- The error without the large weight, which always comes back.
local function rest(q) return q:error({ skip = { AT } }).rmse end

local function zeros(q)
  local n = 0
  for _, v in q:values():each() do
    if v == 0 then n = n + 1 end
  end
  return n
end

local step = 1.0 / 7
local nought = zeros(one)
local all = ROWS * COLS

L:say(([[
%d weights of a model, %d rows of %d. They are small, some 0.02 in size, all but one:
w[%d, %d] is 1.0. Models have such weights, a few among thousands; they are called
outliers. One scale of int4, with codes -7..7, is to serve all of them.]]):format(all, ROWS, COLS, AT // COLS, AT % COLS))
L:show("hist", w)

L:ask { "How large is that one step?", kind = "number", near = step, within = 0.0005,
  wrong = {
    { near = 0.02 / 7, within = 0.0005, say = "That would suit the usual weight. But the scale must reach the largest, 1.0." },
    { near = 1.0 / 8, within = 0.0005, say = "1.0 gets the code 7, not 8." },
    { near = 2.0 / 15, within = 0.0005, say = "From -1 to 1 in 15 steps? The codes -7..7 have 14 steps between them." },
  },
  hint = { "The weight furthest from zero gets the code 7." }, answer = "1.0 / 7", why = ("1.0 / 7 = %.4f. A usual weight is 0.02."):format(step) }

L:predict { ("What comes back of the other %d weights?"):format(all - 1), kind = "choice",
  { "most come back within 10 % of themselves", "about half of them become 0", "all of them become 0" }, right = 3,
  wrong = {
    { choice = 1, say = "For that the step would have to be much smaller than 0.02." },
    { choice = 2, say = "Half a step is 0.07, more than three times the usual weight." },
  },
  hint = { "Whatever is smaller than half a step rounds to code 0." },
  why = ("%d of %d come back as 0: none reaches half a step, %.4f."):format(nought, all, step / 2),
  reveal = function() L:show("bars", one, { row = AT // COLS }) end }

L:pause()

-- D2
L:say(([[
So scales are not shared by all. Each row can have its own, or each block of 32
weights. Then the outlier spoils only its own group. The error (rmse, the root of the
mean squared error) of the other %d weights:
  one scale for all           %.5f
  one for each row of %d      %.5f
  one for each block of 32    %.5f
The notes say "groups of 16 or 32". The old types, Q4_0 to Q8_0, all have blocks of 32;
16 is the size of the inner groups of some K types, which have a lesson of their own.]]):format(all - 1, rest(one), COLS, rest(rows), rest(blocks)))
L:show("bars", blocks, { block = 3 })

L:ask { ("How many of the %d weights still share a scale with the outlier, now that blocks have 32?"):format(all),
  kind = "number", near = 31, within = 0,
  wrong = {
    { near = 32, within = 0, say = "32 are in the block, but one of them is the outlier." },
    { near = COLS - 1, within = 0, say = "That is the rest of its row. A row here has two blocks." },
    { near = all - 1, within = 0, say = "That was with one scale for all." },
    { near = 0, within = 0, say = "Its own block has a scale too, and the outlier is in it." },
  },
  hint = { "A block has one scale and 32 weights.", "32, less the outlier itself." }, answer = "31",
  why = ("31 suffer, %d do not. Smaller groups shut an outlier in."):format(all - 32) }

L:say [[
Then why not a scale for every two weights? Because scales have to be stored. A 16-bit
scale for a group of g weights costs 16 / g bits for each.]]
L:ask { "How many bits per weight do 4-bit codes take with a 16-bit scale for every 32?", kind = "number",
  near = qs.codec("q4_0").bits, within = 0.001,
  wrong = {
    { near = 4, within = 0.001, say = "The codes alone. The scale lies in the file too." },
    { near = 20, within = 0.001, say = "That would be a scale for each single weight: 32 of them share it." },
    { near = 4 + 32 / 16, within = 0.001, say = "Turned over: 16 bits are shared out among 32 weights." },
    { near = 5, within = 0.001, say = "That would be a scale of 32 bits, or a scale and a minimum." },
  },
  hint = { "4 for the code, and each weight's share of the 16 bits.", "4 + 16 / 32" }, answer = "4 + 16 / 32",
  why = ("4 + 0.5 = %g, and that is what Q4_0 is."):format(qs.codec("q4_0").bits) }

L:ask { "How many bits per weight are needed with a 16-bit scale for every 8 weights?", kind = "number", near = 4 + 16 / 8, within = 0.001,
  wrong = {
    { near = 4.5, within = 0.001, say = "That is for 32 weights. With 8, each bears a larger share." },
    { near = 4 + 4 * 16 / 8, within = 0.001, say = "The scale has 16 bits in all; they are not multiplied by the bits of the code." },
    { near = 4, within = 0.001, say = "The scale is not free." },
  },
  hint = { "16 bits for 8 weights." }, answer = "4 + 16 / 8",
  why = "6 bits, and 2 of them, a third of the file, would be scales." }

L:say [[
Q8_0 has blocks of 32 and codes of 8 bits, -127..127. Step through the block with the
outlier, w[1, 0:32].]]
local block = L:var("b", w:slice("1, 0:32"))
L:walk("q8_0", block, { stop = {
  find = "The outlier is the furthest: it decides.",
  scale = "1.0 / 127: with 254 steps instead of 14 even this block is fine enough for small weights.",
  half = "The step is stored with 16 bits.",
  round = "Small weights get codes of one or two steps now, not 0.",
  decode = "The usual weight comes back, though roughly.",
} })
L:show("bars", qs.quantize(block, "q8_0"))

local free = qs.quantize(w:slice("0, 0:32"), "q8_0"):error().rmse
local spoiled = qs.quantize(block, "q8_0"):error({ skip = { AT % COLS } }).rmse

L:predict { "How much larger is the error of the small weights in this block of Q8_0, beside a block without the outlier?", kind = "choice",
  { "about the same", "about 2 times", "more than 10 times" }, right = 3,
  wrong = {
    { choice = 1, say = "8 bits help, but the step still follows the largest weight." },
    { choice = 2, say = "The largest usual weight is about 0.05; the outlier is 20 times that, and so is the step." },
  },
  hint = { "How many times larger is 1.0 than the largest usual weight, about 0.05? The step grows with it." },
  why = ("rmse %.5f with the outlier in the block, %.5f without: %.0f times."):format(spoiled, free, spoiled / free),
  reveal = function() L:show("err", q8) end }

L:task { "A tensor of your own: make one with outliers, for example  outliers 4x64 share=0.01 size=30 , and quantize it with int4 so that the relative error stays below 0.2. group= and axis= set who shares a scale.",
  check = function(s)
    if not qs.is(s.value, "quantized") then return false end
    if s.value.codec ~= "int4" then return false, "That was " .. s.value.codec .. "; this task is about int4." end
    local x = s.value.x:stats()
    if x.count < 64 or x.absmax < 6 * x.sd and x.absmax < 10 * math.max(math.abs(x.q01), math.abs(x.q99)) / 2.3 then
      return false, ("No outlier among these %d numbers: one should be much larger than the rest, and there should be 64 at least."):format(x.count)
    end
    local e = s.value:error().rel
    if e >= 0.2 then return false, ("rel is %.3f. Smaller groups?"):format(e) end
    return true
  end,
  hint = { "o = outliers 4x64 share=0.01 size=30 seed=3   and then   quantize int4 o group=32", "If that does not do, group=16 or group=8." },
  answer = "o = outliers 4x64 share=0.01 size=30 seed=3; quantize int4 o group=8",
  why = "int4 keeps each scale in 32 bits, so a group of 8 costs 4 bits more for each weight. The types in model files stop at 16." }

L:say [[
A block shuts an outlier in; its scale costs bits. 32 weights and a 16-bit scale, half
a bit each, is the bargain of the old types.

Try `demo outlier`, and `err q4_0 w` beside `err q8_0 w`. The next lesson, kquants, makes scales cheaper
by quantizing them too.]]

return L
