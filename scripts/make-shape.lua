-- make-shape.lua FILE LAYERS WIDTH FFN VOCABULARY HEADS KV_HEADS: a GGUF file of f16 tensors with the shapes of a llama and no data at
-- all, for `plan`. Runs in lua 5.4 and as  quantscope -n scripts/make-shape.lua -- FILE ...
local path, layers, width, ffn, vocabulary, heads, kv =
  arg[1], math.tointeger(arg[2]), math.tointeger(arg[3]), math.tointeger(arg[4]), math.tointeger(arg[5]), math.tointeger(arg[6]),
  math.tointeger(arg[7])
local keys, tensors, offset = {}, {}, 0

local function key(name, type, ...) keys[#keys + 1] = string.pack("<s8I4" .. type, name, ...) end
local function tensor(name, cols, rows)
  local bytes = rows and 2 * cols * rows or 4 * cols
  tensors[#tensors + 1] = string.pack("<s8I4", name, rows and 2 or 1) .. string.pack("<I8", cols) .. (rows and string.pack("<I8", rows) or "") ..
    string.pack("<I4I8", rows and 1 or 0, offset)
  offset = offset + (bytes + 31) // 32 * 32
end

key("general.architecture", "s8", 8, "llama")
for name, v in pairs { block_count = layers, embedding_length = width, feed_forward_length = ffn,
                       ["attention.head_count"] = heads, ["attention.head_count_kv"] = kv } do
  key("llama." .. name, "I4", 4, v)
end
tensor("token_embd.weight", width, vocabulary)
tensor("output_norm.weight", width)
tensor("output.weight", width, vocabulary)
for i = 0, layers - 1 do
  local b = "blk." .. i .. "."
  tensor(b .. "attn_norm.weight", width)
  tensor(b .. "attn_q.weight", width, width)
  tensor(b .. "attn_k.weight", width, width // heads * kv)
  tensor(b .. "attn_v.weight", width, width // heads * kv)
  tensor(b .. "attn_output.weight", width, width)
  tensor(b .. "ffn_norm.weight", width)
  tensor(b .. "ffn_gate.weight", width, ffn)
  tensor(b .. "ffn_up.weight", width, ffn)
  tensor(b .. "ffn_down.weight", ffn, width)
end
local f = assert(io.open(path, "wb"))
f:write("GGUF", string.pack("<I4I8I8", 3, #tensors, #keys), table.concat(keys), table.concat(tensors))
f:close()
