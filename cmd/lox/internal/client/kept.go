package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// login is what lox login keeps.
type login struct {
	URL    string `json:"url"`
	APIKey string `json:"api_key"`
}

// loginFile is where it is kept.
func (p *program) loginFile() (string, error) {
	dir, err := p.configDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "lox", "config.json"), nil
}

// readLogin returns what is kept, nothing if nobody has logged in.
func (p *program) readLogin() (login, error) {
	path, err := p.loginFile()
	if err != nil { // neither $XDG_CONFIG_HOME nor $HOME
		return login{}, nil //nolint:nilerr // nothing can have been kept
	}
	text, err := readSmall(path)
	if errors.Is(err, fs.ErrNotExist) {
		return login{}, nil
	}
	var kept login
	if err == nil {
		err = json.Unmarshal([]byte(text), &kept)
	}
	if err == nil {
		kept.URL, err = parseURL(kept.URL)
	}
	if err == nil {
		kept.APIKey, err = checkKey("its api_key", kept.APIKey)
	}
	if err != nil {
		return login{}, fmt.Errorf("%s can't be used, run lox login again: %w", path, err)
	}
	return kept, nil
}

// keepLogin replaces what is kept, for nobody else to read.
func (p *program) keepLogin(l login) (path string, err error) {
	if path, err = p.loginFile(); err != nil {
		return "", err
	}
	text, err := json.Marshal(l)
	if err != nil {
		return "", err
	}
	if err = os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".config-*") // 0600
	if err != nil {
		return "", err
	}
	_, err = f.Write(append(text, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return path, err
}

// readSmall reads a file that holds a key.
func readSmall(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, keyFileSize))
	return string(text), err
}
