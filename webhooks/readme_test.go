package webhooks_test

import (
	"bytes"
	"context"
	"fmt"
	"go/format"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/blobtest/freeport"
	"github.com/backlox/lox/webhooks"
)

// blocks returns the blocks of a language in README.md.
func blocks(t *testing.T, language string) []string {
	t.Helper()
	readme, err := os.ReadFile("../docs/webhooks.md")
	require.NoError(t, err)
	var found []string
	for _, block := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllSubmatch(readme, -1) {
		found = append(found, string(block[1]))
	}
	return found
}

func TestReadmeHasPublishedPayloads(t *testing.T) {
	t.Parallel()
	payloads := slices.DeleteFunc(blocks(t, "json"), func(block string) bool {
		return strings.Contains(block, `"CORSRules"`) // the rule for a bucket, which the tests of blob/s3 check
	})
	assert.Equal(t, []string{completedPayload + "\n", failedPayload + "\n"}, payloads)
}

// program returns the path of an interpreter. Without it the test is skipped, except where
// everything must be tested.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil && os.Getenv("CI") != "true" {
		t.Skip("no " + name)
	}
	require.NoError(t, err)
	return path
}

// readmeReceiver returns a command for a language's receiver in docs/webhooks.md.
func readmeReceiver(t *testing.T, language string) []string {
	t.Helper()
	texts := blocks(t, language)
	require.Len(t, texts, 1)
	source := filepath.Join(t.TempDir(), map[string]string{"python": "receiver.py", "js": "receiver.mjs", "go": "receiver.go"}[language])
	require.NoError(t, os.WriteFile(source, []byte(texts[0]), 0o600))
	switch language {
	case "python":
		return []string{program(t, "python3"), source}
	case "js":
		return []string{program(t, "node"), source}
	}
	formatted, err := format.Source([]byte(texts[0]))
	require.NoError(t, err)
	assert.Equal(t, string(formatted), texts[0])
	binary := strings.TrimSuffix(source, ".go")
	out, err := exec.CommandContext(t.Context(), program(t, "go"), "build", "-o", binary, source).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return []string{binary}
}

// listening runs a receiver with a secret until the test ends, and returns its URL.
func listening(t *testing.T, command []string, secret string) string {
	t.Helper()
	address, err := freeport.Addr()
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)

	ctx, stop := context.WithCancel(t.Context())
	var output bytes.Buffer
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = append(os.Environ(), "WEBHOOK_SECRET="+secret, "PORT="+port)
	cmd.Stdout, cmd.Stderr = &output, &output
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		stop()
		_ = cmd.Wait() // it was killed
		if t.Failed() {
			t.Log(output.String())
		}
	})
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return false
		}
		return conn.Close() == nil
	}, 20*time.Second, 20*time.Millisecond)
	return "http://" + address
}

// signed is a request of a sender whose clock is wrong by some time.
func signed(t *testing.T, off time.Duration, tries int, secrets ...string) received {
	t.Helper()
	url, got := recorder(t)
	d := dispatch(t, url, secrets...)
	d.Tries, d.Payload = tries, []byte(strings.Replace(completedPayload, "daily", "täglich", 1))
	s := sender(t, webhooks.SenderConfig{AllowPrivate: true, Clock: func() time.Time { return time.Now().Add(off) }})
	assert.Equal(t, http.StatusNoContent, s.Send(t.Context(), d).Status)
	return got()
}

// with returns the request with another value of a header, or without the header.
func (r received) with(header, value string) received {
	r.header = maps.Clone(r.header)
	r.header.Del(header)
	if value != "" {
		r.header.Set(header, value)
	}
	return r
}

func (r received) withBody(body string) received {
	r.body = []byte(body)
	return r
}

// post sends a request unchanged, and returns the status of the answer.
func post(t *testing.T, url string, r received) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(r.body))
	require.NoError(t, err)
	req.Header = r.header.Clone()
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// Every receiver in docs/webhooks.md accepts what LOX sends, and nothing else.
func TestReadmeReceivers(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"go", "python", "js"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			command := readmeReceiver(t, language)
			secret, other := lox.NewWebhookSecret(), lox.NewWebhookSecret()
			url := listening(t, command, secret)
			answer := sender(t, local).Send(t.Context(), dispatch(t, url+"/lox", secret))
			assert.Equal(t, http.StatusNoContent, answer.Status, answer.Error)

			for name, r := range standardGood(t, secret, other) {
				assert.Equal(t, http.StatusNoContent, post(t, url+"/lox", r), name)
			}
			for name, r := range standardBad(t, secret, other) {
				assert.Equal(t, http.StatusUnauthorized, post(t, url+"/lox", r), name)
			}
			if language == "go" {
				return // package verify doesn't check X-LOX-Signature
			}
			for name, r := range simpleGood(t, secret, other) {
				assert.Equal(t, http.StatusNoContent, post(t, url+"/simple", r), name)
			}
			for name, r := range simpleBad(t, secret, other) {
				assert.Equal(t, http.StatusUnauthorized, post(t, url+"/simple", r), name)
			}
		})
	}
}

func standardGood(t *testing.T, secret, other string) map[string]received {
	t.Helper()
	right := signed(t, 0, 0, secret)
	return map[string]received{
		"right":            right,
		"a replay in time": signed(t, -4*time.Minute, 0, secret),
		"the new secret":   signed(t, 0, 0, secret, other),
		"the old secret":   signed(t, 0, 0, other, secret),
		"other versions":   right.with("webhook-signature", "v1a,AAAA v2 "+right.header.Get("webhook-signature")),
		"without simple":   right.with("X-LOX-Signature", ""),
	}
}

func standardBad(t *testing.T, secret, other string) map[string]received {
	t.Helper()
	right, late := signed(t, 0, 0, secret), signed(t, -6*time.Minute, 0, secret)
	id, at, signature := right.header.Get("webhook-id"), right.header.Get("webhook-timestamp"), right.header.Get("webhook-signature")
	now := strconv.FormatInt(time.Now().Unix(), 10)
	bad := map[string]received{
		"another secret":          signed(t, 0, 0, other),
		"another secret, twice":   signed(t, 0, 0, other, lox.NewWebhookSecret()),
		"too late":                late,
		"too early":               signed(t, 6*time.Minute, 0, secret),
		"late, with a fresh time": late.with("webhook-timestamp", now),
		// The signature is over id.timestamp.body: moving the dots must invalidate it.
		"late, the time in the body": late.with("webhook-timestamp", now).
			withBody(late.header.Get("webhook-timestamp") + "." + string(late.body)),
		"late, the time in the id": late.with("webhook-id", late.header.Get("webhook-id")+"."+now),
		"another id":               right.with("webhook-id", lox.NewEventID().String()),
		"a point in the id":        right.with("webhook-id", id+"."+at).with("webhook-timestamp", now),
		"another body":             right.withBody(string(right.body) + " "),
		"no body":                  right.withBody(""),
		"of the body alone":        right.with("webhook-signature", "v1,"+right.header.Get("X-LOX-Signature")),
		"no version":               right.with("webhook-signature", strings.TrimPrefix(signature, "v1,")),
		"part of a signature":      right.with("webhook-signature", signature[:20]),
		"an empty signature":       right.with("webhook-signature", "v1,"),
		"beyond ASCII":             right.with("webhook-signature", "v1,é"),
	}
	for _, time := range []string{"now", "NaN", "Infinity", "-1", "1e999", "0x7fffffff", strings.Repeat("9", 5000), " ", at + ".0"} {
		bad[fmt.Sprintf("time %.20s", time)] = right.with("webhook-timestamp", time)
	}
	for _, name := range []string{"webhook-id", "webhook-timestamp", "webhook-signature"} {
		bad["no "+name] = right.with(name, "")
	}
	return bad
}

func simpleGood(t *testing.T, secret, other string) map[string]received {
	t.Helper()
	right := signed(t, 0, 0, secret)
	return map[string]received{
		"right":                         right,
		"without the standard":          right.with("webhook-signature", "").with("webhook-timestamp", ""),
		"the new secret, first attempt": signed(t, 0, 0, secret, other),
		"the old secret, at the second": signed(t, 0, 1, other, secret),
	}
}

func simpleBad(t *testing.T, secret, other string) map[string]received {
	t.Helper()
	right := signed(t, 0, 0, secret)
	signature := right.header.Get("X-LOX-Signature")
	return map[string]received{
		"another secret":                signed(t, 0, 0, other),
		"the old secret, first attempt": signed(t, 0, 0, other, secret),
		"another body":                  right.withBody(string(right.body) + " "),
		"no signature":                  right.with("X-LOX-Signature", ""),
		"part of a signature":           right.with("X-LOX-Signature", signature[:10]),
		"beyond ASCII":                  right.with("X-LOX-Signature", strings.Repeat("é", len(signature))),
		"the standard's":                right.with("X-LOX-Signature", right.header.Get("webhook-signature")),
	}
}

// A receiver without a secret would accept what anybody signs with an empty one.
func TestReadmeReceiversNeedSecret(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"go", "python", "js"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			command := readmeReceiver(t, language)
			for _, secret := range []string{"", "whsek_"} {
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				defer cancel()
				cmd := exec.CommandContext(ctx, command[0], command[1:]...)
				cmd.Env = append(os.Environ(), "WEBHOOK_SECRET="+secret, "PORT=0")
				require.Error(t, cmd.Run(), secret)
				require.NoError(t, ctx.Err(), "it runs")
			}
		})
	}
}
