#!lua
-- So many a period, spread evenly, with all of them at once after a rest (the generic cell rate).
-- KEYS  1 when the allowance is whole again, in ms of Redis's clock
-- ARGV  how many, the period in ms
-- Gives 0 when allowed, otherwise the ms until the next one is.
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local many, period = tonumber(ARGV[1]), tonumber(ARGV[2])
local whole = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + period / many
local wait = whole - period - now
if wait > 0 then return math.ceil(wait) end
redis.call('SET', KEYS[1], string.format('%.3f', whole), 'PX', math.ceil(whole - now))
return 0
