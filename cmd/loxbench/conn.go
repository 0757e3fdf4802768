package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
)

// request is one over a kept connection. Without a method it is a GET, or a POST if it has a body.
type request struct {
	method, path, key string
	tenant            string // whose key it is: the key of the bare server, which knows no others
	header            map[string]string
	body              string
	file              string // whose bytes are the body
	discard           bool   // the body of the answer is only counted
	status            int    // that is expected; 0 is 200
}

// conn is one kept connection to a server. It speaks just enough of HTTP/1.1: what it takes of
// the processors is missing to the server that it measures, and net/http's client takes as much as a lean server.
type conn struct {
	net.Conn

	r   *bufio.Reader
	out []byte
	got bytes.Buffer
}

// dial opens connections. They are closed when the run ends, so that nothing waits for an answer then.
func (b *bench) dial(addr string, n int) (all []*conn) {
	for range n {
		c := must((&net.Dialer{}).DialContext(b.ctx, "tcp", addr))
		stop := context.AfterFunc(b.ctx, func() { _ = c.Close() })
		b.closing(func() error { stop(); _ = c.Close(); return nil })
		all = append(all, &conn{Conn: c, r: bufio.NewReaderSize(c, 16<<10)})
	}
	return all
}

// do sends a request and returns the body of the answer, which is valid until the next request.
// Any other status than the expected one is a failure.
func (c *conn) do(r request) []byte {
	r.status = cmp.Or(r.status, http.StatusOK)
	if r.method == "" {
		if r.method = http.MethodGet; r.body != "" {
			r.method = http.MethodPost
		}
	}
	if err := caught(func() { c.send(r); c.receive(r) }); err != nil {
		check(fmt.Errorf("%s %s: %w", r.method, r.path, err))
	}
	return c.got.Bytes()
}

func (c *conn) send(r request) {
	var file *os.File
	length := int64(len(r.body))
	if r.file != "" {
		file = must(os.Open(r.file))
		defer file.Close()
		length = must(file.Stat()).Size()
	}
	b := fmt.Appendf(c.out[:0], "%s %s HTTP/1.1\r\nHost: %s\r\n", r.method, r.path, c.RemoteAddr())
	if r.key != "" {
		b = fmt.Appendf(b, "Authorization: Bearer %s\r\n", r.key)
	}
	for name, value := range r.header {
		if !strings.EqualFold(name, "Content-Length") {
			b = fmt.Appendf(b, "%s: %s\r\n", name, value)
		}
	}
	if length > 0 || r.method == http.MethodPost {
		b = fmt.Appendf(b, "Content-Length: %d\r\n", length)
		if r.header == nil {
			b = append(b, "Content-Type: application/json\r\n"...)
		}
	}
	c.out = append(append(b, "\r\n"...), r.body...)
	must(c.Write(c.out))
	if file != nil {
		must(io.Copy(c.Conn, file)) // sendfile(2): the client takes little of the processors
	}
}

func (c *conn) receive(r request) {
	res := must(http.ReadResponse(c.r, &http.Request{Method: r.method}))
	c.got.Reset()
	if r.discard && res.StatusCode == r.status {
		if n := must(io.CopyBuffer(struct{ io.Writer }{io.Discard}, res.Body, make([]byte, 256<<10))); n != res.ContentLength {
			check(fmt.Errorf("%d bytes of %d", n, res.ContentLength))
		}
		return
	}
	must(c.got.ReadFrom(res.Body))
	if res.StatusCode != r.status {
		check(fmt.Errorf("%s: %.300s", res.Status, c.got.Bytes()))
	}
}

// ask is do for an answer in JSON.
func ask[T any](c *conn, r request) (v T) {
	check(json.Unmarshal(c.do(r), &v))
	return v
}
