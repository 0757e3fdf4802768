package main_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Clients that connect and do nothing don't use up the descriptors of the process: other clients
// and PostgreSQL still work.
func TestMoreIdleConnectionsThanDescriptors(t *testing.T) {
	t.Parallel()
	prlimit, err := exec.LookPath("prlimit")
	require.NoError(t, err, "it is in util-linux")
	s := setup{dir: usedDir(t), through: []string{prlimit, "--nofile=1024:1024"}}
	p := s.start(t)
	base, err := url.Parse(p.baseURL)
	require.NoError(t, err)
	var idle []net.Conn
	for range 1010 {
		c, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(t.Context(), "tcp", base.Host)
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close() })
		idle = append(idle, c)
	}
	a := newAPI(t, p.baseURL, s.savedKey(t))
	file := noise(1, 100_000)
	requireDownload(t, a, requireStored(t, a, file), file)

	// The latest ones are still open.
	latest := idle[len(idle)-1]
	require.NoError(t, latest.SetDeadline(time.Now().Add(10*time.Second)))
	_, err = fmt.Fprintf(latest, "GET /healthz HTTP/1.1\r\nHost: %s\r\n\r\n", base.Host)
	require.NoError(t, err)
	resp, err := http.ReadResponse(bufio.NewReader(latest), nil)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, http.StatusOK, resp.StatusCode)
	p.stop(t, syscall.SIGINT)
}
