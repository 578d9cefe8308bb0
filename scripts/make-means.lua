-- make-means.lua: writes lessons/data/means.gguf, the small real model of the lesson gguf: for each digit the mean picture of
-- digits.csv (pixels / 16). The digit whose mean lies nearest is the one with the largest  mean * x - |mean|^2 / 2 : one layer of
-- weights (64 -> 10, q4_0) and a bias. Run in the source directory:  src/quantscope -n scripts/make-means.lua
local qs = require "qs"
local sums, counts = {}, {}

for line in io.lines("lessons/data/digits.csv") do
  local row = {}
  for v in line:gmatch("%d+") do row[#row + 1] = tonumber(v) end
  local class = row[65]
  counts[class] = (counts[class] or 0) + 1
  sums[class] = sums[class] or {}
  for i = 1, 64 do sums[class][i] = (sums[class][i] or 0) + row[i] / 16 end
end

local rows, bias = {}, {}
for class = 0, 9 do
  local square = 0
  rows[class + 1] = {}
  for i = 1, 64 do
    local v = sums[class][i] / counts[class]
    rows[class + 1][i] = v
    square = square + v * v
  end
  bias[class + 1] = -square / 2
end

local weights = qs.quantize(qs.tensor(rows), "q4_0").bytes
local function up(n) return (n + 31) // 32 * 32 end
local function text(key, value) return string.pack("<s8I4s8", key, 8, value) end

local head = "GGUF" .. string.pack("<I4I8I8", 3, 2, 6) ..
  text("general.architecture", "mlp") .. text("general.name", "means of digits") ..
  string.pack("<s8I4I4I8I4I4", "mlp.layers", 9, 4, 2, 64, 10) .. text("mlp.activation", "relu") ..
  text("general.license", "CC BY 4.0") .. string.pack("<s8I4I4", "general.file_type", 4, 2) ..
  string.pack("<s8I4I8I8I4I8", "output.weight", 2, 64, 10, 2, 0) ..
  string.pack("<s8I4I8I4I8", "output.bias", 1, 10, 0, up(#weights))
local out = assert(io.open("lessons/data/means.gguf", "wb"))
out:write(head, ("\0"):rep(up(#head) - #head), weights, ("\0"):rep(up(#weights) - #weights), string.pack("<" .. ("f"):rep(10), table.unpack(bias)))
out:write(("\0"):rep(up(40) - 40))
out:close()
