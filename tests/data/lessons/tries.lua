-- Ways out of the limits, each of which has to fail.
local qs = require "qs"
local L = qs.lesson { id = "tries", title = "ways out", minutes = 1 }
local tries = {
  function() return os.execute("true") end,
  function() return io.popen("true") end,
  function() return os.remove("/tmp/none") end,
  function() return os.rename("/tmp/none", "/tmp/none2") end,
  function() return os.exit(3) end,
  function() return io.open("/etc/passwd") end,
  function() return io.open("../../../configure.ac") end,
  function() return io.open("good.lua", "w") end,
  function() return io.write("x") end,
  function() return package.loadlib("x", "y") end,
  function() return require "os" end,
  function() return require("string") end,
  function() return debug.getregistry() end,
  function() return debug.sethook() end,
  function() return collectgarbage("count") end,
  function() return coroutine.create(print) end,
  function() return string.dump(print) end,
  function() return ("").dump(function() end) end,
  function() return assert(load("\27Lua")) end,
  function() return assert(load("return os.execute('true')"))() end,
  function() return getmetatable("").__index end,
  function() return getmetatable(qs.tensor { 1 }).__index end,
  function() return getmetatable(qs.view).__call end,
  function() return setmetatable({}, { __gc = print }) end,
  function() return ("x"):rep(1e9) end,
  function() return (""):rep(1e18) end,
  function() return table.move({}, 1, 1e18, 2) end,
  function() return ("a"):rep(40):find(("a-"):rep(40) .. "b") end,
  function() return qs.zeros(1e9) end,
  function() return qs.load("/work/x.npy") end,
  function() return qs.tensor { 1 }:save("/tmp/qs-lesson-escaped.npy") end,
  function() return qs.cmd("quantize int4 [1, 2] > /tmp/qs-lesson-escaped") end,
  function() return qs.cmd("feed \"quit<Enter>\"") end,
  function() return qs.cmd("run /tmp/x.lua") end,
  function() return qs.cmd("trust tries") end,
  function() return qs.cmd("print (os.execute('true'))") end,
  function() return loadstring("x") end,
  function() return dofile("/etc/passwd") end,
}
local failed, worked = 0, {}
for i, try in ipairs(tries) do
  if pcall(try) then worked[#worked + 1] = i else failed = failed + 1 end
end
-- What lessons share with the learner stays as it is.
qs.quantize = nil
string.rep = nil
L:say(#worked == 0 and ("all %d tries failed"):format(failed) or "these tries worked: " .. table.concat(worked, " "))
return L
