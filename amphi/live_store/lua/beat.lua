#!lua
-- A gateway lives: its beat by Redis's clock, and away with those that have not beaten in time.
-- KEYS  1 the gateways
-- ARGV  the gateway, the milliseconds a beat lasts
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.status_reply('OK')
