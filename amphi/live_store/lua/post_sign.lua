#!lua
-- A sign of a gateway that has listeners of an offer, posted and noted in one step; or its farewell.
-- KEYS  1 inbox  2 the gateways with listeners of the offer
-- ARGV  the letter, the gateway, the milliseconds the sign lasts ('' for a farewell)
-- Gives the letter's id.
if ARGV[3] == '' then
  redis.call('ZREM', KEYS[2], ARGV[2])
else
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('ZADD', KEYS[2], now, ARGV[2])
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[3])
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
end
return redis.call('XADD', KEYS[1], '*', 'letter', ARGV[1])
