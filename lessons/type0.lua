-- Type 0: one scale for a block of weights. The document's four floats, then a real block of Q4_0.
local qs = require "qs"
local L = qs.lesson { id = "type0", title = "one scale for a block: type 0", minutes = 9, needs = { "walkie" } }

local x = L:var("x", qs.tensor { -1.2, -0.6, 0.2, 1.0 })
local w = L:var("w", qs.rand.normal(32, { sigma = 0.02, seed = 42 }))

local function list(t, format)
  local s = {}
  for i, v in t:each() do s[#s + 1] = format:format(v) end
  return table.concat(s)
end

local function distinct(t)
  local seen, n = {}, 0
  for _, v in t:each() do
    if not seen[v] then seen[v], n = true, n + 1 end
  end
  return n
end

-- All codes from lo to hi, counted by the engine.
local function how_many(lo, hi)
  return distinct(qs.quantize(qs.range(lo, hi), "int4", { step = 1, codes = { lo, hi } }):codes())
end

local full, even = how_many(-8, 7), how_many(-7, 7)
local seven = qs.quantize(x, "int4")
local eight = qs.quantize(x, "int4", { codes = { -8, 7 } })
local spread = (1.0 - -1.2) / 15
local stored = qs.quantize(x, "q4_0", { pad = "zero" })
local d = stored:field(0, "d")
local turned = qs.tensor { 1.2, 0.6, -0.2, -1.0 }
local turned_d = qs.quantize(turned, "q4_0", { pad = "zero" }):field(0, "d")
local step = 1.2 / 7

L:say [[
Four weights of a model: -1.2, -0.6, 0.2 and 1.0. They are to share one scale and be
stored in 4 bits each. Files of this kind are called type 0: a weight is scale times
code, nothing else. Four bits hold the whole numbers from -8 to 7.]]
L:show("line", qs.range(-8, 7), { codec = "int4", step = 1, codes = { -8, 7 } })

-- D3
L:ask { "How many different codes are there from -8 to 7?", kind = "number", near = full, within = 0,
  wrong = {
    { near = even, within = 0, say = "The notes print 15 as well. That is how many there are from -7 to 7: the 0 counts, and so does the -8." },
    { near = 14, within = 0, say = "14 is the number of steps from -7 to 7. Count the codes themselves, the 0 among them." },
    { near = 8, within = 0, say = "Those are the ones on one side. Count both sides and the 0." },
  },
  hint = { "Eight of them are below zero. How many are not?", "Four bits: 2 x 2 x 2 x 2 patterns." },
  answer = "16",
  why = ("8 negative ones, 0, and 7 positive ones: %d. From -7 to 7 there are %d."):format(full, even) }

L:say [[
The notes write the set as [-8 .. +7], call it "15 values" and "symmetric around 0".
That mixes two sets. -8..7 has 16 codes and is lopsided: it reaches one step further
down than up. -7..7 has 15 and is symmetric; it leaves one of the 16 patterns unused.
Both are used in practice, and they give different scales.]]
L:show("line", x, { codec = "int4", hide = "step" })

-- D4
L:ask { "How large is one step, if the codes are -7..7?", kind = "number", near = step, within = 0.002,
  wrong = {
    { near = 2.2 / 14, within = 0.0006, say = "2.2 / 14 spreads the range -1.2 .. 1.0 over the 14 steps. But zero stays at code 0, so -1.2 would land beyond -7." },
    { near = 1.2 / 8, within = 0.0006, say = "1.2 / 8 is right for the codes -8..7. Here the last code is -7." },
    { near = 1.0 / 7, within = 0.0006, say = "1.0 is the largest number, but not the one furthest from zero. The scale has to reach -1.2 too." },
    { near = 2.2 / 15, within = 0.0006, say = "2.2 / 15 treats the range as if it began at -7 and ended at 8. Zero stays at code 0: only the longest arm counts." },
  },
  hint = { "Which weight lies furthest from zero? It must get the last code on its side.", "1.2 is 7 steps long." },
  answer = "1.2 / 7", why = ("Furthest from zero is -1.2, and it gets code -7: s = 1.2 / 7 = %.6f."):format(step) }

L:predict { "Which weight comes back with the largest error?", kind = "choice",
  { "-1.2", "-0.6", "0.2", "1.0" }, right = 2,
  wrong = {
    { choice = 1, say = "-1.2 sits exactly on code -7: the scale was made from it. Its error is 0." },
    { choice = 3, say = "0.2 is small, but being small does not make an error. What counts is the distance to the nearest code." },
    { choice = 4, say = "1.0 is nearly 6 steps." },
  },
  hint = { "Divide each by the step. Which one lies in the middle between two codes?" },
  why = "-0.6 is exactly 3.5 steps: half a step from both neighbours. That is called a tie; the engine takes the even code, -4.",
  reveal = function() L:show("bars", qs.quantize(x, "int4")) end }

L:pause()

-- D5
L:say [[
The file type Q4_0 goes another way. It uses all 16 codes, -8..7, and so that no code
is wasted it puts the weight furthest from zero on -8, whatever its sign. The notes say
that type 0 "assumes numbers are symmetric around zero". Not quite: only the place of
zero is fixed. These four numbers are not symmetric, and -8 helps just then. (A real block has 32 weights:
here 28 zeros fill it up.)]]
L:show("line", x, { codec = "q4_0", pad = "zero" })

L:ask { "The four weights turned over: 1.2, 0.6, -0.2, -1.0. Which scale d puts 1.2 on the code -8?",
  kind = "number", near = turned_d, within = 0.0005,
  wrong = {
    { near = 0.15, within = 0.0005, say = "With 0.15 the code -8 would stand for -1.2. A scale may be negative." },
    { near = 1.2 / 7, within = 0.0005, say = "1.2 / 7 would put it on +7. Q4_0 wants it on the far end, -8." },
    { near = -1.2 / 7, within = 0.0005, say = "The sign is right, but -8 is 8 steps away from zero." },
  },
  hint = { "-8 times d must be 1.2.", "1.2 / -8" }, answer = "1.2 / -8",
  why = ("d = 1.2 / -8 = -0.15. The file keeps it in 16 bits, as %.6f."):format(turned_d) }

local function row(rule, s, codes, q)
  return ("  %-16s %7.4f %s %s\n"):format(rule, s, list(codes, "%3d"), list(q:values(), "%8.4f"))
end

local function table_of_rules()
  local a = qs.quantize(x, "int4", { step = spread, codes = { -8, 7 } })
  local b = qs.quantize(x, "int4", { step = 2.2 / 14 })
  local one = qs.quantize(x, "q4_1", { pad = "zero" })
  return "  rule               scale codes        comes back\n" ..
    row("1.2 / 7, -7..7", step, seven:codes(), seven) ..
    row("1.2 / 8, -8..7", 1.2 / 8, eight:codes(), eight) ..
    row("2.2 / 15, -8..7", spread, a:codes(), a) ..
    row("2.2 / 14, -7..7", 2.2 / 14, b:codes(), b) ..
    row("Q4_0, 16-bit d", d, stored:codes(), stored) ..
    row("Q4_1, 16-bit d", one:field(0, "d"), one:codes(), one)
end

L:say("The notes leave the codes of the four weights open. Here they are, by six rules:\n" .. table_of_rules())
L:say [[
Rules 3 and 4 use the whole range, 2.2, which the notes print for symmetric scales. It
cuts -1.2 off at the last code: -1.2 comes back too small. Q4_0 stores -8..7 as 0..15,
with 8 added. Q4_1 keeps a minimum beside the scale: that is the next lesson.]]

L:ask { "Which rule brings back -1.2 and -0.6 best and needs no negative code in the file?", kind = "choice",
  { "1.2 / 7, codes -7..7", "2.2 / 15, codes -8..7", "Q4_0", "Q4_1" }, right = 3,
  wrong = {
    { choice = 1, say = "-0.6 falls between two codes there and comes back as -0.6857." },
    { choice = 2, say = "-1.2 would need the code -8.18, which does not exist, and is cut off." },
    { choice = 4, say = "Close for -1.2, but look at what its -0.6 comes back as." },
  },
  hint = { "Look along the columns of the table: which row has -1.2 and -0.6 nearly unharmed?", "Its codes begin with 0 and 4." },
  why = "Both sit on codes of the step 0.15. What is left is the rounding of the scale to 16 bits." }

L:say [[
Now a whole block: 32 weights, of the size that weights in a model have. w holds them.
Go through the steps of Q4_0 as the engine takes them.]]
L:walk("q4_0", w, { stop = {
  find = "The only thing that is asked of the 32 weights: which is furthest from zero?",
  scale = "It goes to code -8, so the step is that weight divided by -8. The weight is positive, so the step is negative.",
  half = "The step is stored as a 16-bit float, which keeps 3 to 4 digits. All that follows uses the rounded one.",
  round = "Adding 8 makes codes 0..15; adding 0.5 and cutting off rounds to the nearest.",
  pack = "Two codes of 4 bits share a byte: weight j is the lower half, weight j + 16 the upper.",
  decode = "Back again: (code - 8) x d, beside the weight it was.",
} })

local q = qs.quantize(w, "q4_0")
local bytes = #q.bytes
local byte = q.bytes:byte(3)
local code0 = q:codes()[0]

L:show("block", q)
L:ask { "How many bytes does a block of 32 weights take?", kind = "number", near = bytes, within = 0,
  wrong = {
    { near = bytes - 2, within = 0, say = "Those are the codes. Without the scale nobody could read them: it is in the block too." },
    { near = bytes + 2, within = 0, say = "That would be a scale of 32 bits. The step was rounded to 16." },
    { near = 32, within = 0, say = "A byte has 8 bits, a code only 4: two codes share one." },
    { near = 128, within = 0, say = "That is how long they were as 32-bit floats." },
  },
  hint = { "32 codes of 4 bits, 8 bits to a byte. Then the scale.", "The title line of the picture counts them." }, answer = "18",
  why = ("16 bytes of codes and 2 of scale: %d bytes, %d bits for 32 weights, which is %.1f bits for each."):format(bytes, bytes * 8, bytes * 8 / 32) }

L:say(([[
The first byte of codes, byte 02, reads %02x: as bits %s %s. The lower four are the
code of w[0], the upper four the code of w[16].]]):format(byte, ("%d%d%d%d"):format(byte >> 7 & 1, byte >> 6 & 1, byte >> 5 & 1, byte >> 4 & 1),
  ("%d%d%d%d"):format(byte >> 3 & 1, byte >> 2 & 1, byte >> 1 & 1, byte & 1)))

L:ask { "Which code, from 0 to 15, has w[0]?", kind = "number", near = code0, within = 0,
  wrong = {
    { near = byte >> 4, within = 0, say = "That is the upper half, the code of w[16]." },
    { near = byte, within = 0, say = "That is the whole byte, two codes in one." },
    { near = code0 - 8, within = 0, say = "That is what it counts, steps from zero. The file holds it with 8 added." },
  },
  hint = { "The last hexadecimal digit is the lower half; a is 10, b is 11, and so on." }, answer = tostring(math.floor(code0)),
  why = ("w[0] = (%d - 8) x %.6f = %.6f; it was %.6f."):format(code0, q:field(0, "d"), q:values()[0], w[0]) }

L:task { "Numbers of your own: quantize some with q4_0 (short ones need pad=zero) so that one of them comes back more than half a step off.",
  check = function(s)
    if not qs.is(s.value, "quantized") then return false end
    if s.value.codec ~= "q4_0" then return false, "That was " .. s.value.codec .. "; this task is about q4_0." end
    local worst, half = s.value:error().max, math.abs(s.value:field(0, "d")) / 2
    if worst <= half * 1.001 then return false, ("The largest error is %.4f, half a step is %.4f."):format(worst, half) end
    return true
  end,
  hint = { "There are 8 steps to one side and only 7 to the other.", "What happens to a number that is as far from zero as the largest, on the other side?" },
  answer = "quantize q4_0 [-1.2, 1.2] pad=zero",
  why = "One arm of the scale is a step shorter. A weight at its end is cut off to 7 steps: that is the price of using all 16 codes." }

L:say [[
Type 0: one scale, zero always at zero, 18 bytes for 32 weights.

Try `bars _` on your numbers, and `demo flip`: turn any bit of a block and see which
weight moves. The next lesson, type1, stores a minimum beside the scale.]]

return L
