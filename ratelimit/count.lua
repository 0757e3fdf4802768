-- Counts hits in all windows of a key at once.
--
-- KEYS: one counter for each window, then those of the windows that a hit is given
--       back in, all in one slot of a cluster.
-- ARGV: the operation (see counters.go), the number of hits, limit and length in
--       milliseconds of each window, then the most milliseconds that may be left of
--       each window that a hit is given back in: with more left, it is a later one.
-- Returns whether all windows had space for the hits (1 or 0), then for each
-- window its count and the milliseconds left of it, by the clock of Redis.
local call = redis.call
local op, hits = ARGV[1], tonumber(ARGV[2])

local n = #ARGV - 2 - #KEYS -- windows to count in: two arguments each, others one

local counts = call('mget', unpack(KEYS, 1, n))
local fits = 1
for i = 1, n do
  local count = tonumber(counts[i] or 0)
  counts[i] = count
  if count + hits > tonumber(ARGV[1 + 2 * i]) then
    fits = 0
  end
end

local charge = op == 'add' or (op == 'take' and fits == 1)
local reply = {fits}
for i = 1, n do
  local key = KEYS[i]
  if charge then
    -- What is given back is never more than there is. (-counts[i] could be the
    -- float -0, which Redis doesn't take.) Else the number goes on as it came,
    -- which is faster than writing it out again.
    local more = ARGV[2]
    if counts[i] + hits < 0 then
      more = 0 - counts[i]
    end
    counts[i] = call('incrby', key, more)
  end
  local left = call('pttl', key)
  if left < 0 then
    local length = tonumber(ARGV[2 + 2 * i])
    -- -1 is the first hit, or a counter that someone took the end from: without
    -- one it would refuse for ever. -2 is one where nothing was counted yet.
    if left == -1 then
      call('pexpire', key, length)
    end
    left = length
  end
  reply[2 * i], reply[2 * i + 1] = counts[i], left
end
if charge then
  for i = n + 1, #KEYS do
    local left = call('pttl', KEYS[i])
    if left > 0 and left <= tonumber(ARGV[2 + n + i]) and tonumber(call('get', KEYS[i])) > 0 then
      call('decr', KEYS[i])
    end
  end
end
return reply
