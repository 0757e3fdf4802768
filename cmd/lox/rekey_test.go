package main_test

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
)

func newMasterKey() string {
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	return base64.StdEncoding.EncodeToString(key)
}

// The whole rotation of a master key in a data directory, with a webhook whose secret was rotated:
// a delivery needs both secrets.
func TestMasterKeyIsRotated(t *testing.T) {
	t.Parallel()
	s := setup{dir: usedDir(t), env: []string{"LOX_WEBHOOK_ALLOW_PRIVATE=true"}}
	p := s.start(t)
	a := newAPI(t, p.baseURL, s.savedKey(t))
	r := newReceiver(t, a)
	rotated, err := a.RotateWebhookSecretWithResponse(t.Context(), r.hook.ID, client.RotateWebhookSecretJSONRequestBody{})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, rotated.StatusCode(), "%s", rotated.Body)
	r.hook.Secret = rotated.JSON200.Secret // the secret of the first attempt
	require.Equal(t, client.DeliveryStatusSucceeded, r.attempted(t, a, r.test(t, a).ID).Status)
	p.stop(t, syscall.SIGTERM)

	file := filepath.Join(s.dir, "master-key")
	kept, err := os.ReadFile(file)
	require.NoError(t, err)
	before, after := strings.TrimSpace(string(kept)), newMasterKey()
	with := func(keys string) {
		require.NoError(t, os.WriteFile(file, []byte(keys), 0o600))
		p = s.start(t)
		a = newAPI(t, p.baseURL, s.savedKey(t))
		require.Equal(t, client.DeliveryStatusSucceeded, r.attempted(t, a, r.test(t, a).ID).Status)
	}
	rekey := func(want string) {
		stdout, stderr, code := s.run(t, "rekey")
		require.Zero(t, code, stderr)
		require.Equal(t, want+"\n", stdout)
		require.Equal(t, client.DeliveryStatusSucceeded, r.attempted(t, a, r.test(t, a).ID).Status)
	}

	with(before + "\n" + after + "\n")
	rekey("Webhooks checked: 1; encrypted again: 0")
	p.stop(t, syscall.SIGTERM)
	with(after + ", " + before)
	rekey("Webhooks checked: 1; encrypted again: 1")
	rekey("Webhooks checked: 1; encrypted again: 0")
	p.stop(t, syscall.SIGTERM)
	with(after)
	p.stop(t, syscall.SIGTERM)
	assert.NotContains(t, p.stderr.String(), after)
	assert.Empty(t, r.problems)
	assert.Empty(t, p.complaints())
}

// Rekey names the secrets that no key decrypts, and doesn't change them.
func TestRekeyWithoutKey(t *testing.T) {
	t.Parallel()
	db := externalDatabase(t)
	file := filepath.Join(newDir(t), "key")
	s := externalSetup(t, db)
	s.env = append(s.env, "LOX_MASTER_KEY=", "LOX_MASTER_KEY_FILE="+file, "LOX_WEBHOOK_ALLOW_PRIVATE=true")
	first, second := newMasterKey(), newMasterKey()
	require.NoError(t, os.WriteFile(file, []byte(first), 0o600))
	key := s.requireTenant(t, "n", "pro", 250<<30)
	p := s.start(t)
	a := newAPI(t, p.baseURL, key)
	lost := newReceiver(t, a)
	p.stop(t, syscall.SIGTERM)
	require.NoError(t, os.WriteFile(file, []byte(second), 0o600))
	for _, command := range []string{"serve", "rekey"} {
		_, stderr, code := s.run(t, command)
		assert.Equal(t, 1, code)
		assert.Contains(t, stderr, "lox: LOX_MASTER_KEY: the master key is not the one that the secrets of webhooks in this database are encrypted with: "+
			"set the right one, or append it to a new one after a comma; if it is lost, run lox rekey --key-lost")
	}
	stdout, stderr, code := s.run(t, "rekey", "--key-lost")
	assert.Equal(t, 1, code, "one secret is lost")
	assert.Equal(t, "Webhooks checked: 1; encrypted again: 0\n", stdout)
	assert.Contains(t, stderr, lost.hook.ID+" of ten_")
	p = s.start(t)
	found := newReceiver(t, newAPI(t, p.baseURL, key))

	require.NoError(t, os.WriteFile(file, []byte(newMasterKey()+" "+second), 0o600))
	stdout, stderr, code = s.run(t, "rekey")
	assert.Equal(t, 1, code)
	assert.Equal(t, "Webhooks checked: 2; encrypted again: 1\n", stdout)
	assert.Contains(t, stderr, lost.hook.ID+" of ten_")
	assert.NotContains(t, stderr, found.hook.ID)
	assert.Contains(t, stderr, "lox: secrets of 1 webhooks were not encrypted again: add the key that they were encrypted with")
	for _, secret := range []string{first, second, lost.hook.Secret} {
		assert.NotContains(t, stderr, secret)
	}

	kept, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, []byte(string(kept)+","+first), 0o600))
	stdout, stderr, code = s.run(t, "rekey")
	require.Zero(t, code, stderr)
	assert.Equal(t, "Webhooks checked: 2; encrypted again: 1\n", stdout)
}

func TestRekeyCreatesNoKey(t *testing.T) {
	t.Parallel()
	s := setup{dir: newDir(t)}
	s.newTenant(t, "n", "pro")
	_, stderr, code := s.run(t, "rekey")
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr, filepath.Join(s.dir, "master-key"))
	assert.NoFileExists(t, filepath.Join(s.dir, "master-key"))
}

func TestSecretFiles(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	empty := filepath.Join(dir, "empty")
	require.NoError(t, os.WriteFile(empty, []byte("\n"), 0o600))
	s := setup{dir: dir, env: []string{
		"LOX_MASTER_KEY=" + masterKey, "LOX_MASTER_KEY_FILE=" + empty,
		"LOX_DATABASE_URL_FILE=" + filepath.Join(dir, "none"), "LOX_S3_SECRET_KEY_FILE=" + empty,
	}}
	_, stderr, code := s.run(t, "serve")
	assert.Equal(t, 1, code)
	for _, want := range []string{
		"LOX_MASTER_KEY_FILE: is set, and so is LOX_MASTER_KEY: unset one of them",
		"LOX_DATABASE_URL_FILE: open " + filepath.Join(dir, "none") + ": no such file",
		"LOX_S3_SECRET_KEY_FILE: " + empty + " is empty",
	} {
		assert.Contains(t, stderr, want)
	}
	assert.NotContains(t, stderr, masterKey)
}
