package interpreter

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/backlox/lox/openapi/traffic"
)

func decoded(t *testing.T, text string) any {
	t.Helper()
	var value any
	require.NoError(t, yaml.Unmarshal([]byte(text), &value))
	return value
}

func TestMatch(t *testing.T) {
	const body = `{id: bkp_1, n: 3, none: null, list: [{a: 1}, {a: 2}], at: "2024-01-15T10:00:00Z", umlaut: äöü}`
	for want, matches := range map[string]bool{
		`{id: bkp_1}`:                         true,
		`{id: bkp_2}`:                         false,
		`{more: 1}`:                           false,
		`{n: 3.0}`:                            true,
		`{n: "3"}`:                            false,
		`{none: null}`:                        true,
		`{none: {$absent: true}}`:             false,
		`{more: {$absent: true}}`:             true,
		`{none: {$any: true}}`:                true,
		`{more: {$any: true}}`:                false,
		`{at: "2024-01-15T11:00:00.0+01:00"}`: true,
		`{at: "2024-01-15T10:00:00.1Z"}`:      false,
		`{id: {$matches: "^bkp_"}}`:           true,
		`{id: {$matches: "^key_"}}`:           false,
		`{n: {$matches: "3"}}`:                false,
		`{n: {$atLeast: 3}}`:                  true,
		`{n: {$atLeast: 4}}`:                  false,
		`{n: {$atMost: 2}}`:                   false,
		`{list: [{a: 1}]}`:                    false,
		`{list: [{}, {a: 2}]}`:                true,
		`{list: {$length: 2}}`:                true,
		`{umlaut: {$length: 3}}`:              true,
		`{umlaut: {$length: 6}}`:              false,
		`{list: {$contains: {a: 2}}}`:         true,
		`{list: {$contains: {a: 3}}}`:         false,
		`{id: {$not: bkp_2}}`:                 true,
		`{id: {$not: bkp_1}}`:                 false,
		`{more: {$not: bkp_1}}`:               false,
		`{id: {$unknown: bkp_1}}`:             false,
	} {
		err := match("body", decoded(t, want), decoded(t, body), true)
		require.Equal(t, matches, err == nil, "%s: %v", want, err)
	}
	require.ErrorContains(t, match("", decoded(t, `{$not: {$unknown: 1}}`), "x", true), "no such matcher")
}

func TestValues(t *testing.T) {
	r := &run{Environment: Environment{Variables: map[string]any{"n": 3, "id": "bkp_1", "map": map[string]any{"a": 1}}}}
	expanded, err := r.expand(decoded(t, `{whole: "${n}", part: "n=${n}", map: "${map}", list: ["${id}/x"]}`))
	require.NoError(t, err)
	require.Equal(t, map[string]any{"whole": 3, "part": "n=3", "map": map[string]any{"a": 1}, "list": []any{"bkp_1/x"}}, expanded)
	_, err = r.expand("${nobody}")
	require.ErrorContains(t, err, "no variable")

	a := &answer{header: http.Header{"Location": {"/x"}}, body: decoded(t, `{"a/b": [{c: 1}]}`)}
	value, err := evaluate("$response.body#/a~1b/0/c", a)
	require.NoError(t, err)
	require.Equal(t, 1, value)
	value, err = evaluate("$response.header.Location", a)
	require.NoError(t, err)
	require.Equal(t, "/x", value)
	for _, expression := range []string{"$response.body#/a~1b/1", "$response.body#/c", "$response.header.More", "$request.body"} {
		_, err := evaluate(expression, a)
		require.Error(t, err, expression)
	}
}

// A client must send what the step says.
func TestCheckRequest(t *testing.T) {
	operations, err := readOperations()
	require.NoError(t, err)
	key := "k"
	list := operations["listBackups"]
	args, err := list.arguments(map[string]any{"status": "completed", "metadata": map[string]any{"a": "b c"}})
	require.NoError(t, err)
	args.Key = &key
	header := http.Header{"Authorization": {"Bearer k"}}
	for path, right := range map[string]bool{
		"/v1/backups?status=completed&metadata%5Ba%5D=b%20c":           true,
		"/v1/backups?status=completed&metadata[a]=b+c&limit=20":        true, // the default
		"/v1/backups?status=completed&metadata[a]=b+c&limit=21":        false,
		"/v1/backups?status=completed&metadata[a]=b+c&name=x":          false,
		"/v1/backups?status=completed":                                 false,
		"/v1/backups?status=pending&metadata[a]=b+c":                   false,
		"/v1/storage?status=completed&metadata[a]=b+c":                 false,
		"/v1/backups?status=completed&status=failed&metadata[a]=b+c":   false,
		"/v1/backups?status=completed&metadata[a]=b+c&metadata[b]=%20": false,
	} {
		err := list.checkRequest(args, traffic.Exchange{Method: http.MethodGet, Path: path, Header: header})
		require.Equal(t, right, err == nil, "%s: %v", path, err)
	}
	require.Error(t, list.checkRequest(args, traffic.Exchange{Method: http.MethodPost, Path: "/v1/backups?status=completed&metadata[a]=b+c", Header: header}))

	create := operations["createBackup"]
	args, err = create.arguments(map[string]any{"Idempotency-Key": "once"})
	require.NoError(t, err)
	args.Key, args.Body = &key, map[string]any{"name": "a", "size_bytes": 1}
	for _, c := range []struct {
		key, once, body string
		right           bool
	}{
		{"Bearer k", "once", `{"size_bytes": 1, "name": "a"}`, true},
		{"Bearer other", "once", `{"size_bytes": 1, "name": "a"}`, false},
		{"", "once", `{"size_bytes": 1, "name": "a"}`, false},
		{"Bearer k", "", `{"size_bytes": 1, "name": "a"}`, false},
		{"Bearer k", "once", `{"size_bytes": 1}`, false},
		{"Bearer k", "once", `{"size_bytes": 1, "name": "a", "content_type": null}`, false},
		{"Bearer k", "once", ``, false},
	} {
		err := create.checkRequest(args, traffic.Exchange{
			Method: http.MethodPost, Path: "/v1/backups", Body: []byte(c.body),
			Header: http.Header{"Authorization": {c.key}, "Idempotency-Key": {c.once}},
		})
		require.Equal(t, c.right, err == nil, "%v: %v", c, err)
	}
	_, err = create.arguments(map[string]any{"nobody": 1})
	require.ErrorContains(t, err, "no parameter")
	_, err = operations["getBackup"].arguments(nil)
	require.ErrorContains(t, err, "is missing")
}

// A client must decode all of what the server sent.
func TestDecoded(t *testing.T) {
	const sent = `{"id": "bkp_1", "at": "2024-01-15T10:00:00Z"}`
	for _, c := range []struct {
		kind, value string
		right       bool
	}{
		{"Backup", `{"at": "2024-01-15T10:00:00.000Z", "id": "bkp_1"}`, true},
		{"", `{"at": "2024-01-15T10:00:00Z", "id": "bkp_1"}`, true},
		{"BackupList", `{"at": "2024-01-15T10:00:00Z", "id": "bkp_1"}`, false},
		{"Backup", `{"id": "bkp_1"}`, false},
		{"Backup", `{"at": "2024-01-15T10:00:00Z", "id": "bkp_1", "more": null}`, false},
		{"Backup", ``, false},
	} {
		_, err := reply{Type: c.kind, Value: []byte(c.value)}.decoded("Backup", []byte(sent))
		require.Equal(t, c.right, err == nil, "%v: %v", c, err)
	}
}

func TestSignature(t *testing.T) {
	body := []byte(`{"event":"webhook.test"}`)
	// printf '{"event":"webhook.test"}' | openssl dgst -sha256 -hmac whsec_b
	const signature = "f5c4d2a7b10d0bcd93560c5e3d97610638c9baf03f6b8fe6b1cb041da60629ce"
	require.True(t, signed(signature, body, []string{"whsec_a", "whsec_b"}))
	require.False(t, signed(signature, body, []string{"whsec_a"}))
	require.False(t, signed(signature, append(body, ' '), []string{"whsec_a", "whsec_b"}))
}

// startFake starts an adapter that is a shell script.
func startFake(t *testing.T, script string) *Adapter {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "run"), []byte("#!/bin/sh\n"+script), 0o700))
	a, err := StartAdapter(dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, a.Close()) })
	return a
}

// An error of the client fails the step. An adapter that ends or breaks its protocol ends the run: that must not count
// as a detected fault of the server.
func TestAdapterFailures(t *testing.T) {
	s := &Scenario{chapters: []chapter{{Chapter: "One", Steps: []step{{Step: "Wait", Wait: &waitFields{Until: "2024-01-01T00:00:00Z"}}}}}}
	for name, c := range map[string]struct{ script, failed, broken string }{
		"it ends":       {"echo no compiler >&2; exit 3", "", "no compiler"},
		"another id":    {`read -r line; echo '{"id":7}'`, "", "the reply to request 1 has another id"},
		"no JSON":       {"read -r line; echo hello", "", "invalid character"},
		"an error":      {`read -r line; echo '{"id":1,"error":"ValueError"}'`, "ValueError", ""},
		"another type":  {`read -r line; echo '{"id":1,"type":"BackupEvent","value":{}}'`, "expected a UnknownEvent", ""},
		"a lost member": {`read -r line; echo '{"id":1,"type":"UnknownEvent","value":{}}'`, "differs from the server's JSON", ""},
		"all members":   {`read -r line; echo '{"id":1,"value":{"event":"backup.frozen","timestamp":"2024-01-15T11:00:00Z","data":{"id":"bkp_01hm6aqh20ekbs7w3tv0qzwg57","sizes":[1,2]}}}'`, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := s.Run(t.Context(), Environment{Adapter: startFake(t, c.script)})
			if c.broken != "" {
				require.ErrorContains(t, err, c.broken)
				return
			}
			require.NoError(t, err)
			if c.failed != "" {
				require.Contains(t, got.Failed, c.failed)
				return
			}
			require.Empty(t, got.Failed)
			require.Equal(t, 1, got.Passed)
		})
	}
}

// A step that would check nothing is refused.
func TestStepsThatCheckNothing(t *testing.T) {
	for text, message := range map[string]string{
		`{step: none}`:                           "and has 0",
		`{call: getTenant, wait: {until: x}}`:    "and has 2",
		`{each: backups}`:                        "must be operations",
		`{receive: {event: BackupCreatedEvent}}`: "which webhook",
	} {
		var s step
		require.NoError(t, yaml.Unmarshal([]byte(text), &s))
		require.ErrorContains(t, s.check(), message)
	}
	file := filepath.Join(t.TempDir(), "chapter.yaml")
	require.NoError(t, os.WriteFile(file, []byte("chapter: x\nsteps: [{step: y, excpect: {}}]\n"), 0o600))
	require.ErrorContains(t, read(file, &chapter{}), "excpect")
}
