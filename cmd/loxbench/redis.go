package main

import (
	"context"
	"net"
	"os/exec"

	"github.com/redis/go-redis/v9"

	"github.com/backlox/lox/blob/blobtest/freeport"
)

const sectionRedis = "Redis"

// withRedis has LOX that counts requests in Redis compared with LOX that counts
// them in its memory.
func (r *report) withRedis(ctx context.Context, h *testbed, s scale, on *side) error {
	url, err := h.startRedis(ctx)
	if err != nil {
		return err
	}
	memory, err := h.product(ctx, "lox-memory", h.external())
	if err != nil {
		return err
	}
	redis, err := h.product(ctx, "lox-redis", h.external(), environment{"LOX_REDIS_URL": url})
	if err != nil {
		return err
	}
	var all []pairing
	work := workloads(on.day)
	for _, name := range []string{"get one", "list", "download URL", "create in many tenants"} {
		w := named(work, name)
		all = append(all, pairing{name + ", limits: Redis to memory", contender{redis, on, w}, contender{memory, on, w}, 0.8, many})
	}
	return r.measurePairs(ctx, h, s, all)
}

// startRedis runs a redis-server that keeps nothing on disk, and returns its
// URL.
func (h *testbed) startRedis(ctx context.Context) (string, error) {
	addr, err := freeport.Addr()
	if err != nil {
		return "", err
	}
	_, port, _ := net.SplitHostPort(addr)
	cmd := exec.Command("redis-server", "--bind", "127.0.0.1", "--port", port, "--dir", h.dir, "--save", "", "--appendonly", "no")
	if err := cmd.Start(); err != nil {
		return "", err
	}
	h.closing(func(context.Context) error {
		err := cmd.Process.Kill() // it has nothing to lose
		_ = cmd.Wait()
		return err
	})
	client := redis.NewClient(&redis.Options{Addr: addr})
	defer client.Close()
	return "redis://" + addr, until(ctx, func() error { return client.Ping(ctx).Err() })
}
