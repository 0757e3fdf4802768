package webhooks_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// The Standard Webhooks libraries for other languages verify what LOX sends. `make foreign`
// installs them.
func TestStandardWebhooksLibrariesAgree(t *testing.T) {
	t.Parallel()
	for language, run := range map[string]struct{ interpreter, script, variable, folder string }{
		"JavaScript": {"node", "verify.cjs", "NODE_PATH", "node_modules"},
		"Python":     {"python3", "verify.py", "PYTHONPATH", "python"},
	} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			interpreter := program(t, run.interpreter)
			folder, err := filepath.Abs(filepath.Join("../.cache/foreign", run.folder))
			require.NoError(t, err)
			if _, err := os.Stat(folder); err != nil && os.Getenv("CI") != "true" {
				t.Skip("not installed: make foreign")
			}
			ask, want := questions(t)
			cmd := exec.CommandContext(t.Context(), interpreter, filepath.Join("testdata/foreign", run.script))
			cmd.Env = append(os.Environ(), run.variable+"="+folder, "PYTHONIOENCODING=utf-8")
			cmd.Stdin, cmd.Stderr = ask, os.Stderr
			answers, err := cmd.Output()
			require.NoError(t, err)
			assert.Equal(t, want, strings.Split(strings.TrimSpace(string(answers)), "\n"))
		})
	}
}

// questions are requests for a library, one on each line, with the expected answers.
func questions(t *testing.T) (ask *bytes.Buffer, want []string) {
	t.Helper()
	const tooOld, noMatch = "Message timestamp too old", "No matching signature found"
	secret, other := lox.NewWebhookSecret(), lox.NewWebhookSecret()
	right := signed(t, 0, 0, secret)
	ask = new(bytes.Buffer)
	for _, q := range []struct {
		request received
		answer  string
	}{
		{right, "ok"},
		{signed(t, 0, 0, secret, other), "ok"}, // during a rotation: the receiver has the new secret
		{signed(t, 0, 0, other, secret), "ok"}, // or the old one
		{signed(t, 0, 1, secret, other), "ok"},
		{signed(t, 0, 1, other, secret), "ok"},
		{signed(t, -4*time.Minute, 0, secret), "ok"},
		{signed(t, 0, 0, other), noMatch},
		{signed(t, -6*time.Minute, 0, secret), tooOld},
		{right.withBody(strings.Replace(string(right.body), "52428800", "1", 1)), noMatch},
		{right.with("webhook-id", lox.NewEventID().String()), noMatch},
	} {
		headers := map[string]string{}
		for _, name := range slices.Sorted(maps.Keys(q.request.header)) {
			headers[name] = q.request.header.Get(name)
		}
		require.NoError(t, json.NewEncoder(ask).Encode(map[string]any{
			"secret": secret, "headers": headers, "body": string(q.request.body),
		}))
		want = append(want, q.answer)
	}
	return ask, want
}
