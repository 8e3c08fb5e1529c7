#!lua
-- Every write of a conductor, answers included (architecture.md: "Every Redis write of a conductor,
-- answers included, is one script carrying its term, refused below the highest seen").
--
-- KEYS  1 head  2 feed  3 hot  4 deadlines  5 inbox  6.. the turn queue of each amphi given
-- ARGV  mode      first: may find nothing | next: has written before | rebuild: writes anew
--       term, order (grows with each write of one conductor)
--       floor     the seq that must be here already (rebuild: the last one of the journal)
--       newest    the last commit among the notes, or ''
--       answered, charged (each or '')
--       how many notes the feed keeps, how many seconds the keys live (keys.py)
--       how many notes, then for each: its seq or '' when unnumbered, its text
--       how many amphis or '' to leave the hot state, then for each: its id, its JSON,
--       its deadline or '', its turn queue as JSON
-- Gives OK; SEEN (published before: nothing changed); LATE (a newer write of this conductor came
-- first); or the errors HIGHERTERM <term> and LOST.

local HEAD, FEED, HOT, DEADLINES, INBOX = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]

local place = 0
local function following()
  place = place + 1
  return ARGV[place]
end

local function given(text)
  if text ~= '' then return text end
end

local function parts(id)
  local first, second = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(first), tonumber(second)
end

local function behind(id, other)
  local a, b = parts(id)
  local c, d = parts(other)
  return a > c or (a == c and b > d)
end

local mode, term, order = following(), tonumber(following()), tonumber(following())
local floor, newest = tonumber(following()), tonumber(following())
local answered, charged = given(following()), given(following())
local feed_length, lifetime = following(), following()
local rebuilding = mode == 'rebuild'

local seen = redis.call('HMGET', HEAD, 'term', 'order', 'seq', 'answered')
local seen_term, seen_order, seq = tonumber(seen[1]), tonumber(seen[2]), tonumber(seen[3])
local seen_answered = seen[4]

-- Is this write to be made at all?
if seen_term and seen_term > term then
  return redis.error_reply('HIGHERTERM ' .. seen[1])
end
-- A write that timed out at the conductor may still arrive: it must not undo a newer one.
if seen_term == term and seen_order >= order then return redis.status_reply('LATE') end
if not rebuilding then
  -- Flushed (no term), or restarted from a file that lacks the last second (seq too low).
  if (mode == 'next' and not seen_term) or (seq or 0) < floor then
    return redis.error_reply('LOST ' .. (seen[3] or 'everything'))
  end
  if newest and seq and newest <= seq then
    redis.call('HSET', HEAD, 'term', term, 'order', order)
    return redis.status_reply('SEEN')
  end
end

-- What a rebuilt store keeps: the feed, unless the journal went back behind it (a restored backup).
local function last_of_feed()
  local entry = redis.call('XREVRANGE', FEED, '+', '-', 'COUNT', 1)[1]
  return entry and entry[1]
end

local start -- of the ids of unnumbered notes
if rebuilding then
  local last = last_of_feed()
  if last and parts(last) > floor then
    redis.call('DEL', FEED)
    redis.call('HDEL', HEAD, 'charged', 'charged_at')
    last = nil
  end
  redis.call('HDEL', HEAD, 'answered')
  seen_answered = false
  seq = last and parts(last) or 0
  -- Readers of the lost feed may have seen `floor`-k: the new ids lie behind any they saw.
  local now = redis.call('TIME')
  start = string.format('%d-%.0f', floor, now[1] * 1000000 + now[2])
  if last and not behind(start, last) then start = nil end
end

-- The feed.
local function say(id, text)
  redis.call('XADD', FEED, 'MAXLEN', '~', feed_length, id, 'note', text)
end

local function say_unnumbered(text)
  if start then
    say(start, text)
    seq, start = floor, nil
  else
    say(string.format('%d-*', seq or 0), text)
  end
end

local function say_commit(number, text)
  if seq and number <= seq then return end
  say(string.format('%d-0', number), text)
  seq = number
end

for _ = 1, tonumber(following()) do
  local number, text = tonumber(following()), following()
  if number then say_commit(number, text) else say_unnumbered(text) end
end
if rebuilding and seq < floor then seq = floor end

-- The hot state, the turn queues, the deadlines: always whole.
local function write_queue(key, entries)
  redis.call('DEL', key)
  for first = 1, #entries, 1000 do
    redis.call('RPUSH', key, unpack(entries, first, math.min(first + 999, #entries)))
  end
end

local amphis = tonumber(following())
if amphis then
  redis.call('DEL', HOT, DEADLINES)
  for n = 1, amphis do
    local amphi, json, deadline, entries = following(), following(), following(), following()
    redis.call('HSET', HOT, amphi, json)
    if deadline ~= '' then redis.call('ZADD', DEADLINES, deadline, amphi) end
    write_queue(KEYS[5 + n], cjson.decode(entries))
  end
end

-- The head, and the inbox trimmed only behind what is answered.
redis.call('HSET', HEAD, 'term', term, 'order', order, 'seq', seq or 0)
if charged then
  local now = redis.call('TIME')
  local ms = now[1] * 1000 + math.floor(now[2] / 1000)
  redis.call('HSET', HEAD, 'charged', charged, 'charged_at', string.format('%.0f', ms))
end
if answered and (not seen_answered or behind(answered, seen_answered)) then
  redis.call('HSET', HEAD, 'answered', answered)
  redis.call('XTRIM', INBOX, 'MINID', answered)
end
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, lifetime) end
return redis.status_reply('OK')
