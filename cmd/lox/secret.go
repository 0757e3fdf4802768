package main

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/backlox/lox/store/pgembed"
	"github.com/backlox/lox/webhooks"
)

// keptSecret reads a secret from a file. If there is no file, it creates a secret and stores it there.
func keptSecret(path string, fresh func() string) (string, error) {
	kept, err := os.ReadFile(path)
	if err == nil {
		return strings.TrimSpace(string(kept)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read secret: %w", err)
	}
	secret := fresh()
	dir := filepath.Dir(path)
	if err = os.MkdirAll(dir, 0o700); err == nil {
		err = pgembed.KeepSecret(dir, filepath.Base(path), secret+"\n")
	}
	if err != nil {
		return "", fmt.Errorf("store secret: %w", err)
	}
	return secret, nil
}

// requireMasterKey fails if a master key must be configured and isn't. Only the server needs one.
func (c config) requireMasterKey() error {
	wrong := problems{}
	wrong.unlessf(c.MasterKey != "" || c.embeddedDatabase(), "LOX_MASTER_KEY", "must be set with LOX_DATABASE_URL: "+
		"32 bytes, the same on every server, such as `openssl rand -base64 32` makes")
	return wrong.err(nil)
}

// secretBox returns a box that encrypts by the first of the configured master keys. With the built-in
// database and no configured key, it uses a key file beside the database. That file is created under the
// lock of the database's directory: otherwise two servers could create two keys.
func (c config) secretBox() (*webhooks.SecretBox, error) {
	text, from := c.MasterKey, "LOX_MASTER_KEY"
	if text == "" {
		var err error
		if text, err = keptSecret(c.masterKeyFile(), freshMasterKey); err != nil {
			return nil, err
		}
		from = c.masterKeyFile()
	}
	keys, err := webhooks.ParseKeys(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", from, err)
	}
	return webhooks.NewSecretBox(keys[0], keys[1:]...), nil
}

func (c config) masterKeyFile() string { return filepath.Join(c.DataDir, "master-key") }

func freshMasterKey() string {
	var key [webhooks.KeySize]byte
	_, _ = rand.Read(key[:]) // Read never fails
	return base64.StdEncoding.EncodeToString(key[:])
}
