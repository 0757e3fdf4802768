package ratelimit

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// maxBatch is the most calls that go together: with what they take of the wire,
// some 200 bytes each, they fit into the buffers of a connection and of a socket.
const maxBatch = 128

// pipeline sends calls of the script to Redis. A call that finds none on its way
// goes at once. Those that come while others are on their way go together when
// these are back: at load, that spares each of them most of what it takes to
// write to a socket, to wait for it and to read it, here and in Redis.
type pipeline struct {
	client  redis.UniversalClient
	timeout time.Duration

	mu      sync.Mutex
	busy    bool // calls are on their way, or about to be
	waiting []*call
	sending sync.WaitGroup
}

// call is one run of the script. Who made it gives up when ctx ends, and must
// not touch cmd from then on.
type call struct {
	ctx   context.Context //nolint:containedctx // of who waits: the calls of a batch have different ones
	begun time.Time
	args  []any // of EVALSHA: its name, the script's, then the keys and arguments
	cmd   once
	done  chan struct{} // closed when cmd has the answer
}

// once is a command that is not sent again if its answer was lost: it may have
// been counted. The client of a cluster would.
type once struct{ *redis.IntSliceCmd }

// NoRetry is that of redis.Cmder.
func (once) NoRetry() bool { return true }

// do runs the script and returns its answer, or the error of this one call. The
// args begin with two that are filled in here.
func (p *pipeline) do(ctx context.Context, args []any) ([]int64, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c := &call{ctx: ctx, begun: time.Now(), args: args}
	p.mu.Lock()
	if !p.busy {
		p.busy = true
		p.mu.Unlock()
		p.send(ctx, []*call{c})
		if batch := p.next(); batch != nil {
			p.sending.Go(func() { p.sendAll(batch) })
		}
		return c.cmd.Result()
	}
	c.done = make(chan struct{})
	p.waiting = append(p.waiting, c)
	p.mu.Unlock()
	select {
	case <-c.done:
		return c.cmd.Result()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// next takes the calls that wait, or if there are none, lets the next one go at
// once.
func (p *pipeline) next() []*call {
	p.mu.Lock()
	defer p.mu.Unlock()
	batch := p.waiting
	if len(batch) > maxBatch {
		batch, p.waiting = batch[:maxBatch:maxBatch], batch[maxBatch:]
	} else {
		p.waiting = nil
	}
	p.busy = len(batch) > 0
	return batch
}

// sendAll sends a batch, then those that came meanwhile, until none did.
func (p *pipeline) sendAll(batch []*call) {
	for ; len(batch) > 0; batch = p.next() {
		wanted := batch[:0]
		for _, c := range batch {
			if c.ctx.Err() == nil { // else who made it is gone, and it isn't to be counted
				wanted = append(wanted, c)
			}
		}
		if len(wanted) == 0 {
			continue
		}
		// Not that of one of them: it would take the others with it.
		p.send(context.Background(), wanted)
		for _, c := range wanted {
			close(c.done)
		}
		// Who is about to make a call can still join the next batch.
		runtime.Gosched()
	}
}

// send sends calls in one pipeline, and gives each its answer or error. It takes
// no longer than the one that waits the longest has left.
func (p *pipeline) send(ctx context.Context, calls []*call) {
	ctx, cancel := context.WithDeadline(ctx, calls[0].begun.Add(p.timeout))
	defer cancel()
	for _, c := range calls {
		c.args[0], c.args[1] = "evalsha", countScript.Hash()
	}
	p.exec(ctx, calls)
	var unknown []*call
	for _, c := range calls {
		if err := c.cmd.Err(); err != nil && redis.HasErrorPrefix(err, "NOSCRIPT") { // it allocates even for nil
			c.args[0], c.args[1] = "eval", countSource
			unknown = append(unknown, c)
		}
	}
	if len(unknown) > 0 {
		p.exec(ctx, unknown)
	}
}

func (p *pipeline) exec(ctx context.Context, calls []*call) {
	pipe := p.client.Pipeline()
	for _, c := range calls {
		c.cmd = once{redis.NewIntSliceCmd(ctx, c.args...)}
		_ = pipe.Process(ctx, c.cmd) // it only queues
	}
	_, _ = pipe.Exec(ctx) // each command has an error of its own
}

// close closes all connections, and waits until nothing is sent any more.
func (p *pipeline) close() error {
	err := p.client.Close()
	p.sending.Wait()
	return err
}
