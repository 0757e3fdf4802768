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

// trialPostgres is a PostgreSQL on a small disk of its own. It has the same DSN after a restart.
type trialPostgres struct {
	setup  // no server uses it; it is for the functions that find PostgreSQL's processes
	server *pgembed.Server
	filler *os.File // the file that fills the disk
	ended  int      // how often it ended by itself
}

// trialDisk is the size of PostgreSQL's disk.
const trialDisk = 512 * mebibyte

func startTrialPostgres(t *testing.T) *trialPostgres {
	t.Helper()
	p := &trialPostgres{setup: setup{dir: newDir(t)}}
	require.NoError(t, os.Mkdir(p.postgresDir(), 0o700))
	mountSmallDisk(t, p.postgresDir(), trialDisk)
	p.start(t)
	t.Cleanup(func() {
		_ = p.server.Stop(context.Background()) // fails if it has ended, as some tests make it
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

// kill sends SIGKILL to all processes.
func (p *trialPostgres) kill(t *testing.T) {
	t.Helper()
	for _, process := range p.postgres(t) {
		process.kill()
	}
	<-p.server.Done()
}

// fill uses up the free space. PostgreSQL frees some from time to time, so it is called repeatedly.
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

// empty undoes fill.
func (p *trialPostgres) empty(t *testing.T) {
	t.Helper()
	require.NoError(t, p.filler.Close())
	require.NoError(t, os.Remove(p.filler.Name()))
	p.filler = nil
}

// startAgain starts the server if it has ended, as a service manager does.
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

// trialNode is a server that has the same addresses after a restart.
type trialNode struct {
	setup
	*process

	metrics string // host:port
	all     []*process
}

func startTrialNode(t *testing.T, s setup) *trialNode {
	t.Helper()
	// Nothing else listens at such an address.
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

// restart stops it by SIGTERM, and starts it again.
func (n *trialNode) restart(t *testing.T) {
	t.Helper()
	n.stop(t, syscall.SIGTERM)
	n.start(t)
}

// unavailable answers 503 to all requests at an address, until the returned function is called.
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
