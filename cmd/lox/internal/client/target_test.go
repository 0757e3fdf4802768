package client

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// TestServerAndKeyAreFound covers all sources: the flag, the environment, the login file and an embedded server.
func TestServerAndKeyAreFound(t *testing.T) {
	t.Parallel()
	const (
		named    = "https://named.example.com"
		saved    = "https://saved.example.com/api"
		embedded = "http://127.0.0.1:8080/api"
		local    = "http://localhost:9000"
	)
	given, savedKey, fileKey, embeddedKey := lox.NewAPIKey(), lox.NewAPIKey(), lox.NewAPIKey(), lox.NewAPIKey()
	keyFile := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(keyFile, []byte(fileKey+"\r\n"), 0o600))
	for name, c := range map[string]struct {
		flag     string
		env      map[string]string
		login    bool
		embedded string // its address
		want     target
		err      string
	}{
		"nothing":        {err: "no server is known: run lox login"},
		"the variables":  {env: map[string]string{urlVariable: named, keyVariable: given}, login: true, embedded: "127.0.0.1:8080", want: target{named + "/api", given}},
		"the flag first": {flag: named, env: map[string]string{urlVariable: saved, keyVariable: given}, want: target{named + "/api", given}},
		"a key file":     {env: map[string]string{urlVariable: named, keyFileVariable: keyFile}, want: target{named + "/api", fileKey}},
		"both":           {env: map[string]string{urlVariable: named, keyVariable: given, keyFileVariable: keyFile}, err: "unset one of them"},
		"no such file":   {env: map[string]string{urlVariable: named, keyFileVariable: keyFile + "x"}, err: "no such file"},

		"the login":                                      {login: true, embedded: "127.0.0.1:8080", want: target{saved, savedKey}},
		"the login by its URL":                           {flag: "https://saved.example.com/", login: true, want: target{saved, savedKey}},
		"another key for the login":                      {env: map[string]string{keyVariable: given}, login: true, want: target{saved, given}},
		"the saved key isn't sent to another server":     {flag: named, login: true, err: "there is no API key for https://named.example.com/api"},
		"a key for no server":                            {env: map[string]string{keyVariable: given}, err: "which server is LOX_API_KEY for? Set LOX_URL"},
		"an embedded server":                             {embedded: "127.0.0.1:8080", want: target{embedded, embeddedKey}},
		"an embedded server on all IPv4 addresses":       {embedded: "0.0.0.0:8080", want: target{embedded, embeddedKey}},
		"an embedded server on all addresses":            {embedded: ":8080", want: target{embedded, embeddedKey}},
		"another local URL with the embedded key":        {flag: local, embedded: "127.0.0.1:8080", want: target{local + "/api", embeddedKey}},
		"the embedded key isn't sent to another machine": {flag: named, embedded: "127.0.0.1:8080", err: "there is no API key for"},
		"another key for an embedded server":             {env: map[string]string{keyVariable: given}, embedded: "127.0.0.1:8080", want: target{embedded, given}},
		"an invalid URL":                                 {flag: "backups.example.com", err: "--url: want a URL that begins with https:// or http://"},
		"a URL with a password":                          {env: map[string]string{urlVariable: "https://me:hunter2@example.com"}, err: "LOX_URL: want a URL without user name"},
		"a malformed URL":                                {env: map[string]string{urlVariable: "https://me:hunter2@exa mple.com"}, err: "LOX_URL: want a URL"},
		"an invalid key":                                 {env: map[string]string{urlVariable: named, keyVariable: "hunter2"}, err: "LOX_API_KEY is not an API key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			p := &program{getenv: func(name string) string { return c.env[name] }, configDir: func() (string, error) { return filepath.Join(dir, "config"), nil }}
			p.Embedded = func() (string, string) { return c.embedded, filepath.Join(dir, "data") }
			if c.login {
				_, err := p.saveLogin(login{URL: saved, APIKey: savedKey})
				require.NoError(t, err)
			}
			if c.embedded != "" {
				require.NoError(t, os.Mkdir(filepath.Join(dir, "data"), 0o700))
				require.NoError(t, os.WriteFile(filepath.Join(dir, "data", "api-key"), []byte(embeddedKey+"\n"), 0o600))
			}
			got, err := p.target(c.flag)
			if c.err == "" {
				require.NoError(t, err)
				assert.Equal(t, c.want, got)
				return
			}
			require.ErrorContains(t, err, c.err)
			for _, secret := range []string{given, savedKey, fileKey, embeddedKey, "hunter2"} {
				assert.NotContains(t, err.Error(), secret)
			}
		})
	}
}

func TestServerURLsAreParsed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://backups.example.com":          "https://backups.example.com/api",
		"https://backups.example.com/":         "https://backups.example.com/api",
		"https://backups.example.com/api/":     "https://backups.example.com/api",
		"https://backups.example.com/api/v1":   "https://backups.example.com/api",
		"https://example.com/lox":              "https://example.com/lox/api",
		"https://example.com/lox/api":          "https://example.com/lox/api",
		"http://[::1]:8080":                    "http://[::1]:8080/api",
		"HTTP://127.0.0.1:8080":                "http://127.0.0.1:8080/api",
		"ftp://backups.example.com":            "",
		"backups.example.com":                  "",
		"127.0.0.1:8080":                       "",
		"https://":                             "",
		"https://backups.example.com/?a=b":     "",
		"https://backups.example.com/#section": "",
	} {
		got, err := parseURL(text)
		assert.Equal(t, want, got, text)
		assert.Equal(t, want == "", err != nil, text)
	}
}

func TestUnusableLoginFileIsReported(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	h.env = nil
	require.NoError(t, os.MkdirAll(filepath.Dir(h.loginFile()), 0o700))
	for _, text := range []string{"", "{", `{"url":"","api_key":""}`, `{"url":"` + h.url + `","api_key":"hunter2"}`} {
		require.NoError(t, os.WriteFile(h.loginFile(), []byte(text), 0o600))
		said := h.run("ls")
		assert.NotZero(t, said.code)
		assert.Contains(t, said.err, h.loginFile()+" can't be used, run lox login again: ")
		assert.NotContains(t, said.err, "hunter2")
	}
	// Without a home directory, only login needs the file.
	h.program.configDir = func() (string, error) { return "", errors.New("neither $XDG_CONFIG_HOME nor $HOME are defined") }
	assert.Contains(t, h.fails(exitUsage, "ls"), "no server is known")
	h.env = map[string]string{urlVariable: h.url, keyVariable: h.key}
	h.must("ls")
	h.in = strings.NewReader(h.key)
	assert.Contains(t, h.fails(exitFailed, "login"), "save the key: neither $XDG_CONFIG_HOME")
}
