package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

func TestSpeedOfOpenSSL(t *testing.T) {
	const printed = `version: 3.0.17
built on: Tue Aug  5 07:09:41 2025 UTC
CPUINFO: OPENSSL_ia32cap=0xfeda32235f8bffff:0x405fc6f1bf97a9
The 'numbers' are in 1000s of bytes per second processed.
type          16384 bytes
sha256         1836744.70k
`
	speed, err := readOpenSSL(printed)
	require.NoError(t, err)
	assert.InDelta(t, 1_836_744_700, speed, 1)
	_, err = readOpenSSL(strings.ReplaceAll(printed, "sha256 ", "sha512 "))
	assert.ErrorContains(t, err, "openssl speed prints")
}

func TestTransactionsOfACompletion(t *testing.T) {
	read := plan{Root: node{Type: "Index Scan"}}
	write := plan{Root: node{Type: "Limit", Plans: []node{{Type: "ModifyTable"}}}}
	key := plan{Query: "select … from api_keys k"}
	for name, c := range map[string]struct {
		plans                 []plan
		trips                 int
		queries, transactions int
	}{
		"one statement writes":           {[]plan{read, write}, 2, 2, 1},
		"two do":                         {[]plan{write, write}, 2, 2, 2},
		"two in a transaction":           {[]plan{read, write, write}, 5, 3, 1},
		"a transaction each":             {[]plan{write, write}, 6, 2, 2},
		"the key was looked for as well": {[]plan{key, read, write}, 3, 2, 1},
	} {
		var found completion
		found.read(c.plans, c.trips)
		assert.Equal(t, c.queries, found.Queries, name)
		assert.Equal(t, c.transactions, found.Transactions, name)
	}
}

func TestRequestsAreCountedByMethod(t *testing.T) {
	var m methods
	h := m.counting(http.NotFoundHandler())
	for _, method := range []string{http.MethodHead, http.MethodGet, http.MethodHead} {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(method, "/", nil))
	}
	assert.Equal(t, map[string]int{http.MethodHead: 2, http.MethodGet: 1}, m.reset())
	assert.Empty(t, m.reset())
}

func TestSectionsAreChosen(t *testing.T) {
	every, gate := scale{}, scale{gate: true}
	assert.True(t, every.wantsTimed(sectionStart))
	assert.False(t, gate.wantsTimed(sectionStart), "the gate knows no time")
	assert.True(t, gate.wants(sectionWebhooks))
	gate.only = regexp.MustCompile("start")
	assert.True(t, gate.wantsTimed(sectionStart))
	assert.False(t, gate.wants(sectionWebhooks))
}

func TestACrowdStays(t *testing.T) {
	asked := make(chan string, 100)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked <- r.RemoteAddr }))
	defer server.Close()
	at := &process{addr: server.Listener.Addr().String(), base: func(lox.TenantID) string { return "" }}
	guests := &crowd{of: contender{at, &side{}, workload{request: func(*side, int) request { return request{path: "/"} }}}}
	defer guests.leave()
	require.NoError(t, guests.come(t.Context(), 20))
	require.NoError(t, guests.ask())
	from := map[string]int{}
	for range 40 {
		from[<-asked]++
	}
	assert.Empty(t, asked)
	assert.Len(t, from, 20)
	for addr, times := range from {
		assert.Equal(t, 2, times, addr)
	}
	_ = guests.conns[7].Close()
	assert.Error(t, guests.ask())
}

func TestUntilTriesAgain(t *testing.T) {
	tries := 0
	require.NoError(t, until(t.Context(), func() error {
		if tries++; tries < 3 {
			return errors.New("not yet")
		}
		return nil
	}))
	assert.Equal(t, 3, tries)
}

func TestFilesAreWritten(t *testing.T) {
	dir := t.TempDir()
	n, err := share(2, 10, func(w, _ int) error { return writeFile(dir, []string{"a", "b"}[w]) })
	require.NoError(t, err)
	assert.Equal(t, 10, n)
	written, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, written, 10)
	info, err := written[0].Info()
	require.NoError(t, err)
	assert.Equal(t, int64(cycleSize), info.Size())
	_, err = share(2, 10, func(int, int) error { return errors.New("full") })
	assert.ErrorContains(t, err, "full")
}
