package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/backlox/lox"
)

// request is one to the API of some server.
type request struct {
	tenant lox.TenantID // whose key it is
	key    string
	path   string // under the base path
	body   string // of a POST; without one it is a GET
	// Where it is not as usual:
	method string
	host   string
	header string // more lines, each with its end
}

func (r request) verb() string {
	switch {
	case r.method != "":
		return r.method
	case r.body != "":
		return http.MethodPost
	}
	return http.MethodGet
}

// target is where requests go, and what is to be answered.
type target struct {
	addr   string
	base   func(lox.TenantID) string // what stands before a request's path
	status int
}

// client sends requests over a fixed number of kept connections. It speaks just
// enough of HTTP/1.1, since what it takes of the processors is missing to whom
// it measures: net/http's client takes as much as a lean server.
type client struct {
	target
	conns []*conn
}

func dial(ctx context.Context, to target, conns int) (*client, error) {
	c := &client{target: to}
	for range conns {
		nc, err := (&net.Dialer{}).DialContext(ctx, "tcp", to.addr)
		if err != nil {
			c.close()
			return nil, err
		}
		c.conns = append(c.conns, &conn{Conn: nc, r: bufio.NewReaderSize(nc, 16<<10)})
	}
	return c, nil
}

func (c *client) close() {
	for _, conn := range c.conns {
		_ = conn.Close()
	}
}

// slice is what some requests took, one after another on each connection.
type slice struct {
	latencies []time.Duration
	elapsed   time.Duration
	cpu       usage // what the server and PostgreSQL took for them
}

// drive sends requests on every connection for a time, and at least one for each
// of them. Those that are on their way at its end are waited for, and count.
func (c *client) drive(ctx context.Context, d time.Duration, next func(i int) request) (slice, error) {
	start := time.Now()
	return c.send(ctx, func(sent int) bool { return sent < len(c.conns) || time.Since(start) < d }, next)
}

// send sends requests on every connection while more says so of the number of
// requests before.
func (c *client) send(ctx context.Context, more func(sent int) bool, next func(i int) request) (slice, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(ctx, c.close)() // so that nothing is waited for after a failure
	var sent atomic.Int64
	latencies := make([][]time.Duration, len(c.conns))
	start := time.Now()
	var running sync.WaitGroup
	for i, conn := range c.conns {
		running.Go(func() {
			for {
				n := int(sent.Add(1))
				if !more(n - 1) {
					return
				}
				began := time.Now()
				if _, err := c.do(conn, next(n)); err != nil {
					cancel(err) // the first one counts
					return
				}
				latencies[i] = append(latencies[i], time.Since(began))
			}
		})
	}
	running.Wait()
	done := slice{elapsed: time.Since(start)}
	for _, of := range latencies {
		done.latencies = append(done.latencies, of...)
	}
	return done, context.Cause(ctx)
}

// get sends one request and returns the body of the answer, which is valid
// until the next one.
func (c *client) get(r request) ([]byte, error) { return c.do(c.conns[0], r) }

// do sends one request. Any other status than the wanted one is an error.
func (c *client) do(on *conn, r request) ([]byte, error) {
	status, body, err := on.do(c.base(r.tenant), r)
	if err == nil && status != c.status {
		err = fmt.Errorf("%s answers %d: %.300s", r.path, status, body)
	}
	return body, err
}

// conn is one kept connection.
type conn struct {
	net.Conn
	r        *bufio.Reader
	host     string // that it is connected to; LOX names it in URLs
	out, got []byte // reused
}

func (c *conn) do(base string, r request) (status int, body []byte, err error) {
	b := c.out[:0]
	b = append(append(b, r.verb()...), ' ')
	b = append(append(b, base...), r.path...)
	b = append(b, " HTTP/1.1\r\nHost: "...)
	if c.host == "" {
		c.host = c.RemoteAddr().String()
	}
	b = append(append(b, cmp.Or(r.host, c.host)...), "\r\n"...)
	if r.key != "" {
		b = append(append(append(b, "Authorization: Bearer "...), r.key...), "\r\n"...)
	}
	b = append(b, r.header...)
	if r.verb() != http.MethodGet {
		b = append(b, "Content-Length: "...)
		b = append(strconv.AppendInt(b, int64(len(r.body)), 10), "\r\n"...)
		if r.header == "" {
			b = append(b, "Content-Type: application/json\r\n"...)
		}
	}
	b = append(append(b, "\r\n"...), r.body...)
	c.out = b
	if _, err := c.Write(b); err != nil {
		return 0, nil, err
	}
	status, length, err := c.head()
	if err != nil {
		return 0, nil, err
	}
	c.got = c.got[:0]
	switch {
	case r.verb() == http.MethodHead:
	case length >= 0:
		err = c.read(length)
	default:
		err = c.chunks()
	}
	return status, c.got, err
}

// head reads the beginning of an answer: its status, and the length of its body, -1
// if it comes in chunks.
func (c *conn) head() (status, length int, err error) {
	line, err := c.r.ReadSlice('\n')
	if err != nil {
		return 0, 0, err
	}
	if len(line) < len("HTTP/1.1 200") {
		return 0, 0, fmt.Errorf("status line %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, 0, err
	}
	length, err = c.header()
	return status, length, err
}

// header reads to the end of the header and returns the length of the body, -1
// if it comes in chunks.
func (c *conn) header() (length int, err error) {
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		if line = bytes.TrimRight(line, "\r\n"); len(line) == 0 {
			return length, nil
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(value)); err != nil {
				return 0, err
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			length = -1
		}
	}
}

// read adds so many bytes to what was got.
func (c *conn) read(n int) error {
	start := len(c.got)
	if cap(c.got) < start+n {
		c.got = append(make([]byte, 0, 2*(start+n)), c.got...)
	}
	c.got = c.got[:start+n]
	_, err := io.ReadFull(c.r, c.got[start:])
	return err
}

func (c *conn) chunks() error {
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			return err
		}
		size, err := strconv.ParseInt(string(bytes.TrimRight(line, "\r\n")), 16, 32)
		if err != nil {
			return err
		}
		if err := c.read(int(size)); err != nil {
			return err
		}
		if _, err := c.r.Discard(len("\r\n")); err != nil || size == 0 {
			return err
		}
	}
}
