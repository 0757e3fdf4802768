package ratelimit

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/backlox/lox"
)

// maxBatch is the most calls that go together: with what they take of the wire,
// some 200 bytes each, they fit into the buffers of a connection and of a socket.
const maxBatch = 128

// script is a run of the script that somebody asks for.
type script struct {
	args  []any     // of EVALSHA: its name, the script's, then the keys and arguments
	until time.Time // when the timeout is over
}

type call = lox.Call[script, []int64]

// once is a command that is not sent again if its answer was lost: it may have
// been counted. The client of a cluster would.
type once struct{ *redis.IntSliceCmd }

// NoRetry is that of redis.Cmder.
func (once) NoRetry() bool { return true }

// run sends calls together, and gives each its answer or error. It never fails as
// a whole: nothing is to be tried again that may have been counted.
func (r *Redis) run(ctx context.Context, _ struct{}, calls []*call) error {
	// As long as the one that waits the longest has left. So each call has its answer
	// when its timeout is over, without a timer of its own: whatever it waits for was
	// asked for earlier. And nothing is sent after that.
	ctx, cancel := context.WithDeadline(ctx, calls[0].In.until)
	defer cancel()
	r.send(ctx, calls, "evalsha", countScript.Hash())
	var unknown []*call
	for _, c := range calls {
		if c.Err != nil && redis.HasErrorPrefix(c.Err, "NOSCRIPT") { // it allocates even for nil
			unknown = append(unknown, c)
		}
	}
	if len(unknown) > 0 {
		r.send(ctx, unknown, "eval", countSource)
	}
	return nil
}

// send sends calls in one pipeline.
func (r *Redis) send(ctx context.Context, calls []*call, command, name any) {
	pipe := r.client.Pipeline()
	cmds := make([]once, len(calls))
	for i, c := range calls {
		c.In.args[0], c.In.args[1] = command, name
		cmds[i] = once{redis.NewIntSliceCmd(ctx, c.In.args...)}
		_ = pipe.Process(ctx, cmds[i]) // it only queues
	}
	_, _ = pipe.Exec(ctx) // each command has an error of its own
	for i, c := range calls {
		c.Out, c.Err = cmds[i].Result()
	}
}
