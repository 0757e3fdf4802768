package client

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/backlox/lox"
)

// target is a server and the API key for it.
type target struct {
	// url is the base URL of the API: paths such as /v1/backups are appended to it.
	url string
	key string
}

// The environment variables of the client.
const (
	urlVariable     = "LOX_URL"
	keyVariable     = "LOX_API_KEY"
	keyFileVariable = "LOX_API_KEY_FILE"
	// identityVariable names a file with the secret keys that decrypt backups.
	identityVariable = "LOX_IDENTITY_FILE"
	// recipientsVariable names a file with the public keys that backups are encrypted to.
	recipientsVariable = "LOX_RECIPIENTS_FILE"
)

// target finds the server and the key: from the flag and the environment, else from the file of lox login, else those of
// an embedded server. A key that was saved for one server is never sent to another.
func (p *program) target(flag string) (target, error) {
	base, err := p.namedURL(flag)
	if err != nil {
		return target{}, err
	}
	key, err := p.environmentKey()
	if err != nil {
		return target{}, err
	}
	if base != "" && key != "" {
		return target{base, key}, nil
	}
	saved, err := p.readLogin()
	if err != nil {
		return target{}, err
	}
	if saved.URL != "" && (base == "" || base == saved.URL) {
		return target{saved.URL, cmp.Or(key, saved.APIKey)}, nil
	}
	local, err := p.embedded()
	if err != nil {
		return target{}, err
	}
	if local.key != "" && (base == "" || isLocal(base)) {
		return target{cmp.Or(base, local.url), cmp.Or(key, local.key)}, nil
	}
	switch {
	case base != "":
		return target{}, usagef("there is no API key for %s: set %s or %s, or run: lox login --url %s", base, keyVariable, keyFileVariable, base)
	case key != "":
		return target{}, usagef("which server is %s for? Set %s, such as https://backups.example.com", keyVariable, urlVariable)
	default:
		return target{}, usagef("no server is known: run lox login, or set %s and %s or %s.\n"+
			"On the machine of an embedded server, run this in its directory or set LOX_DATA_DIR", urlVariable, keyVariable, keyFileVariable)
	}
}

// namedURL returns the API's URL from the flag or the environment, "" if neither is set.
func (p *program) namedURL(flag string) (string, error) {
	name, text := "--url", flag
	if text == "" {
		name, text = urlVariable, p.getenv(urlVariable)
	}
	if text == "" {
		return "", nil
	}
	base, err := parseURL(text)
	if err != nil {
		return "", usagef("%s: %w", name, err)
	}
	return base, nil
}

// parseURL parses the URL of a server or of its API, and returns the API's. Its errors don't repeat the text, which may
// have a password.
func parseURL(text string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return "", errors.New("want a URL that begins with https:// or http://, such as https://backups.example.com")
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", errors.New("want a URL without user name, query and fragment, such as https://backups.example.com")
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	path = strings.TrimSuffix(strings.TrimSuffix(path, "/v1"), "/api")
	return u.Scheme + "://" + u.Host + path + "/api", nil
}

// isLocal reports whether a server runs on this machine.
func isLocal(base string) bool {
	u, err := url.Parse(base)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// environmentKey returns the key from the environment, "" if it has none.
func (p *program) environmentKey() (string, error) {
	key, path := p.getenv(keyVariable), p.getenv(keyFileVariable)
	switch {
	case key != "" && path != "":
		return "", usagef("%s is set, and so is %s: unset one of them", keyFileVariable, keyVariable)
	case path != "":
		key, err := readKey(path)
		if err != nil {
			return "", &failure{ExitCode(err), fmt.Errorf("%s: %w", keyFileVariable, err)}
		}
		return key, nil
	case key != "":
		return checkKey(keyVariable, key)
	}
	return "", nil
}

// keyFileSize limits how much of a file with a key is read, in bytes.
const keyFileSize = 4 << 10

func readKey(path string) (string, error) {
	text, err := readSmall(path)
	if err != nil {
		return "", UsageError(err)
	}
	return checkKey(path, text)
}

// checkKey returns an error if a text isn't an API key, before it is sent anywhere. Its errors don't repeat the text.
func checkKey(name, text string) (string, error) {
	key := strings.TrimSpace(text)
	if _, err := lox.HashAPIKey(key); err != nil {
		return "", &failure{exitRefused, fmt.Errorf("%s is not an API key: a key begins with lox_ and has 40 characters, of which the "+
			"last are a checksum", name)}
	}
	return key, nil
}

// embedded returns the embedded server that has the same configuration as this process, and an empty target if there is
// none.
func (p *program) embedded() (target, error) {
	addr, dir := p.Embedded()
	path := filepath.Join(dir, "api-key")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return target{}, nil
	}
	key, err := readKey(path)
	if err != nil {
		return target{}, err
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return target{}, usagef("LOX_ADDR: want host:port: %w", err)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1" // all addresses of this machine
	}
	return target{"http://" + net.JoinHostPort(host, port) + "/api", key}, nil
}
