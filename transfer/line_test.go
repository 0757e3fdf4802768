package transfer

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// line is a TCP proxy that cuts connections.
type line struct {
	// cuts is the number of cuts that are left; each comes after a number of bytes in either
	// direction.
	cuts  atomic.Int64
	after int64
	// ranges are the Range headers of the requests that went through it.
	mu     sync.Mutex
	ranges []string

	dialer  net.Dialer
	running sync.WaitGroup
}

// newLine sends the requests to the store through a line.
func (f *fixture) newLine(cuts, after int64) *line {
	f.t.Helper()
	l := &line{after: after}
	l.cuts.Store(cuts)
	transport := newTransport()
	transport.DialContext = l.dial
	f.toStore = func(r *http.Request, _ http.RoundTripper) (*http.Response, error) {
		l.mu.Lock()
		l.ranges = append(l.ranges, r.Header.Get("Range"))
		l.mu.Unlock()
		return transport.RoundTrip(r)
	}
	f.t.Cleanup(func() {
		transport.CloseIdleConnections()
		l.running.Wait()
	})
	return l
}

// dial connects to a listener of its own, which forwards to the address.
func (l *line) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer listener.Close()
	near, err := l.dialer.DialContext(ctx, "tcp", listener.Addr().String())
	if err != nil {
		return nil, err
	}
	accepted, err := listener.Accept()
	if err != nil {
		return nil, err
	}
	far, err := l.dialer.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	left, over := new(atomic.Int64), new(atomic.Bool)
	left.Store(l.after)
	l.running.Go(func() { l.carry(accepted, far, left, over) })
	l.running.Go(func() { l.carry(far, accepted, left, over) })
	return near, nil
}

// carry forwards data from one end. Both directions count down left, and one of them sets over.
func (l *line) carry(from, to net.Conn, left *atomic.Int64, over *atomic.Bool) {
	defer to.Close()
	buffer := make([]byte, 16<<10)
	for {
		n, err := from.Read(buffer)
		if left.Add(int64(-n)) < 0 && !over.Swap(true) && l.cuts.Add(-1) >= 0 {
			_ = from.(*net.TCPConn).SetLinger(0) // RST
			_ = from.Close()
			_ = to.(*net.TCPConn).SetLinger(0)
			return
		}
		if _, failed := to.Write(buffer[:n]); failed != nil || err != nil {
			_ = from.Close()
			return
		}
	}
}

// Connections break in the middle: push and pull continue by themselves, and data that had arrived
// isn't fetched again.
func TestCutConnections(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f *fixture) {
		t.Parallel()
		const size, cuts = 12 * mib, 4
		content := random(size)
		l := f.newLine(cuts, 5*mib)
		b, err := f.push(openFile(t, content), nil)
		require.NoError(t, err)
		require.LessOrEqual(t, l.cuts.Load(), int64(0), "not all cuts came")
		require.GreaterOrEqual(t, len(f.waited), cuts)
		require.Len(t, f.backups(), 1)

		l = f.newLine(cuts, 2*mib+5)
		f.waited = nil
		path := filepath.Join(t.TempDir(), "file")
		written, begun := int64(0), []string{""}
		_, err = f.pull(b.ID, ToFile(path, false), func(p Progress) {
			if len(l.ranges) > len(begun) {
				begun = append(begun, fmt.Sprintf("bytes=%d-", written))
			}
			written = p.Done
		})
		require.NoError(t, err)
		require.Len(t, f.waited, cuts)
		require.LessOrEqual(t, l.cuts.Load(), int64(0), "not all cuts came")
		require.Equal(t, begun, l.ranges, "what is written isn't fetched again")
		requireFile(t, path, content)
	})
}

// If the connection always breaks, an upload fails, and a download says how to continue.
func TestConnectionIsAlwaysCut(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	const size = 3 * mib
	content := random(size)
	b := f.mustPush(content)
	const after = size / attempts / 2 // all attempts together don't bring the whole file
	f.newLine(1<<40, after)
	_, err := f.push(openFile(t, content), nil)
	require.ErrorAs(t, err, new(*lineError))
	require.Len(t, f.waited, attempts-1)
	require.Len(t, f.backups(), 1, "the failed one is deleted")

	f.waited = nil
	_, err = f.pull(b.ID, ToWriter(io.Discard), nil)
	require.ErrorAs(t, err, new(*lineError), "nothing can be resumed")
	require.NotErrorAs(t, err, new(*InterruptedError))

	f.newLine(1<<40, after)
	path := filepath.Join(t.TempDir(), "file")
	_, err = f.pull(b.ID, ToFile(path, false), nil)
	var interrupted *InterruptedError
	require.ErrorAs(t, err, &interrupted)
	require.Equal(t, path+PartSuffix, interrupted.Path)
	require.Equal(t, int64(len(content)), interrupted.Total)
	require.Positive(t, interrupted.Done)
	f.toStore = nil
	_, err = f.pull(b.ID, ToFile(path, false), nil)
	require.NoError(t, err)
	requireFile(t, path, content)
}

// A stalled connection is closed.
func TestConnectionStalls(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	content := random(mib)
	b := f.mustPush(content)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	transport := newTransport()
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, listener.Addr().String())
	}
	f.toStore = func(r *http.Request, _ http.RoundTripper) (*http.Response, error) { return transport.RoundTrip(r) }
	o := f.options(nil)
	o.limits = usualLimits
	o.idle = 50e6 // 50 ms
	_, err = Push(t.Context(), f.api, openFile(t, content), PushOptions{Options: o, Name: "nightly"})
	require.ErrorContains(t, err, "the connection stalled: no bytes were sent or received within 50ms")
	_, err = Pull(t.Context(), f.api, b.ID, ToWriter(io.Discard), PullOptions{o})
	require.ErrorContains(t, err, "the connection stalled")
}
