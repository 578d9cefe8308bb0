-- K-quants: scales and minima that are quantized themselves. Q4_K and Q6_K.
local qs = require "qs"
local L = qs.lesson { id = "kquants", title = "scales of scales: K-quants", minutes = 10, needs = { "blocks", "type1" } }

local w = L:var("w", qs.rand.normal(256, { sigma = 0.02, seed = 42 }))
local k4, k6 = qs.quantize(w, "q4_K"), qs.quantize(w, "q6_K")
local bits4 = qs.codec("q4_K").bits

L:show("tree", k4)

L:say [[
Q4_1 gives each block of 32 weights a scale and a minimum, 16 bits each: one bit more
for each weight. Scales are numbers too. Why not store them as small whole numbers, with
a scale of their own?

That is what K-quants do. Blocks are gathered into a super-block. Each block, now called
sub-block, has a small whole number sc for its scale and m for its minimum; two 16-bit
numbers, d and dmin, serve them all:

    scale = d * sc     min = dmin * m     weight = scale * code - min]]

-- D6
L:ask { "How many weights share d and dmin in Q4_K, with 8 sub-blocks of 32?", kind = "number", near = qs.codec("q4_K").block, within = 0,
  wrong = {
    { near = 32, within = 0, say = "That is one sub-block. d and dmin stand above all eight." },
    { near = 8, within = 0, say = "That is how many sub-blocks there are. Count their weights." },
    { near = 40, within = 0, say = "8 times 32, not 8 and 32." },
  },
  hint = { "8 sub-blocks, 32 weights in each.", "The title of the picture says it too." }, answer = "8 * 32",
  why = "256 in each K type. The notes say \"groups 8 blocks into a super block\": true of Q4_K and Q5_K. Q2_K, Q3_K and Q6_K have 16 sub-blocks of 16." }

L:ask { "sc and m have 6 bits each. How many bytes do those of all 8 sub-blocks take?", kind = "number", near = 12, within = 0,
  wrong = {
    { near = 6, within = 0, say = "That is for the scales alone. Each sub-block has a minimum as well." },
    { near = 16, within = 0, say = "That would be 8 bits for each of the 16 numbers. They have 6." },
    { near = 32, within = 0, say = "That would be 16 bits for each, as in Q4_1." },
    { near = 96, within = 0, say = "96 bits: a byte has 8." },
  },
  hint = { "8 scales and 8 minima: 16 numbers of 6 bits.", "16 * 6 bits, 8 bits to a byte." }, answer = "16 * 6 / 8",
  why = "16 * 6 = 96 bits = 12 bytes, shown at the foot of the picture. As 16-bit floats they would be 32 bytes." }

-- D8
L:predict { "Which takes more room, Q4_K with two levels of scales or Q4_0 with one 16-bit scale for 32?", kind = "choice",
  { "Q4_0", "Q4_K", "both the same" }, right = 3,
  wrong = {
    { choice = 1, say = "Q4_0 stores one 16-bit scale for 32 weights: half a bit each. Count what Q4_K stores beside its codes: 4 + 12 bytes for 256." },
    { choice = 2, say = "d, dmin and the 12 bytes are 16 bytes for 256 weights. That is half a bit for each." },
  },
  hint = { "Beside the codes Q4_K has 2 + 2 + 12 bytes for 256 weights, Q4_0 has 2 bytes for 32.", "How many bits is that for each weight?" },
  why = ("Both take %g bits a weight: %d bytes for 256 are the same as 8 blocks of 18. The notes praise \"less memory\"; against Q4_0 nothing is saved. What is won is accuracy: a minimum for each sub-block, for the price of Q4_0's scale.")
    :format(bits4, #k4.bytes),
  reveal = function() L:show("compare", w, { codecs = "q4_0 q4_1 q4_K" }) end }

L:pause()

L:say [[
Step through it. Where a step has many tries, the pane shows them: sub-block by
sub-block the engine searches for the scale and the minimum with the least error.]]
L:walk("q4_K", w, { stop = {
  search = "Not simply the smallest and the largest weight: a slightly narrower range can cost less. X is the pair that won.",
  super = "d makes the largest of the 8 scales 63 = 2^6 - 1; dmin does the same for the minima.",
  scales = "Each scale is rounded to a whole number of d, each minimum to one of dmin. Here the second rounding error comes in.",
  round = "So all codes are rounded once more, now with the scales that will be in the file.",
  pack = "144 bytes.",
  decode = "scale * code - min.",
} })

local low, high = k4.bytes:byte(13) >> 4, k4.bytes:byte(9) >> 6
local m4 = low + high * 16
local dmin, d = k4:field(0, "dmin"), k4:field(0, "d")

local function binary(v, n)
  local s = ""
  for i = n - 1, 0, -1 do s = s .. (v >> i & 1) end
  return s
end

L:say(([[
Six bits do not fit bytes well, so some of the numbers are kept in two places. The
minimum of sub-block 4, m[4]: its four lower bits are the upper half of byte 0c (hex),
its two upper bits are the top of byte 08. Byte 0c is %s %s, byte 08 is %s %s.]])
  :format(binary(k4.bytes:byte(13) >> 4, 4), binary(k4.bytes:byte(13) & 15, 4), binary(k4.bytes:byte(9) >> 6, 2), binary(k4.bytes:byte(9) & 63, 6)))
L:show("block", k4)

L:ask { "Which number is m[4]?", kind = "number", near = m4, within = 0,
  wrong = {
    { near = low, within = 0, say = "Those are the four lower bits alone." },
    { near = low + high, within = 0, say = "The upper two bits count 16 each step: they stand above four others." },
    { near = low * 4 + high, within = 0, say = "The other way round: the two bits of byte 08 are the upper ones." },
    { near = (k4.bytes:byte(13) & 15) + high * 16, within = 0, say = "That is the lower half of byte 0c; it belongs to sc[4]." },
  },
  hint = { ("As bits: %s then %s."):format(binary(high, 2), binary(low, 4)), ("%d * 16 + %d"):format(high, low) }, answer = ("%d * 16 + %d"):format(high, low),
  why = ("%s %s is %d. `why m[4]` says the same of any block."):format(binary(high, 2), binary(low, 4), m4) }

L:ask { ("dmin is %.7f. Which minimum does m[4] = %d stand for?"):format(dmin, m4), kind = "number", near = dmin * m4, within = 0.0005,
  wrong = {
    { near = d * m4, within = 0.0005, say = "That is d * m: d belongs to the scales." },
    { near = m4, within = 0, say = "That is the whole number in the file. dmin makes a weight of it." },
    { near = dmin / m4, within = 1e-6, say = "Multiply: dmin is one step of the minima." },
  },
  hint = { "min = dmin * m" }, answer = ("%.7f * %d"):format(dmin, m4),
  why = ("%.6f. The codes of sub-block 4 begin at -%.4f: a minimum is stored without its minus sign."):format(dmin * m4, dmin * m4) }

-- D7
local function facts(name)
  local q, n, e = qs.quantize(w, name), 0
  local has_min = pcall(qs.why, q, "m[0]")
  while pcall(qs.why, q, ("sc[%d]"):format(n)) do n = n + 1 end
  return ("  %-5s %3d of %2d   %-7s %7.4f  %.6f\n"):format(name, n, 256 // n, has_min and "yes" or "no", qs.codec(name).bits, q:error().rmse)
end

L:say("The notes say that K-quants compress scales \"and offsets\". Not all have offsets:\n" ..
  "  type  sub-blocks minima  bits/w   rmse\n" .. facts "q2_K" .. facts "q3_K" .. facts "q4_K" .. facts "q5_K" .. facts "q6_K")
L:say [[
Q3_K and Q6_K have scales only. In Q6_K they are whole numbers of 8 bits, -128..127, so
a scale may be negative there.]]
L:show("tree", k6)

local bytes6 = #k6.bytes

L:ask { "Q6_K: 256 codes of 6 bits, 16 scales of 8 bits, one d of 16 bits. How many bits per weight?", kind = "number",
  near = qs.codec("q6_K").bits, within = 0.001,
  wrong = {
    { near = 6, within = 0.001, say = "Codes only. Scales and d are part of the file." },
    { near = 6.5, within = 0.001, say = "Codes and scales; the 16 bits of d are missing." },
    { near = bytes6, within = 0, say = "Those are the bytes of the super-block: 8 bits each, for 256 weights." },
    { near = 7, within = 0.01, say = "16 scales of 8 bits are 128 bits, half a bit for each of 256 weights, not one." },
  },
  hint = { "Add up all bits and divide by 256.", "(256 * 6 + 16 * 8 + 16) / 256" }, answer = "(256 * 6 + 16 * 8 + 16) / 256",
  why = ("%d bytes, %.4f bits a weight."):format(bytes6, qs.codec("q6_K").bits) }

local big = qs.rand.normal({ 4, 1024 }, { sigma = 0.02, seed = 7 })
local both = qs.sweep(big, { "q4_0", "q4_K" })

L:predict { "Q4_0 and Q4_K are equally large. How do their errors compare on 4096 ordinary weights?", kind = "choice",
  { "equal, since the bits are", "Q4_K's is some 15 to 20 % smaller", "Q4_K's is less than half" }, right = 2,
  wrong = {
    { choice = 1, say = "Equal bits, spent differently: Q4_K searches, has minima, and rounds its scales instead of storing each in 16 bits." },
    { choice = 3, say = "Half the error would take about one bit more for each weight." },
  },
  hint = { "The table that you saw for w had an rmse for both." },
  why = ("rmse %.6f with Q4_0, %.6f with Q4_K: %.0f %% less."):format(both[1].rmse, both[2].rmse, 100 * (1 - both[2].rmse / both[1].rmse)),
  reveal = function() L:show("rd", qs.rd(big, { "q4_0", "q4_K", "q5_0", "q5_K" })) end }

L:task { "Weights of your own, 256 or a multiple: quantize them with q4_K so that its rmse is at least 20 % below that of q4_0 on the same weights. laplace, uniform and outliers make other kinds than gauss.",
  check = function(s)
    if not qs.is(s.value, "quantized") then return false end
    if s.value.codec ~= "q4_K" then return false, "That was " .. s.value.codec .. "; this task is about q4_K." end
    local ok, other = pcall(function() return qs.quantize(s.value.x, "q4_0"):error().rmse end)
    if not ok then return false, "Rows of 256 weights, so that q4_0 can have them too." end
    local mine = s.value:error().rmse
    if mine > 0.8 * other then return false, ("rmse %.3g, q4_0 has %.3g: %.0f %% less."):format(mine, other, 100 * (1 - mine / other)) end
    return true
  end,
  hint = { "Where is a minimum of most use? Where one side of zero reaches further than the other.", "u = uniform 4x256 seed=1   and then   u = u + 1" },
  answer = "u = uniform 4x256 seed=1; u = u + 1; quantize q4_K u",
  why = "q4_0 keeps codes for a side that is hardly used; a minimum does not. (Q4_K lets no minimum lie above zero: a block of positive weights alone has min 0.)" }

L:say [[
K-quants: scale and minimum for each sub-block, stored as small whole numbers under one
d and one dmin; 256 weights to a super-block.

Try `demo superblock`, `scales q6_K w` or `tree q3_K w`. The next lesson, iquants, stores
eight weights at once.]]

return L
