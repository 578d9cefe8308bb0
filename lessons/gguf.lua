-- GGUF: a model file as it lies on the disk, down to one weight. The file is data/means.gguf, made by scripts/make-means.lua.
local qs = require "qs"
local L = qs.lesson { id = "gguf", title = "a model file, byte by byte: GGUF", minutes = 10, needs = { "type0" } }

local FILE = "data/means.gguf"
local m = qs.open(FILE)
local file = io.open(FILE, "rb")
local bytes = file:read("a")
file:close()

local magic, version, tensors, keys, at = string.unpack("<c4I4I8I8", bytes)
local found = {}

-- Skips a value of the metadata: strings, arrays of numbers, numbers of 4 bytes are all that this file has.
local function skip(kind, i)
  if kind == 8 then
    return select(2, string.unpack("<s8", bytes, i))
  elseif kind == 9 then
    local _, n, after = string.unpack("<I4I8", bytes, i)
    return after + 4 * n
  end
  return i + 4
end

for _ = 1, keys do
  local _, kind
  _, kind, at = string.unpack("<s8I4", bytes, at)
  at = skip(kind, at)
end
local table_at = at - 1
for i = 1, tensors do
  local list, name, dims, kind, offset = {}
  name, dims, at = string.unpack("<s8I4", bytes, at)
  for d = 1, dims do list[d], at = string.unpack("<I8", bytes, at) end
  kind, offset, at = string.unpack("<I4I8", bytes, at)
  found[i] = { name = name, dims = list, kind = kind, offset = offset }
end
local head_end = at - 1
local start = (head_end + 31) // 32 * 32

local function dump(from, n)
  local s = ""
  for i = from, from + n - 1, 16 do
    local hex, text = {}, ""
    for k = i, math.min(i + 15, from + n - 1) do
      local b = bytes:byte(k + 1)
      hex[#hex + 1] = ("%02x"):format(b)
      text = text .. (b >= 32 and b < 127 and string.char(b) or ".")
    end
    s = s .. ("  %04x  %-47s  %s\n"):format(i, table.concat(hex, " "), text)
  end
  return s
end

local first, second = m:tensors()[1], m:tensors()[2]
local ROW, COL = 3, 36
local per_row = first.cols // 32
local block = ROW * per_row + COL // 32
local w = m[first.name]
local block_at = start + found[1].offset + block * 18
local inside = COL % 32
local byte_at = block_at + 2 + inside % 16
local byte = bytes:byte(byte_at + 1)
local code = inside < 16 and byte & 15 or byte >> 4
local value = w[{ ROW, COL }]

L:var("w", w)

-- J1
L:show("browse", m)
L:say [[
Models are passed on as files, and many of them are GGUF files. (The notes read the
letters as "Generic Graph Universal Format". The description of the format does not
spell them out at all; GG comes from GGML, the library it was made for.)

Here is a small real one, 832 bytes: the mean picture of each handwritten digit, 8 x 8
pixels, and a number for each. It tells digits apart by which mean is nearest. It is in
the pane: two tensors, and keys with facts about the model.]]
L:say("The file begins like this (hexadecimal place, 16 bytes, the same as text):\n" .. dump(0, 32) .. [[
  4 bytes  the letters GGUF
  4 bytes  version
  8 bytes  number of tensors
  8 bytes  number of keys
Numbers are stored with their lowest byte first: 06 00 00 00 is 6.]])

L:ask { "How many tensors does the header announce?", kind = "number", near = tensors, within = 0,
  wrong = {
    { near = version, within = 0, say = "That is the version, in the 4 bytes behind the letters. The tensors come next." },
    { near = keys, within = 0, say = "That is the number of keys, the last 8 bytes of the header." },
    { near = 2 ^ 57, within = 1e9, say = "Read the other way round: the lowest byte comes first." },
  },
  hint = { "Skip 4 letters and 4 bytes of version.", "The second half of the first line." }, answer = "2",
  why = ("Bytes 8 to 15: 02 00 00 .. is %d. Behind the header come %d keys with their values."):format(tensors, keys) }

L:say(("Behind the keys, from byte %d on, lies the table of tensors. Its first entry:\n"):format(table_at) .. dump(table_at, 56) .. [[
In an entry: length of the name (8 bytes), the name, how many dimensions (4), each
dimension (8), the type (4), and the offset (8), where its data begins, counted from the
start of all data.]])

L:ask { "The first dimension is the length of a row. How many weights has a row of output.weight?", kind = "number",
  near = found[1].dims[1], within = 0,
  wrong = {
    { near = found[1].dims[2], within = 0, say = "That is the second dimension, the number of rows. PyTorch writes them the other way round, hence many mistakes." },
    { near = 40, within = 0, say = "40 is hexadecimal: 4 * 16." },
    { near = found[1].dims[1] * found[1].dims[2], within = 0, say = "Those are all its weights." },
  },
  hint = { "Behind the name come 02 00 00 00, two dimensions, and then the first.", "40 hexadecimal is 4 * 16." }, answer = "64",
  why = ("%d weights in a row, %d rows: 64 pixels for each of 10 digits. Its type is %d, which is %s."):format(found[1].dims[1], found[1].dims[2], found[1].kind, first.type) }

L:say(([[
%s takes %d bytes. The next tensor does not follow at once: each begins at a
multiple of 32 bytes, the alignment, unless a key says otherwise. The gap is zeros.]]):format(first.name, first.bytes))

L:ask { ("Where, counted from the start of the data, does the second tensor begin, if the first takes %d bytes from 0 on?"):format(first.bytes), kind = "number",
  near = found[2].offset, within = 0,
  wrong = {
    { near = first.bytes, within = 0, say = ("%d is no multiple of 32."):format(first.bytes) },
    { near = first.bytes + 32, within = 0, say = "Not 32 more, but up to the next multiple of 32." },
    { near = first.bytes // 32 * 32, within = 0, say = "That is the multiple before: there the first tensor has not ended yet." },
  },
  hint = { ("%d / 32 = %.2f. Which whole number comes next?"):format(first.bytes, first.bytes / 32), ("%d * 32"):format(found[2].offset // 32) },
  answer = ("%d * 32"):format(found[2].offset // 32),
  why = ("%d, as the table of tensors says. All data begins at a multiple of 32 too: the table ends at byte %d, so data begins at %d."):format(found[2].offset, head_end, start) }

L:say(([[
Now find one weight by hand: row %d, column %d (both counted from 0) of output.weight, a
bright pixel of the mean picture of 3. The type is q4_0: blocks of 32 weights in 18 bytes, row by
row, so a row has %d blocks.]]):format(ROW, COL, per_row))
L:show("heat", w)

L:ask { ("In which block lies the weight [%d, %d], counted from 0?"):format(ROW, COL), kind = "number", near = block, within = 0,
  wrong = {
    { near = ROW * per_row, within = 0, say = "That is the first block of the row: columns 0 to 31." },
    { near = ROW, within = 0, say = "That is the row. Each row has two blocks." },
    { near = COL // 32, within = 0, say = "That is which block of its row. The rows before have blocks too." },
    { near = block + 1, within = 0, say = "Counted from 1. The first block is number 0." },
  },
  hint = { ("%d rows of %d blocks come before."):format(ROW, per_row), ("Column %d lies in the second block of its row: %d * %d + 1"):format(COL, ROW, per_row) },
  answer = ("%d * %d + 1"):format(ROW, per_row), why = ("%d * %d + 1 = %d: it is number %d of the block's 32 weights."):format(ROW, per_row, block, inside) }

L:ask { ("At which byte of the file begins block %d, if all data begins at byte %d?"):format(block, start), kind = "number", near = block_at, within = 0,
  wrong = {
    { near = block * 18, within = 0, say = "Counted from the start of the data. In the file the header comes before." },
    { near = start + block * 16, within = 0, say = "A block is 18 bytes: the scale has two." },
    { near = start + block * 32, within = 0, say = "32 weights, but 18 bytes." },
    { near = start + block, within = 0, say = "Each block takes 18 bytes." },
  },
  hint = { "Blocks of 18 bytes, one behind the other.", ("%d + %d * 18"):format(start, block) }, answer = ("%d + %d * 18"):format(start, block),
  why = "Here they are:\n" .. dump(block_at, 18) }

L:show("block", w, { block = block })

L:ask { ("Which value has the weight? It is w[%d] of the block."):format(inside), kind = "number", near = value, within = 0.001,
  wrong = {
    { near = code, within = 0, say = "That is its code. Subtract 8, then multiply by d." },
    { near = -value, within = 0.001, say = "The sign: d is negative, and so is the code less 8." },
    { near = ((byte >> 4) - 8) * -0.114441, within = 0.001, say = "That is the upper half of the byte, weight 16 places further on." },
  },
  hint = { ("Its code is the lower half of byte %d of the block, %d."):format(2 + inside, code), "(code - 8) * d, with the d in the picture." },
  answer = ("(%d - 8) * -0.114441"):format(code),
  why = ("(%d - 8) * d = %.6f, and the engine reads the same from the file."):format(code, value) }

L:say "How would q4_0 store that half row again? Step through it, on the numbers that came out."
local again = L:var("half", w:slice(("%d, 32:64"):format(ROW)):copy())
L:walk("q4_0", again, { stop = {
  find = "The brightest pixel of the half picture.",
  half = "The same 16 bits as in the file.",
  pack = "And the same codes: what was q4_0 once loses nothing the second time.",
} })

L:predict { "How large a share of this file of 832 bytes are the weights?", kind = "choice",
  { "nearly all", "about half", "a tenth" }, right = 2,
  wrong = {
    { choice = 1, say = ("In a large model, yes. Here the head alone is %d bytes."):format(head_end) },
    { choice = 3, say = ("The two tensors take %d and %d bytes."):format(first.bytes, second.bytes) },
  },
  hint = { ("Data begins at byte %d; the tensors take %d and %d bytes."):format(start, first.bytes, second.bytes) },
  why = ("Head %d bytes, weights %d, gaps %d. In a model of gigabytes the head is next to nothing."):format(head_end, first.bytes + second.bytes, #bytes - head_end - first.bytes - second.bytes),
  reveal = function() L:show("browse", m) end }

L:task { "A weight of your own choice: give its row, its column and the number of its block as  {row, column, block} , for a block other than the one above.",
  check = function(s)
    local v = s.value
    if type(v) ~= "table" or type(v[1]) ~= "number" or type(v[2]) ~= "number" or type(v[3]) ~= "number" then return false end
    if v[1] < 0 or v[1] >= first.rows or v[2] < 0 or v[2] >= first.cols then return false, "There are rows 0 to 9 and columns 0 to 63." end
    local want = v[1] * per_row + v[2] // 32
    if want == block then return false, "That is the block from above. Take another." end
    if v[3] ~= want then return false, ("Not block %g: %g rows of %d blocks come before, then %d in its own row."):format(v[3], v[1], per_row, v[2] // 32) end
    return true
  end,
  hint = { "row * 2, and one more if the column is 32 or beyond." }, answer = "{9, 63, 19}",
  why = "You have read a model file without a program that knows it." }

L:say [[
A GGUF file: header, keys, table of tensors, then the data, each tensor at a multiple of
32 bytes.

w is the tensor: try `block w block=0` or `heat w`. With a file of your own: `open` and
its name, then `browse`, `check` and `meta`. Next: names, what Q4_K_M means.]]

return L
