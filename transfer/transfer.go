// Package transfer is the client side of backups: Push stores a file and Pull fetches it, through the API and the
// URLs that the API returns. Both verify SHA-256 from end to end, survive connections that break, and use memory
// that doesn't depend on the size of the file.
package transfer

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	api "github.com/backlox/lox/gen/client"
)

// Backup is a backup as the API returns it.
type Backup struct {
	api.Backup

	// Raw is the JSON text that the server sent. It includes fields of later versions.
	Raw json.RawMessage
}

// Phase is a step of a transfer.
type Phase int

// The phases of a transfer. Push goes through Hashing, Sending and Verifying; Pull through
// Hashing, if it resumes, and Receiving.
const (
	// Hashing reads the bytes that are on this machine.
	Hashing Phase = iota + 1
	// Sending counts the bytes that were handed to the network. A stream has no Total.
	Sending
	// Verifying waits for the server, which may read the whole file. Done is how many bytes the server has
	// verified, 0 if the server doesn't report it.
	Verifying
	// Receiving counts the bytes that were written to the target.
	Receiving
)

// Progress is the state of a transfer.
type Progress struct {
	Phase Phase
	// Done and Total are in bytes. Done decreases when an upload, or a part of one, starts again.
	Done, Total int64
}

// Options are the options that Push and Pull share. The zero value is useful.
type Options struct {
	// HTTP makes the requests to the store, which must not get the API key. If it is nil, a client is made for
	// this transfer. A client that the caller provides must not follow redirects and must not have a timeout: this
	// package ends transfers that stall.
	HTTP *http.Client
	// BytesPerSecond limits the average rate of sending or receiving, 0 for no limit.
	BytesPerSecond int64
	// Progress, if not nil, is called often, by one goroutine at a time, and must return at once. It isn't called
	// after Push or Pull has returned.
	Progress func(Progress)
	// Retrying, if not nil, is called before each new attempt with the error of the last one and the time until
	// the new one, by one goroutine at a time.
	Retrying func(failed error, wait time.Duration)
	// Wait waits for d, and fails if ctx ends first. If it is nil, a timer is used. Several goroutines call it.
	Wait func(ctx context.Context, d time.Duration) error

	limits
}

// limits bounds how long the network may stall.
type limits struct {
	request time.Duration // for each attempt of a request to the API, including the answer
	idle    time.Duration // without a byte of a file
	answer  time.Duration // from the last byte of an upload to the store's answer
}

// The API takes up to 30 seconds for a request. A store writes to its disk and hashes before it answers, which
// takes minutes for 5 GiB on a slow disk.
var usualLimits = limits{request: time.Minute, idle: time.Minute, answer: 10 * time.Minute}

// transfer is one Push or Pull.
type transfer struct {
	Options

	api     *api.Client
	limiter *rate.Limiter
	// piece is how many bytes are moved at once at most.
	piece int
	// telling is locked while Retrying is called.
	telling sync.Mutex
}

// pieceSize is how many bytes are moved at once, unless a rate limit requires less.
const pieceSize = 256 << 10

func newTransfer(client *api.Client, o Options) (t *transfer, end func()) {
	t = &transfer{Options: o, api: client, piece: pieceSize}
	end = func() {}
	if t.HTTP == nil {
		transport := newTransport()
		t.HTTP, end = &http.Client{Transport: transport, CheckRedirect: noRedirect}, transport.CloseIdleConnections
	}
	if t.Progress == nil {
		t.Progress = func(Progress) {}
	}
	t.Retrying = func(failed error, wait time.Duration) {
		if o.Retrying != nil {
			t.telling.Lock()
			defer t.telling.Unlock()
			o.Retrying(failed, wait)
		}
	}
	if t.Wait == nil {
		t.Wait = wait
	}
	if t.limits == (limits{}) {
		t.limits = usualLimits
	}
	if o.BytesPerSecond > 0 {
		// One piece is at most what the rate allows in an eighth of a second: so no burst fills the connection for
		// others, and no wait looks like a stalled connection.
		t.piece = int(max(1, min(pieceSize, o.BytesPerSecond/8)))
		t.limiter = rate.NewLimiter(rate.Limit(o.BytesPerSecond), t.piece)
	}
	return t, end
}

// newTransport returns a transport for large bodies. With HTTP/2, they would wait for window updates. With
// compression, the received bytes would not be those of the checksum.
func newTransport() *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:   30 * time.Second,
		ExpectContinueTimeout: 10 * time.Second,
		IdleConnTimeout:       time.Minute,
		MaxIdleConnsPerHost:   MaxParallel,
		ReadBufferSize:        pieceSize,
		WriteBufferSize:       pieceSize,
		DisableCompression:    true,
		Protocols:             protocols,
	}
}

// noRedirect makes the client return a redirect as the answer: a signed URL is for one server.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// pace waits until the rate limit allows n more bytes, at most t.piece.
func (t *transfer) pace(ctx context.Context, n int) error {
	if t.limiter == nil || n == 0 {
		return nil
	}
	return t.limiter.WaitN(ctx, n)
}

// each reads to the end, at most pieceSize bytes at once, and calls use with the bytes of each read.
func each(ctx context.Context, from io.Reader, use func(p []byte) error) error {
	buffer := make([]byte, pieceSize)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			if err := use(buffer[:n]); err != nil {
				return err
			}
		}
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case ctx.Err() != nil:
			return context.Cause(ctx)
		}
	}
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
