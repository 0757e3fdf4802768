package server_test

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"

	"github.com/backlox/lox/server"
)

// Far more clients connect than the limit allows, and send nothing.
func TestConnectionsIdle(t *testing.T) {
	t.Parallel()
	const total, idle = 50, 200
	b := newBudget(server.ConnectionsConfig{Total: total, PerAddress: total})
	s := b.serve(t, answerOK)
	visitors := make([]*visitor, idle)
	for i := range visitors {
		visitors[i] = s.dial(t)
	}
	s.get(t, s.dial(t))
	assert.Equal(t, total, b.open(t))

	const kept = total - 1
	for _, v := range visitors[:idle-kept] {
		v.cutOff(t)
	}
	for _, v := range visitors[idle-kept:] {
		s.get(t, v)
	}
	assert.Equal(t, total, b.open(t))
	assert.Zero(t, b.refused(t))
	assert.Equal(t, 1, strings.Count(b.log.String(), "level=WARN"), "the log says it once: %s", b.log)
	s.Close()
	assert.Zero(t, b.open(t))
}

// The connection that has been idle longest is closed.
func TestConnectionsIdleLongest(t *testing.T) {
	t.Parallel()
	b := newBudget(server.ConnectionsConfig{Total: 3, PerAddress: 3})
	s := b.serve(t, answerOK)
	first, second, third := s.dial(t), s.dial(t), s.dial(t)
	s.get(t, third)
	s.get(t, first)
	s.get(t, s.dial(t))
	second.cutOff(t)
	s.get(t, s.dial(t))
	third.cutOff(t)
	s.get(t, first)
}

// All connections are in use by requests.
func TestConnectionsBusy(t *testing.T) {
	t.Parallel()
	b := newBudget(server.ConnectionsConfig{Total: 2, PerAddress: 2})
	h := newBlocking()
	s := b.serve(t, h.serve)
	first, second := s.dial(t), s.dial(t)
	h.occupy(t, first)
	h.occupy(t, second)
	for n := range 3 {
		s.dial(t).cutOff(t)
		assert.Equal(t, n+1, b.refused(t))
	}
	assert.Equal(t, 2, b.open(t))

	h.end <- struct{}{}
	<-s.idle
	third := s.dial(t)
	h.occupy(t, third)
	close(h.end)
	third.answered(t)
	assert.Equal(t, 3, b.refused(t))
	assert.Equal(t, 1, strings.Count(b.log.String(), "level=WARN"), "the log says it once: %s", b.log)
}

// Clients send half a header. Their connections count as in use until the server's own timeout.
func TestConnectionsHalfHeader(t *testing.T) {
	t.Parallel()
	b := newBudget(server.ConnectionsConfig{Total: 20, PerAddress: 20})
	s := b.serve(t, answerOK, func(s *httptest.Server) {
		s.Config.ReadHeaderTimeout = 100 * time.Millisecond
		s.Start()
	})
	visitors := make([]*visitor, 20)
	for i := range visitors {
		visitors[i] = s.dial(t)
		visitors[i].send(t, "PUT / HTTP/1.1\r\nHost:")
	}
	for _, v := range visitors {
		v.cutOff(t)
		<-s.closed
	}
	assert.Zero(t, b.open(t))
}

// One client takes all the connections that it may have.
func TestConnectionsPerAddress(t *testing.T) {
	t.Parallel()
	const greedy, modest = "127.0.0.1", "127.0.0.2"
	t.Run("busy", func(t *testing.T) {
		t.Parallel()
		b := newBudget(server.ConnectionsConfig{Total: 4, PerAddress: 2})
		h := newBlocking()
		s := b.serve(t, h.serve)
		defer close(h.end)
		h.occupy(t, s.dial(t, greedy))
		h.occupy(t, s.dial(t, greedy))
		s.dial(t, greedy).cutOff(t)
		h.occupy(t, s.dial(t, modest))
		h.occupy(t, s.dial(t, modest))
		s.dial(t, modest).cutOff(t)
		assert.Equal(t, 4, b.open(t))
		assert.Equal(t, 2, b.refused(t))
	})
	t.Run("idle", func(t *testing.T) {
		t.Parallel()
		b := newBudget(server.ConnectionsConfig{Total: 4, PerAddress: 2})
		s := b.serve(t, answerOK)
		other := s.dial(t, modest)
		for range 3 {
			own := s.dial(t, greedy)
			s.get(t, s.dial(t, greedy))
			s.get(t, s.dial(t, greedy))
			own.cutOff(t)
		}
		s.get(t, other)
		assert.Equal(t, 3, b.open(t))
	})
}

// Two servers share a budget.
func TestConnectionsOfTwoListeners(t *testing.T) {
	t.Parallel()
	b := newBudget(server.ConnectionsConfig{Total: 2, PerAddress: 2})
	h := newBlocking()
	one, other := b.serve(t, answerOK), b.serve(t, h.serve)
	first, second := one.dial(t), one.dial(t)
	one.get(t, first)
	one.get(t, second)
	h.occupy(t, other.dial(t))
	first.cutOff(t)
	h.occupy(t, other.dial(t))
	second.cutOff(t)
	one.dial(t).cutOff(t)
	assert.Equal(t, 2, b.open(t))
	assert.Equal(t, 1, b.refused(t))
	close(h.end)
	<-other.idle
	one.get(t, one.dial(t))
}

// The budget finds the TCP connection under a TLS connection.
func TestConnectionsTLS(t *testing.T) {
	t.Parallel()
	b := newBudget(server.ConnectionsConfig{Total: 1})
	s := b.serve(t, answerOK, (*httptest.Server).StartTLS)
	var before string
	for range 3 {
		v := s.dial(t)
		secure := tls.Client(v, &tls.Config{RootCAs: s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs, ServerName: "example.com"})
		require.NoError(t, secure.HandshakeContext(t.Context()))
		if before != "" {
			assert.Equal(t, before, <-s.closed)
		}
		before = v.LocalAddr().String()
		_, err := io.WriteString(secure, getRequest)
		require.NoError(t, err)
		<-s.idle
	}
	assert.Zero(t, b.refused(t))
}

// An HTTP/2 connection is in use by a request.
func TestConnectionsHTTP2Busy(t *testing.T) {
	t.Parallel()
	b := newBudget(server.ConnectionsConfig{Total: 1})
	h := newBlocking()
	s := b.serve(t, h.serve, func(s *httptest.Server) {
		s.EnableHTTP2 = true
		s.StartTLS()
	})
	status := make(chan int, 1)
	go func() {
		resp, err := s.Client().Get(s.URL)
		if !assert.NoError(t, err) {
			return
		}
		defer resp.Body.Close()
		assert.Equal(t, 2, resp.ProtoMajor)
		status <- resp.StatusCode
	}()
	<-h.begun
	s.dial(t).cutOff(t)
	assert.Equal(t, 1, b.refused(t))
	close(h.end)
	assert.Equal(t, http.StatusOK, <-status)
}

// An HTTP/2 connection sends a frame that is not a request.
func TestConnectionsHTTP2Idle(t *testing.T) {
	t.Parallel()
	b := newBudget(server.ConnectionsConfig{Total: 1})
	s := b.serve(t, answerOK, func(s *httptest.Server) {
		s.EnableHTTP2 = true
		s.StartTLS()
	})
	v := s.dial(t)
	secure := tls.Client(v, &tls.Config{
		RootCAs: s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs, ServerName: "example.com", NextProtos: []string{"h2"},
	})
	_, err := io.WriteString(secure, http2.ClientPreface)
	require.NoError(t, err)
	frames := http2.NewFramer(secure, secure)
	require.NoError(t, frames.WriteSettings())
	<-s.idle
	require.NoError(t, frames.WritePing(false, [8]byte{1}))
	for {
		frame, err := frames.ReadFrame()
		require.NoError(t, err)
		if ping, ok := frame.(*http2.PingFrame); ok && ping.IsAck() {
			break
		}
	}
	s.dial(t)
	assert.Equal(t, v.LocalAddr().String(), <-s.closed, "it is idle all the same")
	assert.Zero(t, b.refused(t))
}

// A handler hijacks a connection and closes it twice.
func TestConnectionsHijacked(t *testing.T) {
	t.Parallel()
	b := newBudget(server.ConnectionsConfig{Total: 1})
	hijacked := make(chan net.Conn)
	s := b.serve(t, func(w http.ResponseWriter, _ *http.Request) {
		nc, _, err := http.NewResponseController(w).Hijack()
		assert.NoError(t, err)
		hijacked <- nc
	})
	s.dial(t).send(t, getRequest)
	nc := <-hijacked
	s.dial(t).cutOff(t)
	assert.Equal(t, 1, b.refused(t))
	require.NoError(t, nc.Close())
	assert.Zero(t, b.open(t))
	require.ErrorIs(t, nc.Close(), net.ErrClosed)
	assert.Zero(t, b.open(t))
	s.dial(t).send(t, getRequest)
	require.NoError(t, (<-hijacked).Close())
}

// failing is a listener whose first calls of Accept fail.
type failing struct {
	net.Listener
	errs []error
}

func (f *failing) Accept() (net.Conn, error) {
	if len(f.errs) > 0 {
		err := f.errs[0]
		f.errs = f.errs[1:]
		return nil, err
	}
	return f.Listener.Accept()
}

// The server continues after failures of Accept because the process, or the machine, had no
// descriptor left.
func TestConnectionsWithoutDescriptors(t *testing.T) {
	t.Parallel()
	for _, errno := range []syscall.Errno{syscall.EMFILE, syscall.ENFILE} {
		t.Run(errno.Error(), func(t *testing.T) {
			t.Parallel()
			b := newBudget(server.ConnectionsConfig{Total: 1})
			want := &net.OpError{Op: "accept", Net: "tcp", Err: os.NewSyscallError("accept4", errno)}
			_, err := b.Listener(&failing{errs: []error{want}}).Accept()
			assert.Same(t, want, err)

			l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
			require.NoError(t, err)
			s := b.serveOn(t, &failing{l, []error{want, want, want}}, answerOK)
			s.get(t, s.dial(t))
		})
	}
}

// Many clients connect and disconnect at the same time, in all ways.
func TestConnectionsStress(t *testing.T) {
	t.Parallel()
	const total, perAddress, clients, rounds = 8, 5, 16, 60
	b := newBudget(server.ConnectionsConfig{Total: total, PerAddress: perAddress})
	var (
		handling sync.WaitGroup
		answers  atomic.Int64
	)
	answer := func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodTrace {
			answerOK(w, r)
			return
		}
		handling.Add(1)
		defer handling.Done()
		nc, _, err := http.NewResponseController(w).Hijack()
		assert.NoError(t, err)
		_ = nc.Close()
		_ = nc.Close()
	}
	servers := []*budgetServer{b.serve(t, answer), b.serve(t, answer)}
	from := []string{"127.0.0.1", "127.0.0.2", "127.0.0.3"}
	// Any of these connections may be closed at any time. Only the budget is checked.
	ways := []func(*visitor){
		func(*visitor) {},
		func(v *visitor) { _, _ = io.WriteString(v, getRequest) },
		func(v *visitor) { _, _ = io.WriteString(v, getRequest[:10]) },
		func(v *visitor) { _, _ = io.WriteString(v, "TRACE"+getRequest[3:]) },
		func(v *visitor) {
			for range 3 {
				_, _ = io.WriteString(v, getRequest)
				resp, err := http.ReadResponse(v.r, nil)
				if err != nil {
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				answers.Add(1)
			}
		},
	}
	var visiting sync.WaitGroup
	for client := range clients {
		visiting.Go(func() {
			for round := range rounds {
				v := servers[round%len(servers)].dial(t, from[client%len(from)])
				ways[(client+round)%len(ways)](v)
				assert.LessOrEqual(t, b.open(t), total)
				if round%4 != 0 { // otherwise it stays idle until the end
					_ = v.Close()
				}
			}
		})
	}
	visiting.Wait()
	for _, s := range servers {
		s.Close()
	}
	handling.Wait()
	assert.Zero(t, b.open(t))
	assert.Positive(t, answers.Load())
}
