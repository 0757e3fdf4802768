package main_test

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// TestClientCommands runs the client's commands against a real server. Their own package tests
// their output.
func TestClientCommands(t *testing.T) {
	t.Parallel()
	s := setup{dir: filepath.Join(newDir(t), "data")}
	_, stderr, code := s.run(t, "ls")
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr, "lox: no server is known: run lox login, or set LOX_URL and LOX_API_KEY")
	p := s.start(t)
	addr := p.addr()

	// They find the server by the data directory and LOX_ADDR, as the server is configured.
	s.env = []string{"LOX_ADDR=" + addr}
	stdout, stderr, code := s.run(t, "status")
	require.Zero(t, code, stderr)
	assert.Contains(t, stdout, "Tenant  default, enterprise plan\n")
	assert.NotContains(t, stdout+stderr, s.savedKey(t))
	id := lox.NewBackupID().String()
	_, stderr, code = s.run(t, "show", id)
	assert.Equal(t, 3, code)
	assert.Equal(t, "lox: there is no backup "+id+`; "lox ls" lists those that exist`+"\n", stderr)
	for _, args := range [][]string{{"lst"}, {"--colour"}, {"ls", "--colour"}, {"keys", "mint"}, {"rm", id}} {
		stdout, _, code = s.run(t, args...)
		assert.Equal(t, 2, code, "%q", args)
		assert.Empty(t, stdout)
	}
	_, stderr, _ = s.run(t, "showw")
	assert.Equal(t, `lox: unknown command "showw" for "lox": did you mean show?`+"\n", stderr)

	// A login is stored in the user's configuration, and used from then on.
	login := setup{dir: newDir(t), through: []string{"sh", "-c", `exec "$@" <"$KEY_FILE"`, "sh"}, env: []string{"KEY_FILE=" + s.keyFile()}}
	_, stderr, code = login.run(t, "login", "--url", "http://"+addr)
	require.Zero(t, code, stderr)
	assert.Contains(t, stderr, "kept in "+filepath.Join(login.dir, ".config", "lox", "config.json"))
	login.through = nil
	_, stderr, code = login.run(t, "ls")
	require.Zero(t, code, stderr)

	// A misspelt variable would have no effect.
	login.env = []string{"LOX_API_KEYFILE=/nowhere"}
	for _, command := range []string{"ls", "serve"} {
		_, stderr, code = login.run(t, command)
		assert.Equal(t, map[string]int{"ls": 2, "serve": 1}[command], code)
		assert.Contains(t, stderr, "LOX_API_KEYFILE: there is no such variable: unset it, or did you mean LOX_API_KEY_FILE, such as LOX_API_KEY_FILE=/run/secrets/lox-api-key?")
	}
	p.stop(t, syscall.SIGINT)
	_, stderr, code = s.run(t, "ls")
	assert.Equal(t, 1, code)
	assert.True(t, strings.HasPrefix(stderr, "lox: the server at http://"+addr+"/api doesn't answer: "), stderr)
}
