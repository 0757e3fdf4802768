-- Counts hits in all windows of a key at once.
--
-- KEYS: one counter for each window, all in one slot of a cluster.
-- ARGV: the operation (see counters.go), the number of hits, then limit and
--       length in milliseconds of each window.
-- Returns whether all windows had room for the hits (1 or 0), then for each
-- window its count and the milliseconds left of it, by the clock of Redis.
local op, hits = ARGV[1], tonumber(ARGV[2])

local counts = redis.call('mget', unpack(KEYS))
local room = true
for i = 1, #KEYS do
  counts[i] = tonumber(counts[i] or 0)
  if counts[i] + hits > tonumber(ARGV[1 + 2 * i]) then
    room = false
  end
end

local charge = op == 'add' or (op == 'take' and room)
local reply = {room and 1 or 0}
for i, key in ipairs(KEYS) do
  if charge then
    -- What is given back is never more than there is. (-counts[i] could be the
    -- float -0, which Redis doesn't take.)
    counts[i] = redis.call('incrby', key, math.max(hits, 0 - counts[i]))
  end
  local left, length = redis.call('pttl', key), tonumber(ARGV[2 + 2 * i])
  if left == -1 then
    -- The first hit, or a counter that someone took the end from: without one
    -- it would refuse for ever.
    redis.call('pexpire', key, length)
    left = length
  elseif left == -2 then
    left = length -- nothing was counted yet
  end
  reply[2 * i] = counts[i]
  reply[2 * i + 1] = left
end
return reply
