-- Names decoded: codec and recipe, bits of a code and bits of a weight. The document's examples H1 to H5.
local qs = require "qs"
local L = qs.lesson { id = "names", title = "what Q4_K_M says: names decoded", minutes = 9, needs = { "kquants", "iquants" } }

local w = L:var("w", qs.rand.normal({ 4, 256 }, { sigma = 0.02, seed = 42 }))

-- The lines of the view that say what a recipe does.
local function recipe(name)
  local s, on = "", false
  for line in qs.view.text("name", name, { width = 76 }):gmatch("[^\n]+") do
    if line:match("^  %a") then on = line:match("^  recipe") ~= nil
    elseif on then s = s .. line:gsub("^" .. (" "):rep(10), "") .. "\n" end
  end
  return s
end

local function bits(name) return qs.codec(name).bits end

L:say [[
Files of quantized models carry names such as Q4_0, Q5_K_M or IQ2_XXS. The notes read
them so: the number is the "number of bits per weight", _0 and _1 the old types, K and IQ
the new ones, _S _M _L "mixed precision". Most of that holds, with limits. The pane takes
a name apart.]]
L:show("name", "Q4_0")

-- H1
L:ask { "Q4_0 stores 32 codes of 4 bits and one scale of 16 bits. How many bits is that per weight?", kind = "number",
  near = bits "q4_0", within = 0.001,
  wrong = {
    { near = 4, within = 0.001, say = "The 4 of the name is the bits of a code. The scale is stored too." },
    { near = 5, within = 0.001, say = "That would be a scale and a minimum, 16 bits each: Q4_1." },
    { near = 20, within = 0.001, say = "The 16 bits are shared by 32 weights." },
    { near = 144, within = 0.001, say = "Those are all bits of the block. Share them out among 32 weights." },
  },
  hint = { "4 bits and a share of 16 bits.", "4 + 16 / 32" }, answer = "4 + 16 / 32",
  why = ("%g. Likewise Q4_K %g, Q5_0 %g, Q5_K %g, Q6_K %g, Q8_0 %g: the number in a name is the bits of a code; a weight takes more.")
    :format(bits "q4_0", bits "q4_K", bits "q5_0", bits "q5_K", bits "q6_K", bits "q8_0") }

local seven = 7e9
local four = seven * 4 / 8 / 2 ^ 30

L:predict { "A model of 7 thousand million weights in Q4_0: is the file larger than the 3.26 GiB that 4 bits each would take?", kind = "choice",
  { "no, 4 bits are 4 bits", "yes, by about an eighth", "yes, by half" }, right = 2,
  wrong = {
    { choice = 1, say = "The scales are in the file as well: 4.5 bits." },
    { choice = 3, say = "Half would be 2 bits of scales for each weight." },
  },
  hint = { "4.5 bits in place of 4." },
  why = ("%.2f GiB against %.2f: 4.5 / 4. (And some tensors are kept in wider types.)"):format(seven * bits "q4_0" / 8 / 2 ^ 30, four),
  reveal = function() L:show("compare", w, { codecs = "q4_0 q4_1 q4_K q5_0 q5_K q6_K q8_0" }) end }

-- H2
L:say [[
_0 means: a scale. _1 means: a scale and a minimum. Both belong to the old types with
blocks of 32. (New ones reuse the ending: Q1_0 and Q2_0 have 1 and 2 bits, TQ1_0 and TQ2_0
have three values, -1, 0 and 1.)

_K: super-blocks of 256 weights with quantized scales. IQ: codes looked up in a table.]]

L:ask { "Which of these stores a minimum beside each scale?", kind = "choice", { "Q5_0", "Q5_1", "Q8_0", "IQ4_NL" }, right = 2,
  wrong = {
    { choice = 1, say = "_0 is a scale alone." }, { choice = 3, say = "_0 is a scale alone, also with 8 bits." },
    { choice = 4, say = "IQ4_NL has a scale and a table of values." },
  },
  hint = { "Which ending means: a scale and a minimum?" }, why = "_1: scale and minimum, d and m in the block." }

L:show("name", "Q4_K_M")
-- H3, H5
L:say([[
Now a longer one. Q4_K is a codec: how 256 weights are stored. Q4_K_M is a recipe: which
tensor of a whole model gets which codec:
]] .. recipe("Q4_K_M"))

L:ask { "Which codec does the recipe Q4_K_M give to attn_v in the blocks with more bits, and to output?", kind = "text",
  accept = { "q6_K", "q6_k.", "Q6_K: 6 bits" },
  wrong = {
    { accept = { "q4_K" }, say = "That is what the other matrices get. Look at the lines of attn_v and output." },
    { accept = { "q5_K" }, say = "That is the recipe Q4_K_S, in places. Look at Q4_K_M." },
    { accept = { "q8_0" }, say = "8 bits are not used here." },
    { accept = { "Q4_K_M" }, say = "That is the recipe itself. What is asked is a codec." },
  },
  hint = { "In the text above there is a line for each kind of tensor.", "`name Q4_K_M text` writes it all out." }, answer = "q6_K",
  why = "_S, _M, _L grade the mix: small, medium, large. The notes say some weights \"stay in higher precision\"; right, and _S mixes too: Q4_K_S takes Q5_K in places." }

L:show("plan", qs.plan(qs.open("sample"), "Q4_K_M"))
L:say [[
Here it is applied. The program carries a small model of its own, `open sample`, a net that
reads handwritten digits. Its first layer has rows of 64 weights, the second of 256. q4_K
needs rows that are multiples of 256.]]

L:ask { "Which codec does the layer with rows of 64 get in place of q4_K?", kind = "text",
  accept = { "q5_0" },
  wrong = {
    { accept = { "q4_K" }, say = "It fills super-blocks of 256 weights, and a row has 64." },
    { accept = { "q4_0" }, say = "That has the same number of code bits, but the replacement is one with a bit more. See the line of layer in the pane." },
    { accept = { "q6_K" }, say = "That is what output gets, by the recipe; it needs 256 too." },
    { accept = { "f32" }, say = "That is what single rows keep, the biases." },
  },
  hint = { "In the pane, the line that begins with layer: two types for two layers.", "Its blocks have 32 weights, and 5 bits a code." }, answer = "q5_0",
  why = "Blocks of 32 fit a row of 64, and one bit more makes up for what q4_K does better. So a file called Q4_K_M may hold few q4_K tensors, or none." }

L:ask { "Which of these names is a recipe only, and no codec?", kind = "choice", { "Q6_K", "Q5_K_M", "IQ2_XXS", "Q4_1" }, right = 2,
  wrong = {
    { choice = 1, say = "Q6_K is a codec. (A recipe bears its name too: it gives all matrices that codec.)" },
    { choice = 3, say = "XXS is part of the codec's name: a grade of size within the IQ types." },
    { choice = 4, say = "Q4_1 is a codec with a scale and a minimum." },
  },
  hint = { "Behind _K one more letter.", "Try `name Q5_K_M` and `name IQ2_XXS`." },
  why = "Q5_K_M starts from Q5_K and gives half of attn_v and ffn_down, and output, Q6_K. Both names that the notes give, Q4_0 and Q5_K_M, exist." }

L:show("name", "IQ2")
-- H4
L:ask { "How many names of types and recipes begin with IQ2_ , the \"IQ2\" of the notes?", kind = "number", near = 4, within = 0,
  wrong = {
    { near = 1, within = 0, say = "There is no plain IQ2. See what the pane lists." },
    { near = 3, within = 0, say = "The recipe among them counts as well." },
    { near = 2, within = 0, say = "2 is the bits, about. Count the names in the pane." },
    { near = 0, within = 0, say = "IQ2 alone does not exist, but names that begin so do." },
  },
  hint = { "The pane lists them." }, answer = "4",
  why = ("IQ2_XXS, IQ2_XS and IQ2_S are codecs, of %g, %g and %g bits; IQ2_M is a recipe. For IQ the letters grade the size."):format(bits "iq2_xxs", bits "iq2_xs", bits "iq2_s") }

local ten = { "q4_0", "q4_1", "q5_0", "q5_K", "q6_K", "q8_0", "iq2_xxs", "iq3_s", "iq4_nl", "tq2_0" }
local lines = {}
for i, name in ipairs(ten) do
  local c = qs.codec(name)
  lines[i] = ("  %-8s %7.4f bits  %3d weights in %3d bytes"):format(name, c.bits, c.block, c.bytes)
end
L:say("Ten names and what they really take. First five of them:\n" .. table.concat(lines, "\n", 1, 5))
L:say("The other five:\n" .. table.concat(lines, "\n", 6))
L:say("Bytes times 8, divided by weights, gives the bits. Watch the codec behind one of them.")
L:walk("q5_K", w:slice("0, 0:256"), { stop = {
  search = "The 5: codes of five bits, 0 to 31.",
  super = "The K: scales of sub-blocks under one scale.",
  pack = "176 bytes for 256 weights.",
} })

local one = qs.codec("iq3_s")
L:ask { ("%s stores 256 weights in %d bytes. How many bits per weight?"):format(one.name, one.bytes), kind = "number", near = one.bits, within = 0.001,
  wrong = {
    { near = 3, within = 0.001, say = "That is the number in the name." },
    { near = one.bytes / 256, within = 0.001, say = "Those are bytes per weight." },
    { near = 256 / one.bytes, within = 0.001, say = "Turned over: weights per byte." },
  },
  hint = { "A byte has 8 bits.", ("%d * 8 / 256"):format(one.bytes) }, answer = ("%d * 8 / 256"):format(one.bytes),
  why = ("%.4f: nearer to 3.5 than to 3."):format(one.bits) }

L:task { "Weights of your own: quantize at least 256 with a codec whose name has a 4 but which takes less than 4.5 bits for each, and reaches 20 dB, an error of a tenth. `codecs max=4.5` lists what there is.",
  check = function(s)
    if not qs.is(s.value, "quantized") then return false end
    local c = qs.codec(s.value.codec)
    if #s.value.x < 256 then return false, "At least 256 weights." end
    if not c.name:find("4", 1, true) then return false, c.name .. " has no 4 in its name." end
    if c.bits >= 4.5 then return false, ("%s takes %g bits."):format(c.name, c.bits) end
    if c.bits == 4 then return false, "The teaching codecs have scales outside of that count. Take one of a model file." end
    local e = s.value:error().snr
    return e >= 20, ("%s: %.2f dB."):format(c.name, e)
  end,
  hint = { "mxfp4 and iq4_xs take 4.25 bits.", "One of the two has uneven codes and reaches 22 dB on ordinary weights." },
  answer = "g = gauss 4x256 sigma=0.02 seed=5; quantize iq4_xs g",
  why = "4.25 bits: sub-blocks of 32 with 6-bit scales, like a K type, and a table of 16 uneven values." }

L:say [[
A name says: how codes are made, how many bits a code has, and, for a recipe, how types
are mixed. What a weight really takes is in `codecs`.

Try `name` with the name of a file you have, `info q4_K`, and `demo bits-vs-error`. Which quality a name stands
for, no name says: `compare` measures it on your weights.]]

return L
