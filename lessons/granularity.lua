-- Granularity: who shares a scale. The document's "One-Size Doesn't Fit All", G1 to G8, and the matrix of methods 1.4.
local qs = require "qs"
local L = qs.lesson { id = "granularity", title = "who shares a scale: granularity", minutes = 10, needs = { "asymmetric", "blocks" } }

local ROWS, COLS = 8, 64
local normal = qs.rand.normal({ ROWS, COLS }, { sigma = 1, seed = 7 })
local w = L:var("w", normal:map(function(v, i) return v * 2 ^ (i // COLS - 4) end))

local both = qs.affine(qs.tensor { -1, 2, 0, 10 }, { bits = 8, sym = "off", range = { -1, 10 } })
local weights = qs.affine(qs.tensor { -1, 2 }, { bits = 8, sym = "off", range = { -1, 2 } })
local inputs = qs.affine(qs.tensor { 0, 10 }, { bits = 8, sym = "off", range = { 0, 10 } })
local joint, own = both.scale, weights.scale
local last = both.codes[2]

-- G1, G2
L:say [[
A layer has weights from -1 to 2 and inputs from 0 to 10. The notes' coarsest way, "per
layer", gives weights and inputs one scale together. (Most people who say per layer mean
one scale for each tensor, which is not quite as bad.) With 8 bits, codes 0..255, that
one scale must cover -1 to 10.]]
L:show("line", qs.tensor { -1, 2, 0, 10 }, { codec = "uint8" })

L:ask { "How many of the 256 codes can the weights, -1..2, then use? Their last code is 69.", kind = "number", near = last + 1, within = 0,
  wrong = {
    { near = 69, within = 0, say = "From 0 to 69: code 0 counts too." },
    { near = 256, within = 0, say = "The codes above 69 stand for numbers above 2: only inputs get there." },
    { near = 186, within = 1, say = "Those are the ones that are left to the inputs alone." },
  },
  hint = { "Codes 0 to 69, both ends counted." }, answer = "70",
  why = ("The joint step is 11 / 255 = %.6f and zero sits at code %d, so weights get codes 0 to %d: %d of 256."):format(joint, both.zero, last, last + 1) }

L:ask { "With a scale of their own the weights have the step 3 / 255. How many times coarser is the joint step, 11 / 255?", kind = "number", near = joint / own, within = 0.01,
  wrong = {
    { near = own / joint, within = 0.01, say = "Turned over: that is how much finer their own step is." },
    { near = 8, within = 0.01, say = "Divide, not subtract." },
    { near = inputs.scale / own, within = 0.01, say = "That is the inputs' own step beside the weights' own step." },
  },
  hint = { "11 / 255 divided by 3 / 255." }, answer = "11 / 3",
  why = ("%.2f times: nearly two bits are given away. The inputs lose little, their own step would be %.6f."):format(joint / own, inputs.scale) }

-- G3, G4
L:predict { "The notes say that of those, \"weights closer to 2 could lose precision\". With one scale, which weights have the largest possible error?", kind = "choice",
  { "those near 2", "those near 0", "all alike: half a step" }, right = 3,
  wrong = {
    { choice = 1, say = "Codes near 2 lie as close together as anywhere else." },
    { choice = 2, say = "In relation to their size, yes. The error itself is the same everywhere." },
  },
  hint = { "In the picture, are the codes anywhere further apart?" },
  why = ("An even scale has one step everywhere: never more than %.4f, unless a number lies outside the range and is cut off. What counts is the range that was chosen. \"Over-quantize\" and \"under-quantize\" in the notes mean steps that are too coarse, or finer than needed."):format(joint / 2),
  reveal = function() L:show("affine", both) end }

L:pause()

-- G5
L:say([[
Finer: a scale for each row of the weight matrix. (The notes say "row of the output
matrix". It is the weights' row: each makes one output.) Here are 8 rows of 64 weights, w;
each row is twice as large as the one before.]])
L:show("bars", w)

local function by(per, group) return qs.affine(w, { bits = 4, per = per, group = group }) end
local tensor, row, group = by("tensor"), by("row"), by("group", 16)

local function row_db(q, i)
  local s, e, at = 0, 0, i * COLS
  local back = q.values
  for k = at, at + COLS - 1 do
    local err = back[k] - w[k]
    s, e = s + w[k] ^ 2, e + err ^ 2
  end
  return 10 * math.log(s / e, 10)
end

local silent = 0
for i = 0, ROWS - 1 do
  local any = false
  for k = i * COLS, i * COLS + COLS - 1 do any = any or tensor.values[k] ~= 0 end
  if not any then silent = silent + 1 end
end

L:predict { "One scale of 4 bits, -7..7, for all 8 rows. How many rows come back as nothing but zeros?", kind = "choice", { "none", "one", "four" }, right = 3,
  wrong = {
    { choice = 1, say = "The scale must reach the largest row, 128 times the smallest." },
    { choice = 2, say = "Whatever is below half a step becomes 0. Half a step is one fourteenth of the largest weight." },
  },
  hint = { "Half a step is 1 / 14 of the largest weight. The rows double in size, eight of them." },
  why = ("%d of 8. Signal to noise in dB (6 more is half the error), row by row: with one scale the last row has %.1f and the first %.1f; with a scale for each row the last has %.1f and the first %.1f."):format(silent, row_db(tensor, 7), row_db(tensor, 0), row_db(row, 7), row_db(row, 0)),
  reveal = function() L:show("bars", qs.quantize(w, "int4")) end }

L:pause()

L:say "One row on its own, as the engine quantizes it."
L:walk("int4", w:slice("0, 0:64"), { stop = {
  find = "The largest of this row, not of all.",
  scale = "A step that suits it.",
  decode = "Row 0 comes back, which had vanished.",
} })

local lines = {}
for _, bits in ipairs { 8, 4, 3, 2 } do
  local t = qs.affine(w, { bits = bits, per = "tensor" })
  local r, g = qs.affine(w, { bits = bits, per = "row" }), qs.affine(w, { bits = bits, per = "group", group = 16 })
  lines[#lines + 1] = ("  %d    %8.2f (%.2f)   %8.2f (%.2f)   %8.2f (%.2f)"):format(bits, t.snr, t.bits, r.snr, r.bits, g.snr, g.bits)
end

-- G8
L:say("The whole matrix, in dB, with the bits that a weight then takes:\n" ..
  "  bits      one scale       one for each row   one for each 16\n" .. table.concat(lines, "\n"))

L:ask { "A 16-bit scale for each row of 64 weights: how many bits does it add to each weight?", kind = "number", near = 16 / COLS, within = 0.0005,
  wrong = {
    { near = 16, within = 0, say = "That is per row. 64 weights share it." },
    { near = 4, within = 0, say = "Turned over: 64 / 16." },
    { near = 1, within = 0, say = "That would be 16 weights to a scale." },
  },
  hint = { "16 bits for 64 weights." }, answer = "16 / 64",
  why = ("0.25; with rows of 4096 it is %.3f. The notes say per-channel is \"more computationally expensive\": hardly. The scale of a row is multiplied in once, at the end of its sum."):format(16 / 4096) }

-- G7
L:say [[
The notes also give weights "and activations" a scale per channel. For activations, the
inputs, that does not work in integers: a sum runs over all inputs, and each would have to
be rescaled before it is added. The scale of a weight row can wait until the sum is done.]]

local function channel(lo, hi)
  local a = qs.affine(qs.tensor { lo, hi }, { bits = 8, sym = "off", range = { lo, hi } })
  return a.scale, qs.affine(qs.tensor { lo, hi }, { bits = 8, codes = "restricted" }).scale
end
local a1, s1 = channel(-5, 5)
local a2, s2 = channel(-1, 3)
local a3, s3 = channel(-3, 2)

L:say(([[
Their example of three channels:

  channel   range    scale in the notes   8-bit asymmetric   symmetric
     1     -5..5           0.1              %.6f          %.6f
     2     -1..3           0.2              %.6f          %.6f
     3     -3..2           0.15             %.6f          %.6f]]):format(a1, s1, a2, s2, a3, s3))

-- G6
L:ask { "Which channel must have the coarsest step, if all have 8 bits?", kind = "number", near = 1, within = 0,
  wrong = {
    { near = 2, within = 0, say = "The notes give it 0.2, the largest. But its range, 4, is the smallest of the three." },
    { near = 3, within = 0, say = "Its range is 5; one of the others has 10." },
  },
  hint = { "A step is the range divided by 255. Which range is the widest?" }, answer = "1",
  why = "Its range is 10. The notes give the widest channel the finest step: 0.1, 0.2 and 0.15 divide the ranges into 100, 20 and 33 steps, which no number of bits does." }

L:task { "A matrix of your own, 4 rows or more: quantize it with affine, per=row, so that the largest of its scales is at least 4 times the smallest.",
  check = function(st)
    if not qs.is(st.value, "record") or st.value.method ~= "affine" then return false end
    local scales = st.value.scale
    if type(scales) ~= "table" or #scales < 4 then return false, "That has not four scales: per=row, and four rows at least." end
    local least, most = math.huge, 0
    for _, v in ipairs(scales) do least, most = math.min(least, v), math.max(most, v) end
    return most >= 4 * least, ("The scales reach from %.4g to %.4g."):format(least, most)
  end,
  hint = { "Rows of different size gain most. w is such a matrix, but take your own.", "g = gauss 4x32 seed=3   then   g[{0, 5}] = 20   makes one row large." },
  answer = "g = gauss 4x32 seed=3; g[{0, 5}] = 20; affine g bits=4 per=row",
  why = "The more the rows differ, the more a scale of their own is worth." }

L:say [[
One scale for a tensor, for a row, or for a group: each finer step costs bits and buys
accuracy where sizes differ.

Try `affine w bits=4 per=group group=16` or `chan w`. The next lesson, calibrate, chooses
the range itself.]]

return L
