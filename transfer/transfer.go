// Package transfer is the client side of backups: Push stores a file and Pull gets it
// back, through the API and the URLs that it gives out. Both verify SHA-256 from end to
// end, survive lines that break, and take memory that doesn't depend on the size.
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

// Backup is a backup as the API has it.
type Backup struct {
	api.Backup

	// Raw is the same as the server wrote it, with fields of later versions.
	Raw json.RawMessage
}

// Phase is what a transfer is at.
type Phase int

// The phases of a transfer. Push goes through Hashing, Sending and Verifying; Pull through
// Hashing, if it resumes, and Receiving.
const (
	// Hashing reads what is on this machine.
	Hashing Phase = iota + 1
	// Sending counts what was handed to the network. A stream has no Total.
	Sending
	// Verifying waits for the server, which may read the whole file. Done is how far it is, 0 if the server
	// doesn't tell.
	Verifying
	// Receiving counts what was written to the target.
	Receiving
)

// Progress is how far a transfer has got.
type Progress struct {
	Phase Phase
	// Done and Total are in bytes. Done goes back when an upload, or a part of one, begins again.
	Done, Total int64
}

// Options are common to Push and Pull. The zero value is useful.
type Options struct {
	// HTTP makes the requests to the store, which must not get the API key. Nil is a client
	// that is made for this transfer. One of the caller's must not follow redirects nor
	// have a timeout: transfers that stand still are ended by this package.
	HTTP *http.Client
	// BytesPerSecond is the most that is sent or received on average, 0 for no limit.
	BytesPerSecond int64
	// Progress, if any, is called often, by one goroutine at a time, and must return at once.
	// It isn't called any more when Push or Pull has returned.
	Progress func(Progress)
	// Retrying, if any, is told what failed and how long the next attempt is waited for, by one goroutine at a time.
	Retrying func(failed error, wait time.Duration)
	// Wait waits, and fails when ctx ends first. Nil waits by a timer. Several goroutines call it.
	Wait func(ctx context.Context, d time.Duration) error

	limits
}

// limits bound how long the network may stand still.
type limits struct {
	request time.Duration // each attempt of a request to the API, with its answer
	idle    time.Duration // without a byte of a file
	answer  time.Duration // from the last byte of an upload to the store's answer
}

// The API works on a request for up to 30 seconds. A store writes to its disk and hashes
// before it answers, which takes minutes for 5 GiB on a slow one.
var usualLimits = limits{request: time.Minute, idle: time.Minute, answer: 10 * time.Minute}

// transfer is one Push or Pull.
type transfer struct {
	Options

	api     *api.Client
	limiter *rate.Limiter
	// piece is the most that is moved at once, in bytes.
	piece int
	// telling is held while Retrying is called.
	telling sync.Mutex
}

// pieceSize is moved at once where no rate limit asks for less, in bytes.
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
		// An eighth of a second's worth at a time: no burst fills the line for others, and no
		// wait looks as if the line stood still.
		t.piece = int(max(1, min(pieceSize, o.BytesPerSecond/8)))
		t.limiter = rate.NewLimiter(rate.Limit(o.BytesPerSecond), t.piece)
	}
	return t, end
}

// newTransport is for large bodies: HTTP/2 has them wait for window updates, and a
// compressed one would not have the bytes of the checksum.
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

// noRedirect has the answer that redirects be the answer: a signed URL is for one server.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// pace waits until n more bytes, at most t.piece, may have been moved.
func (t *transfer) pace(ctx context.Context, n int) error {
	if t.limiter == nil || n == 0 {
		return nil
	}
	return t.limiter.WaitN(ctx, n)
}

// each reads to the end, at most pieceSize at once, and calls use with what came.
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
