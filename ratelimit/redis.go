package ratelimit

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/ulule/limiter/v3"

	"github.com/backlox/lox"
)

//go:embed count.lua
var countSource string

var countScript = redis.NewScript(countSource)

// redisStore keeps counters in a Redis or a Redis Cluster, which any number of servers share. Each decision is
// one run of a script. Decisions that wait at the same time share one round trip. Windows end by the clock
// of Redis, so the clocks of the servers needn't agree.
//
// Every method returns an error when Redis fails, or doesn't answer within the timeout or before the
// context ends. The error never contains the password. Nothing is tried twice: a hit whose answer was lost
// may have been counted.
type redisStore struct {
	client  redis.UniversalClient
	timeout time.Duration
	calls   lox.Batcher[struct{}, script, []int64]
}

var _ counterStore = (*redisStore)(nil)

// newRedis returns counters in the Redis at a URL, in the form of Config.RedisURL. It fails if the URL is
// wrong; it doesn't connect before the first call. No call takes longer than the timeout.
func newRedis(url string, timeout time.Duration) (*redisStore, error) {
	client, err := newClient(url, timeout)
	if err != nil {
		return nil, err
	}
	r := &redisStore{client: client, timeout: timeout}
	r.calls.MaxBatches, r.calls.MaxCalls, r.calls.MaxWait, r.calls.Run = 1, maxBatch, timeout, r.run
	r.calls.NoRetry = func(error) bool { return true } // a call that was sent may have been counted
	return r, nil
}

// Close closes all connections, and waits until no call is being sent.
func (r *redisStore) Close() error {
	err := r.client.Close()
	r.calls.Wait()
	return err
}

// Ping returns an error if Redis can't count. A Redis that answers may still be unable to count: it is
// full, or a replica. In a cluster all masters must answer.
func (r *redisStore) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	if cluster, ok := r.client.(*redis.ClusterClient); ok {
		err := cluster.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error { return node.Ping(ctx).Err() })
		if err != nil {
			return fmt.Errorf("ping the masters of the Redis cluster: %w", err)
		}
	}
	_, _, err := r.Count(ctx, request{Op: opTake, Hits: 1, Key: "ping", Rates: []limiter.Rate{{Period: time.Second, Limit: math.MaxInt32}}})
	return err
}

// Get implements limiter.Store: it counts a hit even beyond the limit.
func (r *redisStore) Get(ctx context.Context, key string, rate limiter.Rate) (limiter.Context, error) {
	return r.one(ctx, opAdd, 1, key, rate)
}

// Increment implements limiter.Store.
func (r *redisStore) Increment(ctx context.Context, key string, count int64, rate limiter.Rate) (limiter.Context, error) {
	return r.one(ctx, opAdd, count, key, rate)
}

// Peek implements limiter.Store.
func (r *redisStore) Peek(ctx context.Context, key string, rate limiter.Rate) (limiter.Context, error) {
	return r.one(ctx, opPeek, 1, key, rate)
}

// Reset implements limiter.Store: it deletes the window.
func (r *redisStore) Reset(ctx context.Context, key string, rate limiter.Rate) (limiter.Context, error) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	if err := r.client.Del(ctx, counterName(key, rate.Period)).Err(); err != nil {
		return limiter.Context{}, fmt.Errorf("reset in Redis: %w", err)
	}
	return window{Limit: rate.Limit, Left: rate.Period}.context(time.Now(), rate), nil
}

func (r *redisStore) one(ctx context.Context, op operation, n int64, key string, rate limiter.Rate) (limiter.Context, error) {
	_, windows, err := r.Count(ctx, request{Op: op, Hits: n, Key: key, Rates: []limiter.Rate{rate}})
	if err != nil {
		return limiter.Context{}, err
	}
	return windows[0].context(time.Now(), rate), nil
}

// Count implements counterStore.
func (r *redisStore) Count(ctx context.Context, of request) (fits bool, windows []window, err error) {
	args := make([]any, 0, 5+3*len(of.Rates)+2*len(of.Back.Windows))
	args = append(args, nil, nil, len(of.Rates)+len(of.Back.Windows)) // send sets the first two: the command and the script
	for _, rate := range of.Rates {
		args = append(args, counterName(of.Key, rate.Period))
	}
	for _, w := range of.Back.Windows {
		args = append(args, counterName(of.Back.Key, w.Period))
	}
	args = append(args, string(of.Op), of.Hits)
	for _, rate := range of.Rates {
		args = append(args, rate.Limit, rate.Period.Milliseconds())
	}
	for _, w := range of.Back.Windows {
		args = append(args, w.Left.Milliseconds())
	}
	reply, err := r.calls.Do(ctx, struct{}{}, script{args, time.Now().Add(r.timeout)})
	if err == nil && len(reply) != 1+2*len(of.Rates) {
		err = errors.New("the script's answer has the wrong length")
	}
	if err != nil {
		return false, nil, fmt.Errorf("count in Redis: %w", err)
	}
	windows = make([]window, len(of.Rates))
	for i, rate := range of.Rates {
		left := max(1, reply[2+2*i]) // Redis answers 0 in a window's last millisecond
		windows[i] = window{
			Period: rate.Period, Limit: rate.Limit, Count: reply[1+2*i], Left: time.Duration(left) * time.Millisecond,
		}
	}
	return reply[0] == 1, windows, nil
}

// counterName returns the key of a window's counter in Redis. A cluster picks the slot by the text in
// braces. That text is the same for all windows of all keys of a subject, and it is never empty, whatever
// the key is.
func counterName(key string, period time.Duration) string {
	name := "lox:{limit:" + subjectOf(key) + "}:"
	if class, _, found := strings.Cut(key, ":"); found {
		name += class + ":"
	}
	return name + strconv.FormatInt(period.Milliseconds(), 10)
}
