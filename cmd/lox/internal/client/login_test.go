package client

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

func (h *testenv) loginFile() string {
	h.t.Helper()
	path, err := h.program.loginFile()
	require.NoError(h.t, err)
	return path
}

// loggedIn returns the file that lox login wrote, and the permissions of the file and its directory.
func (h *testenv) loggedIn() (text string, file, dir fs.FileMode) {
	h.t.Helper()
	saved, err := os.ReadFile(h.loginFile())
	require.NoError(h.t, err)
	info, err := os.Stat(h.loginFile())
	require.NoError(h.t, err)
	above, err := os.Stat(filepath.Dir(h.loginFile()))
	require.NoError(h.t, err)
	return string(saved), info.Mode().Perm(), above.Mode().Perm()
}

func TestLoginFromStandardInput(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	h.env = map[string]string{}
	for _, url := range []string{h.url, strings.TrimSuffix(h.url, "/api"), h.url + "/v1/"} {
		h.in = strings.NewReader(h.key + "\nmore")
		r := h.run("login", "--url", url)
		assert.Equal(t, result{err: "Logged in to " + h.url + " as Example Ltd. URL and key are kept in " + h.loginFile() + "\n"}, r)
		text, file, dir := h.loggedIn()
		assert.Equal(t, `{"url":"`+h.url+`","api_key":"`+h.key+`"}`+"\n", text)
		assert.Equal(t, fs.FileMode(0o600), file)
		assert.Equal(t, fs.FileMode(0o700), dir)
		require.NoError(t, os.Chmod(h.loginFile(), 0o644)) // the next login corrects it
		h.must("ls")
	}
	entries, err := os.ReadDir(filepath.Dir(h.loginFile()))
	require.NoError(t, err)
	assert.Len(t, entries, 1)
}

func TestLoginWithAKeyFile(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	path := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(path, []byte(h.key+"\n"), 0o600))
	h.env = map[string]string{urlVariable: h.url, keyFileVariable: path}
	assert.Empty(t, h.must("login", "--quiet"))
	h.env = nil
	h.must("ls")
}

// TestLoginAcceptsAKeyWithoutTenantRead: without that scope, login can't show the tenant's name.
func TestLoginAcceptsAKeyWithoutTenantRead(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	_, key := h.newKey(func(*lox.APIKey) {}, lox.ScopeBackupsWrite)
	h.env = map[string]string{urlVariable: h.url, keyVariable: key}
	r := h.run("login")
	assert.Zero(t, r.code)
	assert.Equal(t, "The key is valid. It has no scope tenant:read, so whose it is isn't shown.\n"+
		"Logged in to "+h.url+". URL and key are kept in "+h.loginFile()+"\n", r.err)
}

func TestLoginWithAnInvalidKeySavesNothing(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	_, other := h.newKey(func(k *lox.APIKey) { k.ExpiresAt = &epoch })
	for _, c := range []struct {
		key  string
		code int
		want string
	}{
		{other, exitRefused, "Invalid or expired API key"},
		{lox.NewAPIKey(), exitRefused, "Invalid or expired API key"},
		{"", exitRefused, "that is not an API key"},
		{h.key[:39] + "x", exitRefused, "that is not an API key: a key begins with lox_ and has 40 characters"},
		{"hunter2", exitRefused, "that is not an API key"},
	} {
		h.env = map[string]string{}
		h.in = strings.NewReader(c.key + "\n")
		said := h.fails(c.code, "login", "--url", h.url)
		assert.Contains(t, said, c.want)
		if c.key != "" {
			assert.NotContains(t, said, c.key)
		}
	}
	assert.NoFileExists(t, h.loginFile())
	assert.Contains(t, h.fails(exitUsage, "login"), "which server? Set --url or LOX_URL")
}

func TestLoginAtATerminalHidesTheKey(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	h.env = map[string]string{}
	screen, terminal := openTerminal(t)
	h.in = terminal
	say(t, screen, strings.TrimSuffix(h.url, "/api")+"\n")
	done := make(chan result, 1)
	go func() { done <- h.run("login") }()
	// Type the key only when the terminal no longer shows what is typed.
	require.Eventually(t, func() bool { return !echoes(t, terminal) }, testTimeout, tick)
	say(t, screen, h.key+"\n")
	r := <-done
	assert.Equal(t, result{err: "URL of the server: API key (not shown): \nLogged in to " + h.url +
		" as Example Ltd. URL and key are kept in " + h.loginFile() + "\n"}, r)
	assert.True(t, echoes(t, terminal))
	shown := make([]byte, 4<<10)
	n, err := screen.Read(shown)
	require.NoError(t, err)
	assert.NotContains(t, string(shown[:n]), h.key)
}

func TestInterruptedLoginRestoresTheTerminal(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	h.env = map[string]string{urlVariable: h.url}
	screen, terminal := openTerminal(t)
	h.in = terminal
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan result, 1)
	go func() { done <- h.runContext(ctx, "login") }()
	require.Eventually(t, func() bool { return !echoes(t, terminal) }, testTimeout, tick)
	cancel()
	r := <-done
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.err, "lox: interrupted\n")
	assert.True(t, echoes(t, terminal))
	assert.NoFileExists(t, h.loginFile())
	say(t, screen, "\n") // ends the goroutine that reads from the terminal
}

// testTimeout is how long tests wait for a condition, enough for a busy machine. tick is how often they check it.
const (
	testTimeout = 90 * time.Second
	tick        = 5 * time.Millisecond
)
