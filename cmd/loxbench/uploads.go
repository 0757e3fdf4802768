package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// uploader is one client that stores backups, over one connection to each
// server.
type uploader struct {
	api *process
	key string

	conns  map[string]*conn // by address
	took   [len(steps)][]time.Duration
	buffer []byte // of downloads
}

// steps of a cycle.
var steps = [...]string{"create", "PUT", "complete"}

// upload is the answer to create.
type upload struct {
	ID      string            `json:"id"`
	URL     string            `json:"upload_url"`
	Headers map[string]string `json:"upload_headers"`
}

// cycle stores one small backup.
func (u *uploader) cycle(ctx context.Context) error {
	began := time.Now()
	to, err := u.create(ctx, cycleSize)
	if err != nil {
		return err
	}
	created := time.Now()
	if err := u.put(ctx, to, content[:cycleSize]); err != nil {
		return err
	}
	stored := time.Now()
	if err := u.complete(ctx, to.ID); err != nil {
		return err
	}
	for i, took := range []time.Duration{created.Sub(began), stored.Sub(created), time.Since(stored)} {
		u.took[i] = append(u.took[i], took)
	}
	return nil
}

// ask sends a request to the API and returns the body of the answer.
func (u *uploader) ask(ctx context.Context, status int, r request) ([]byte, error) {
	c, err := u.connected(ctx, u.api.addr)
	if err != nil {
		return nil, err
	}
	r.key = u.key
	return expect(status)(c.do("/api", r))
}

// create asks for an upload URL. more are further fields of the request.
func (u *uploader) create(ctx context.Context, size int, more ...string) (to upload, err error) {
	body, err := u.ask(ctx, http.StatusCreated, request{
		path: "/v1/backups",
		body: fmt.Sprintf(`{"name": "a backup", "size_bytes": %d, "content_type": "application/gzip"%s}`, size, strings.Join(more, "")),
	})
	if err != nil {
		return to, fmt.Errorf("create: %w", err)
	}
	return to, json.Unmarshal(body, &to)
}

// complete has it verified.
func (u *uploader) complete(ctx context.Context, id string) error {
	_, err := u.ask(ctx, http.StatusOK, request{method: http.MethodPost, path: "/v1/backups/" + id + "/complete"})
	if err != nil {
		return fmt.Errorf("complete: %w", err)
	}
	return nil
}

// download asks for a download URL.
func (u *uploader) download(ctx context.Context, id string) (string, error) {
	body, err := u.ask(ctx, http.StatusOK, request{path: "/v1/backups/" + id + "/download"})
	if err != nil {
		return "", fmt.Errorf("download: %w", err)
	}
	var from struct {
		URL string `json:"download_url"`
	}
	return from.URL, json.Unmarshal(body, &from)
}

// signed sends a request to a signed URL.
func (u *uploader) signed(ctx context.Context, method string, to upload, body string) error {
	at, err := url.Parse(to.URL)
	if err != nil {
		return err
	}
	c, err := u.connected(ctx, at.Host)
	if err != nil {
		return err
	}
	_, err = expect(http.StatusOK)(c.do("", request{method: method, host: at.Host, path: at.RequestURI(), header: to.header(), body: body}))
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	return nil
}

// put sends the bytes of a small backup.
func (u *uploader) put(ctx context.Context, to upload, bytes string) error {
	return u.signed(ctx, http.MethodPut, to, bytes)
}

// header has what must be sent with an upload but for its length.
func (to upload) header() string {
	var header strings.Builder
	header.WriteString("Content-Type: application/gzip\r\n")
	for name, value := range to.Headers {
		if !strings.EqualFold(name, "Content-Type") && !strings.EqualFold(name, "Content-Length") && !strings.EqualFold(name, "Host") {
			header.WriteString(name + ": " + value + "\r\n")
		}
	}
	return header.String()
}

// putFile sends the bytes of a file, which the kernel does by itself: what a
// client takes of the processors is missing to the server.
func (u *uploader) putFile(ctx context.Context, to upload, name string) error {
	at, err := url.Parse(to.URL)
	if err != nil {
		return err
	}
	c, err := u.connected(ctx, at.Host)
	if err != nil {
		return err
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	fmt.Fprintf(c, "PUT %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n%s\r\n", at.RequestURI(), at.Host, info.Size(), to.header())
	if _, err := io.Copy(c.Conn, f); err != nil { // sendfile(2)
		return fmt.Errorf("PUT: %w", err)
	}
	status, length, err := c.head()
	if err == nil && length >= 0 {
		c.got = c.got[:0]
		err = c.read(length)
	}
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("PUT: the answer is %d: %.300s", status, c.got)
	}
	return err
}

// get reads what is at a URL and returns its length.
func (u *uploader) get(ctx context.Context, from string) (int, error) {
	at, err := url.Parse(from)
	if err != nil {
		return 0, err
	}
	c, err := u.connected(ctx, at.Host)
	if err != nil {
		return 0, err
	}
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", at.RequestURI(), at.Host)
	status, length, err := c.head()
	if err != nil {
		return 0, err
	}
	if status != http.StatusOK || length < 0 {
		return 0, fmt.Errorf("GET: the answer is %d, of %d bytes", status, length)
	}
	left := length - c.r.Buffered()
	if _, err := c.r.Discard(min(length, c.r.Buffered())); err != nil {
		return 0, err
	}
	if u.buffer == nil {
		u.buffer = make([]byte, 256<<10)
	}
	for left > 0 {
		n, err := c.Read(u.buffer[:min(left, len(u.buffer))])
		if left -= n; err != nil {
			return 0, err
		}
	}
	return length, nil
}

func (u *uploader) close() {
	for _, c := range u.conns {
		_ = c.Close()
	}
	u.conns = nil
}

// connected returns a connection to a server, the same one each time.
func (u *uploader) connected(ctx context.Context, addr string) (*conn, error) {
	if c := u.conns[addr]; c != nil {
		return c, nil
	}
	nc, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	if u.conns == nil {
		u.conns = map[string]*conn{}
	}
	u.conns[addr] = &conn{Conn: nc, r: bufio.NewReaderSize(nc, 16<<10)}
	return u.conns[addr], nil
}

// expect makes an error of any other status.
func expect(want int) func(int, []byte, error) ([]byte, error) {
	return func(status int, body []byte, err error) ([]byte, error) {
		if err == nil && status != want {
			err = fmt.Errorf("the answer is %d: %.300s", status, body)
		}
		return body, err
	}
}
