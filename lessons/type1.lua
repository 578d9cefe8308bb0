-- Type 1: a scale and a minimum. Q4_1 and Q5_1, and where Q5_0 keeps its fifth bits.
local qs = require "qs"
local L = qs.lesson { id = "type1", title = "a scale and a minimum: type 1", minutes = 9, needs = { "type0" } }

local x = L:var("x", qs.tensor { -1.2, -0.6, 0.2, 1.0 })
local p = L:var("p", qs.rand.uniform(32, { seed = 5, sigma = 0.2 }):map(function(v) return v + 0.8 end))
local w = L:var("w", qs.rand.normal(32, { sigma = 0.02, seed = 42 }))
local stats = p:stats()
local lowest, highest = stats.min, stats.max

local function list(t, format)
  local s = {}
  for _, v in t:each() do s[#s + 1] = format:format(v) end
  return table.concat(s)
end

local function distinct(t)
  local seen, n = {}, 0
  for _, v in t:each() do
    if not seen[v] then seen[v], n = true, n + 1 end
  end
  return n
end

local p0, p1 = qs.quantize(p, "q4_0"), qs.quantize(p, "q4_1")
local used0, used1 = distinct(p0:codes()), distinct(p1:codes())

L:say(([[
Here are 32 weights that all lie on one side of zero, from %.2f to %.2f. Type 0 has
one scale and keeps zero at zero: its 16 codes reach equally far, but for one step, to
both sides.]]):format(lowest, highest))
L:show("bars", p)

L:predict { "How many of its 16 codes will q4_0 use for these 32 weights?", kind = "choice",
  { "all 16", "at most 9", "15, all but one" }, right = 2,
  wrong = {
    { choice = 1, say = "Every code on the other side of zero would stand for a number that is not there." },
    { choice = 3, say = "That would need weights on both sides of zero." },
  },
  hint = { "No weight is negative. Which codes can a positive number get?" },
  why = ("It uses %d. Codes for the empty side, and for the gap between zero and the smallest weight, are wasted."):format(used0),
  reveal = function() L:show("line", p0) end }

-- D1
L:say [[
Type 1 stores two numbers for a block: the step d, and the smallest weight, the
minimum m. Codes count steps from there:

    weight = d * code + m

Code 0 is the smallest weight, code 15 the largest. Take the four weights of the lesson
before, -1.2, -0.6, 0.2 and 1.0.]]
L:show("line", x, { codec = "q4_1", pad = "edge", hide = "step" })

local q = qs.quantize(x, "q4_1", { pad = "edge" })
local d, m = q:field(0, "d"), q:field(0, "m")

L:ask { "How large is the step d of Q4_1 for these four?", kind = "number", near = 2.2 / 15, within = 0.0003,
  wrong = {
    { near = 2.2 / 16, within = 0.0003, say = "16 codes, but only 15 steps from the first to the last." },
    { near = 1.2 / 7, within = 0.0003, say = "That is the symmetric scale. Here the codes begin at the smallest weight, so they need not reach equally far." },
    { near = 1.2 / 8, within = 0.0003, say = "That is Q4_0's. Q4_1 spreads its codes from the smallest weight to the largest." },
    { near = 1.0 / 15, within = 0.0003, say = "The range begins at -1.2, not at zero." },
  },
  hint = { "How far is it from -1.2 to 1.0?", "That range is cut into 15 steps." }, answer = "(1.0 - -1.2) / 15",
  why = ("2.2 / 15 = %.6f; kept in 16 bits it is %.6f."):format(2.2 / 15, d) }

L:ask { "Which weight does code 0 stand for?", kind = "number", near = -1.2, within = 0.001,
  wrong = {
    { near = 0, within = 0.0001, say = "In type 0 code 0 (before 8 is added) is zero. Here counting begins at the minimum." },
    { near = 1.2, within = 0.001, say = "The minimum has its sign." },
    { near = -8, within = 0, say = "-8 is a code of Q4_0. The question is for a weight." },
  },
  hint = { "weight = d * code + m", "With code 0 only m is left." }, answer = "-1.2",
  why = ("0 * d + m = m, the minimum, kept in 16 bits as %.6f."):format(m) }

local nought = qs.quantize(qs.tensor { -1.2, -0.6, 0.2, 1.0, 0.0 }, "q4_1", { pad = "edge" })
local nought_code, nought_back = nought:codes()[4], nought:values()[4]

L:say [[
The notes say that type 1 "uses a zero point". A zero point is something else: the
code, a whole number, at which zero sits, so that zero comes back as zero exactly. m is
a weight, any number in 16 bits. Nobody promises that a code falls on zero.]]
L:show("line", nought)

L:ask { "Which number comes back for a fifth weight, 0.0?", kind = "number", near = nought_back, within = 0.003,
  wrong = {
    { near = 0, within = 0.0005, say = "With a zero point it would. Here 0 lies between two codes: the nearest one is what comes back." },
    { near = nought_code, within = 0, say = "That is its code. Now turn it into a weight: d * code + m." },
    { near = nought_back + d, within = 0.003, say = "That is the next code up; it is further away from zero." },
  },
  hint = { "Count the steps from -1.2 up to 0: 1.2 / d, rounded. The picture shows its code too.", ("Code %d: what is %d * d - 1.2 ?"):format(nought_code, nought_code) },
  answer = ("%d * 0.146667 - 1.2"):format(nought_code),
  why = ("1.2 / %.6f = %.2f, so code %d, and %d * d + m = %.4f."):format(d, 1.2 / d, nought_code, nought_code, nought_back) }

local e0, e1 = p0:error().rmse, p1:error().rmse

L:predict { "How large is the error of q4_1, beside q4_0's, for the 32 weights on one side?", kind = "choice",
  { "about the same", "about two thirds", "less than half" }, right = 3,
  wrong = {
    { choice = 1, say = ("q4_0 had only %d codes of use there. q4_1 puts its first code on the smallest weight."):format(used0) },
    { choice = 2, say = "More is won than that: all 16 codes lie between the smallest and the largest weight now." },
  },
  hint = { ("One has 16 codes where the weights are, the other spreads %d codes from 0 to %.2f."):format(used0, highest) },
  why = ("The rmse (the root of the mean squared error, a kind of average) is %.4f with q4_0 and %.4f with q4_1, which uses %d codes."):format(e0, e1, used1),
  reveal = function() L:show("line", p1) end }

L:pause()

L:say "Watch Q4_1 work through those 32 weights."
L:walk("q4_1", p, { stop = {
  find = "Two weights are looked for: the smallest and the largest.",
  scale = "Their distance, cut into 15 steps.",
  half = "Both numbers are stored as 16-bit floats.",
  round = "Steps from the minimum, rounded; + 0.5 and cutting off is rounding to the nearest.",
  pack = "Two codes to a byte, as in Q4_0, behind d and m.",
  decode = "d * code + m, beside the weight it was.",
} })

local bits = #p1.bytes * 8 / 32
L:show("block", p1)
L:ask { "How many bits does a weight take in Q4_1, all told?", kind = "number", near = bits, within = 0.001,
  wrong = {
    { near = 4, within = 0.001, say = "4 bits are the code. The block also holds d and m, and they must be shared out." },
    { near = 4.5, within = 0.001, say = "That is Q4_0, which has only a scale. The minimum takes 16 bits more." },
    { near = #p1.bytes, within = 0, say = "Those are the bytes of the block. Per weight: times 8 bits, divided by 32." },
  },
  hint = { "The block has a d of 2 bytes, an m of 2 bytes and 16 bytes of codes, for 32 weights.", "20 bytes of 8 bits for 32 weights." },
  answer = "20 * 8 / 32", why = ("%d bytes for 32 weights: %g bits each, of which 1 is scale and minimum."):format(#p1.bytes, bits) }

local function row(name)
  local q = qs.quantize(x, name, { pad = "edge" })
  return ("  %-6s %4g %s %s\n"):format(name, qs.codec(name).bits, list(q:codes(), "%3d"), list(q:values(), "%9.4f"))
end
L:say("One bit more for each code makes Q5_0 and Q5_1, 32 codes instead of 16. The four\nweights, with the bits that a weight takes:\n" ..
  row "q4_0" .. row "q4_1" .. row "q5_0" .. row "q5_1" ..
  "A finer step is no promise to each single weight: see -0.6 in q4_1 and q5_1.")

local five = qs.quantize(w, "q5_0")
local codes = five:codes()
local at = 0
for j = 1, 15 do
  if codes[j] >= 16 and codes[j] % 16 > 0 and at == 0 then at = j end
end
local low = five.bytes:byte(7 + at) & 15

L:say(([[
Five bits do not fit two to a byte. Q5_0 stores the lower four as before, and the
fifth bits of all 32 weights in a word of their own: 4 bytes, named qh in the block. The
fifth bit is worth 16. Look at weight %d of w: its four lower bits are %d, and its fifth
bit, bit %d of qh, is %d.]]):format(at, low, at, (five.bytes:byte(3 + at // 8) >> at % 8) & 1))
L:show("block", five)

L:ask { ("Which code has w[%d], from 0 to 31?"):format(at), kind = "number", near = codes[at], within = 0,
  wrong = {
    { near = low, within = 0, say = "That is the lower four bits alone, as if the fifth were 0." },
    { near = low * 2 + 1, within = 0, say = "The fifth bit goes on top, not below: it is worth 16, not 1." },
    { near = low + 1, within = 0, say = "The fifth bit is worth 16, not 1." },
  },
  hint = { "A fifth bit of 1 adds 16." , ("%d + 16"):format(low) }, answer = ("%d + 16"):format(low),
  why = ("%d + 16 = %d, and (%d - 16) x d = %.6f; the weight was %.6f."):format(low, codes[at], codes[at], five:values()[at], w[at]) }

L:task { "Numbers of your own: quantize some with q4_1 (short ones need pad=edge) for which it makes at most a third of the error of q4_0.",
  check = function(s)
    if not qs.is(s.value, "quantized") then return false end
    if s.value.codec ~= "q4_1" then return false, "That was " .. s.value.codec .. "; this task is about q4_1." end
    local mine, other = s.value:error().rmse, qs.quantize(s.value.x, "q4_0", { pad = "edge" }):error().rmse
    if mine * 3 > other then return false, ("q4_1: rmse %.5f. q4_0 would have %.5f on the same numbers."):format(mine, other) end
    return true
  end,
  hint = { "Where does type 0 waste most of its codes?", "Take numbers that lie far from zero and close together." },
  answer = "quantize q4_1 [5.0, 5.13, 5.2, 5.31, 5.4] pad=edge",
  why = "The further from zero and the closer together, the more a minimum wins." }

L:say [[
Type 1: weight = d * code + m. Better where weights are lopsided, for half a bit more.

Try `line _`, or `block q5_1 p`. The next lesson, blocks, asks why a scale is shared by
32 weights and not by thousands.]]

return L
