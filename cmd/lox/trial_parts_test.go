package main_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/backlox/lox/store/pgembed"
)

// trialPostgres is a PostgreSQL on a small disk of its own, which keeps its DSN when it is started again.
type trialPostgres struct {
	setup  // no server has it: it is for what finds PostgreSQL's processes
	server *pgembed.Server
	filler *os.File // what fills the disk
	ended  int      // how often it ended by itself
}

// trialDisk is how large the disk of PostgreSQL is.
const trialDisk = 512 * mebibyte

func startTrialPostgres(t *testing.T) *trialPostgres {
	t.Helper()
	p := &trialPostgres{setup: setup{dir: newDir(t)}}
	require.NoError(t, os.Mkdir(p.postgresDir(), 0o700))
	mountSmallDisk(t, p.postgresDir(), trialDisk)
	p.start(t)
	t.Cleanup(func() {
		_ = p.server.Stop(context.Background()) // an error: it has ended, as some tests have it
	})
	return p
}

func (p *trialPostgres) start(t *testing.T) {
	t.Helper()
	var err error
	p.server, err = pgembed.Start(t.Context(), pgembed.Config{
		Dir: p.postgresDir(), Settings: map[string]string{"max_wal_size": "64MB", "min_wal_size": "32MB"},
	})
	require.NoError(t, err)
}

func (p *trialPostgres) stop(t *testing.T) {
	t.Helper()
	require.NoError(t, p.server.Stop(context.WithoutCancel(t.Context())))
}

// kill is kill -9 of all processes.
func (p *trialPostgres) kill(t *testing.T) {
	t.Helper()
	for _, process := range p.postgres(t) {
		process.kill()
	}
	<-p.server.Done()
}

// fill takes what is left of the disk. PostgreSQL makes some room now and then, so it is called again and again.
func (p *trialPostgres) fill(t *testing.T) {
	t.Helper()
	if p.filler == nil {
		var err error
		p.filler, err = os.Create(filepath.Join(p.postgresDir(), "filler"))
		require.NoError(t, err)
	}
	for size := int64(64 * mebibyte); size >= int64(os.Getpagesize()); {
		at, err := p.filler.Seek(0, 2)
		require.NoError(t, err)
		if err := unix.Fallocate(int(p.filler.Fd()), 0, at, size); err != nil {
			require.ErrorIs(t, err, syscall.ENOSPC)
			size /= 2
		}
	}
}

// empty ends what fill began.
func (p *trialPostgres) empty(t *testing.T) {
	t.Helper()
	require.NoError(t, p.filler.Close())
	require.NoError(t, os.Remove(p.filler.Name()))
	p.filler = nil
}

// startAgain starts the server if it has ended, as what looks after services does.
func (p *trialPostgres) startAgain(t *testing.T) {
	t.Helper()
	select {
	case <-p.server.Done():
		p.ended++
		t.Logf("PostgreSQL ended: %v", p.server.Err())
		p.start(t)
	default:
	}
}

// trialNode is a server that keeps its addresses when it is started again.
type trialNode struct {
	setup
	*process

	metrics string // host:port
	all     []*process
}

func startTrialNode(t *testing.T, s setup) *trialNode {
	t.Helper()
	// No one else listens on one like this.
	host := fmt.Sprintf("127.%d.%d.%d", 1+rand.IntN(254), rand.IntN(255), 1+rand.IntN(254))
	n := &trialNode{setup: s}
	n.env = append([]string{"LOX_ADDR=" + net.JoinHostPort(host, "0"), "LOX_METRICS_ADDR=" + net.JoinHostPort(host, "0")}, s.env...)
	n.start(t)
	var api string
	api, n.metrics = n.addrs(t)
	n.env[0], n.env[1] = "LOX_ADDR="+api, "LOX_METRICS_ADDR="+n.metrics
	return n
}

func (n *trialNode) start(t *testing.T) {
	t.Helper()
	n.process = n.setup.start(t)
	n.all = append(n.all, n.process)
}

// restart ends it as an operator does, and starts it again.
func (n *trialNode) restart(t *testing.T) {
	t.Helper()
	n.stop(t, syscall.SIGTERM)
	n.start(t)
}

// unavailable answers 503 to all at an address, until the function that it returns is called.
func unavailable(t *testing.T, addr string) (end func()) {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", addr)
	require.NoError(t, err)
	s := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
	})}
	var serving sync.WaitGroup
	serving.Go(func() {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("serve %s: %v", addr, err)
		}
	})
	end = sync.OnceFunc(func() {
		_ = s.Close()
		serving.Wait()
	})
	t.Cleanup(end)
	return end
}
