package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// uploader is one client that stores backups, over one connection to the API
// and one to S3.
type uploader struct {
	api *process
	key string

	toAPI, toS3 *conn
	steps       [3][]time.Duration // create, PUT, complete
}

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
		u.steps[i] = append(u.steps[i], took)
	}
	return nil
}

// create asks for an upload URL. more are further fields of the request.
func (u *uploader) create(ctx context.Context, size int, more ...string) (to upload, err error) {
	if u.toAPI, err = connected(ctx, u.toAPI, u.api.addr); err != nil {
		return to, err
	}
	body, err := expect(http.StatusCreated)(u.toAPI.do("/api", request{
		key: u.key, path: "/v1/backups",
		body: fmt.Sprintf(`{"name": "a backup", "size_bytes": %d, "content_type": "application/gzip"%s}`, size, strings.Join(more, "")),
	}))
	if err != nil {
		return to, fmt.Errorf("create: %w", err)
	}
	return to, json.Unmarshal(body, &to)
}

// put sends the bytes.
func (u *uploader) put(ctx context.Context, to upload, bytes string) error {
	at, err := url.Parse(to.URL)
	if err != nil {
		return err
	}
	if u.toS3, err = connected(ctx, u.toS3, at.Host); err != nil {
		return err
	}
	var header strings.Builder
	header.WriteString("Content-Type: application/gzip\r\n")
	for name, value := range to.Headers {
		if !strings.EqualFold(name, "Content-Type") && !strings.EqualFold(name, "Content-Length") && !strings.EqualFold(name, "Host") {
			header.WriteString(name + ": " + value + "\r\n")
		}
	}
	_, err = expect(http.StatusOK)(u.toS3.do("", request{
		method: http.MethodPut, host: at.Host, path: at.RequestURI(), header: header.String(), body: bytes,
	}))
	if err != nil {
		return fmt.Errorf("PUT: %w", err)
	}
	return nil
}

// complete has it verified.
func (u *uploader) complete(ctx context.Context, id string) (err error) {
	if u.toAPI, err = connected(ctx, u.toAPI, u.api.addr); err != nil {
		return err
	}
	_, err = expect(http.StatusOK)(u.toAPI.do("/api", request{method: http.MethodPost, key: u.key, path: "/v1/backups/" + id + "/complete"}))
	if err != nil {
		return fmt.Errorf("complete: %w", err)
	}
	return nil
}

func (u *uploader) close() {
	for _, c := range []*conn{u.toAPI, u.toS3} {
		if c != nil {
			_ = c.Close()
		}
	}
}

// connected connects unless it is.
func connected(ctx context.Context, c *conn, addr string) (*conn, error) {
	if c != nil {
		return c, nil
	}
	nc, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return &conn{Conn: nc, r: bufio.NewReaderSize(nc, 16<<10)}, nil
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
