package ratelimit

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/backlox/lox"
)

// maxBatch is the maximum number of calls in one pipeline: at some 200 bytes each on the wire, they fit
// into the buffers of a connection and of a socket.
const maxBatch = 128

// script is one run of the script.
type script struct {
	args  []any     // the command, the script, then its keys and arguments
	until time.Time // when the timeout is over
}

type call = lox.Call[script, []int64]

// once is a command that the client of a cluster doesn't send again. It would otherwise, if the answer was
// lost, but the hit may have been counted.
type once struct{ *redis.IntSliceCmd }

// NoRetry implements redis.Cmder.
func (once) NoRetry() bool { return true }

// run sends calls together, and gives each its answer or error. It never returns an error itself: calls
// that may have been counted must not be tried again.
func (r *redisStore) run(ctx context.Context, _ struct{}, calls []*call) error {
	// The deadline is that of the call that has waited longest. So each call has its answer before its own
	// timeout, without a timer of its own: the calls that it waits for were made earlier. And nothing is
	// sent after the deadline.
	ctx, cancel := context.WithDeadline(ctx, calls[0].In.until)
	defer cancel()
	r.send(ctx, calls, "evalsha", countScript.Hash())
	var unknown []*call
	for _, c := range calls {
		if c.Err != nil && redis.HasErrorPrefix(c.Err, "NOSCRIPT") { // HasErrorPrefix allocates even for nil
			unknown = append(unknown, c)
		}
	}
	if len(unknown) > 0 {
		r.send(ctx, unknown, "eval", countSource)
	}
	return nil
}

// send sends calls in one pipeline.
func (r *redisStore) send(ctx context.Context, calls []*call, command, name any) {
	pipe := r.client.Pipeline()
	cmds := make([]once, len(calls))
	for i, c := range calls {
		c.In.args[0], c.In.args[1] = command, name
		cmds[i] = once{redis.NewIntSliceCmd(ctx, c.In.args...)}
		_ = pipe.Process(ctx, cmds[i]) // Process only queues here
	}
	_, _ = pipe.Exec(ctx) // each command has an error of its own
	for i, c := range calls {
		c.Out, c.Err = cmds[i].Result()
	}
}
