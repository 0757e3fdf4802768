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

// login is the content of the file that lox login writes.
type login struct {
	URL    string `json:"url"`
	APIKey string `json:"api_key"`
}

// loginFile returns the path of the file that lox login writes.
func (p *program) loginFile() (string, error) {
	dir, err := p.configDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "lox", "config.json"), nil
}

// readLogin returns the saved login, or an empty one if there is none.
func (p *program) readLogin() (login, error) {
	path, err := p.loginFile()
	if err != nil { // neither $XDG_CONFIG_HOME nor $HOME
		return login{}, nil //nolint:nilerr // nothing can have been saved
	}
	text, err := readSmall(path)
	if errors.Is(err, fs.ErrNotExist) {
		return login{}, nil
	}
	var saved login
	if err == nil {
		err = json.Unmarshal([]byte(text), &saved)
	}
	if err == nil {
		saved.URL, err = parseURL(saved.URL)
	}
	if err == nil {
		saved.APIKey, err = checkKey("its api_key", saved.APIKey)
	}
	if err != nil {
		return login{}, fmt.Errorf("%s can't be used, run lox login again: %w", path, err)
	}
	return saved, nil
}

// saveLogin replaces the saved login. Only this user can read the file.
func (p *program) saveLogin(l login) (path string, err error) {
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

// readSmall reads at most keyFileSize bytes of a file.
func readSmall(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, keyFileSize))
	return string(text), err
}
