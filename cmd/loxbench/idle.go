package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"syscall"
)

const (
	sectionIdle = "idle connections"
	idleConns   = 10_000
	idleBar     = 0.9 // of the requests per second without them
)

// idleness is what connections that say nothing cost.
type idleness struct {
	Connections int `json:"connections"`
	// Bytes of resident memory that each of them takes.
	Each float64 `json:"resident_bytes_each"`
}

// idle has a busy LOX that holds idle connections compared with one that doesn't.
func (r *report) idle(ctx context.Context, h *testbed, s scale, on *side) error {
	if err := allowFiles(idleConns + 1_000); err != nil {
		return err
	}
	calm, err := h.product(ctx, "lox-calm", h.external())
	if err != nil {
		return err
	}
	crowded, err := h.product(ctx, "lox-crowded", h.external())
	if err != nil {
		return err
	}
	w := named(workloads(on.day), "get one")
	first, second := contender{crowded, on, w}, contender{calm, on, w}
	if _, err := turns(ctx, h, s, []contender{first, second}, many[1]); err != nil { // both are warm
		return err
	}
	before := crowded.memory()
	guests := &crowd{of: first}
	defer guests.leave()
	if err := guests.come(ctx, idleConns); err != nil {
		return err
	}
	r.Idle = &idleness{Connections: idleConns, Each: float64(crowded.memory()-before) / idleConns}
	name := fmt.Sprintf("get one beside %s idle connections, to none", count(idleConns))
	if err := r.measurePairs(ctx, h, s, []pairing{{name, first, second, idleBar, many[1:]}}); err != nil {
		return err
	}
	if err := guests.ask(); err != nil {
		return fmt.Errorf("not all were there to the end: %w", err)
	}
	return nil
}

// crowd are kept connections, each of which asks now and then.
type crowd struct {
	of    contender
	conns []net.Conn
}

// come opens connections, and has each ask for something.
func (c *crowd) come(ctx context.Context, n int) error {
	for range n {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", c.of.addr)
		if err != nil {
			return err
		}
		c.conns = append(c.conns, conn)
	}
	return c.ask()
}

// ask has each connection ask for something, several at a time.
func (c *crowd) ask() error {
	const atOnce = 16
	errs := make([]error, atOnce)
	var asking sync.WaitGroup
	for i := range atOnce {
		asking.Go(func() {
			r := bufio.NewReaderSize(nil, 16<<10)
			for n := i; n < len(c.conns) && errs[i] == nil; n += atOnce {
				r.Reset(c.conns[n])
				var status int
				status, _, errs[i] = (&conn{Conn: c.conns[n], r: r}).do(c.of.base(c.of.tenant), c.of.request(n))
				if errs[i] == nil && status != http.StatusOK {
					errs[i] = fmt.Errorf("the answer is %d", status)
				}
			}
		})
	}
	asking.Wait()
	return errors.Join(errs...)
}

func (c *crowd) leave() {
	for _, conn := range c.conns {
		_ = conn.Close()
	}
}

// allowFiles has this process, and those it starts, open so many files.
func allowFiles(n uint64) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	if limit.Max >= n {
		return nil // Go itself goes up to there
	}
	limit.Cur, limit.Max = n, n
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return fmt.Errorf("raise the limit of open files to %d (ulimit -Hn): %w", n, err)
	}
	return nil
}

func (i *idleness) print(w io.Writer) {
	if i != nil {
		fmt.Fprintf(w, "\nAn idle connection takes %.1f KiB of the server's resident memory.\n", i.Each/1024)
	}
}
