package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/openapi"
	"github.com/backlox/lox/webhooks"
)

// urlOf returns the body of a request with a URL.
func urlOf(t require.TestingT, url string) string {
	text, err := json.Marshal(map[string]string{"url": url})
	require.NoError(t, err)
	return string(text)
}

// badURLs are URLs that look valid, and URLs that attackers try.
var badURLs = []string{
	"https://example..com/", "https://.example.com/", "https://example.com../", "https://-a.example/", "https://a-.example/",
	"https://" + strings.Repeat("a", 64) + ".example/", "https://example.com:0/", "https://example.com:65536/", "https://example.com:73381/",
	"https://example.com:/", "https://example.com:08/", "https://example.com:-1/", "https://user@example.com/", "https://user:pass@example.com/",
	"https://example.com/#top", "https://example.com#", "HTTP://[0]", "http://[::1", "http://[::1%25lo]/", "http://[::ffff:1.2.3.4]/", "http://[]/",
	"http://2130706433/", "http://0x7f.1/", "http://0x7f000001/", "http://0177.0.0.1/", "http://127.1/", "http://1.2.3.4.5/", "http://256.1.1.1/",
	"http://01.2.3.4/", "http://1.2.3.4./", "http://a.1/", "http://a.0x1/", "ftp://example.com/", "//example.com/", "example.com", "https:///a", "https://",
	"https://exämple.com/", "https://example。com/", "https://example.com/ä", "https://example.com/ ", " https://example.com/", "https://example.com/\n",
	"https://example.com/%", "https://example.com/%zz", "https://example.com\\@evil.example/", "https://exam ple.com/", "javascript:alert(1)",
}

// The server refuses each of them, and everything else that the document's pattern refuses, with
// the same text.
func TestBadWebhookURLs(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	doc, err := openapi.Load()
	require.NoError(t, err)
	pattern := regexp.MustCompile(doc.Components.Schemas["WebhookUrl"].Value.Pattern)
	id := h.createWebhook(t, client.CreateWebhookRequest{URL: nowhere}).ID
	refused := func(url string) {
		body := urlOf(t, url)
		h.send(t, request{method: http.MethodPost, path: webhooksPath, body: strings.NewReader(body)}).invalid(t, map[string]string{"url": badURL})
		h.send(t, request{method: http.MethodPatch, path: webhooksPath + "/" + id, body: strings.NewReader(body)}).invalid(t, map[string]string{"url": badURL})
	}
	for _, url := range badURLs {
		require.NotRegexp(t, pattern, url)
		refused(url)
	}
	seeds := append([]string{nowhere, "https://a.example:8443/b?c=d", "http://[2001:db8::1]:80/", "http://203.0.113.7"}, badURLs...)
	rapid.Check(t, func(rt *rapid.T) {
		text := []rune(rapid.SampledFrom(seeds).Draw(rt, "seed"))
		for range rapid.IntRange(1, 3).Draw(rt, "changes") {
			at := rapid.IntRange(0, len(text)).Draw(rt, "at")
			end := min(len(text), at+rapid.IntRange(0, 2).Draw(rt, "cut"))
			put := rapid.StringOfN(rapid.RuneFrom([]rune(".:/@#[]%0x9-_?\\ aé\u202e\x00")), 0, 3, -1).Draw(rt, "put")
			text = append(append(append([]rune{}, text[:at]...), []rune(put)...), text[end:]...)
		}
		if url := string(text); !pattern.MatchString(url) {
			refused(url)
		}
	})
}

// Private hosts are refused when the URL is set, because all attempts would fail. An operator may
// allow private receivers, and webhooks that exist already are still returned.
func TestPrivateHostsAreRefused(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	existing := h.createWebhook(t, client.CreateWebhookRequest{URL: "http://10.0.0.1/"}).ID
	h.checkReceiver = webhooks.HostCheck(false, nil)
	h.restart()
	long := "a" + strings.Repeat(strings.Repeat("a", 49)+".", 5) + "com"
	for host, shown := range map[string]string{
		"10.0.0.1": "", "127.0.0.1:8080": "127.0.0.1", "169.254.169.254": "", "224.0.0.1": "", "0.0.0.0": "", "192.168.1.1": "", "100.64.0.1": "",
		"192.0.2.1": "", "255.255.255.255": "", "168.63.129.16": "", "[::1]": "::1", "[::]": "::", "[fe80::1]": "fe80::1", "[fd00::1]:443": "fd00::1",
		"[ff02::1]": "ff02::1", "[::ffff:a00:1]": "::ffff:a00:1", "[64:ff9b::a00:1]": "64:ff9b::a00:1", "[2002:a00:1::1]": "2002:a00:1::1",
		"localhost": "", "LocalHost.": "localhost", "a.localhost": "", "nas.local": "", "NAS.Local.:80": "nas.local", "db.internal": "", "intranet": "",
		"metadata.google.internal": "", "a.home.arpa": "", "a.test": "", "a.example": "", "a.invalid": "", "a.lan": "",
	} {
		if shown == "" {
			shown = host
		}
		want := map[string]string{"url": "Must have a public host, such as https://example.com/lox: webhooks can't be sent to " + shown}
		body := urlOf(t, "http://"+host+"/lox")
		h.send(t, request{method: http.MethodPost, path: webhooksPath, body: strings.NewReader(body)}).invalid(t, want)
		h.send(t, request{method: http.MethodPatch, path: webhooksPath + "/" + existing, body: strings.NewReader(body)}).invalid(t, want)
	}
	h.send(t, request{method: http.MethodPost, path: webhooksPath, body: strings.NewReader(urlOf(t, "https://"+long))}).
		invalid(t, map[string]string{"url": "Must have a host name of at most 253 characters"})
	for i, host := range []string{"example.com", "1.1.1.1", "[2606:4700::1111]", "xn--exmple-cua.com", "a.b.co.uk:8443", "local.example.org", long[1:]} {
		w := h.createWebhook(t, client.CreateWebhookRequest{URL: fmt.Sprintf("https://%s/%d", host, i)})
		assert.Equal(t, fmt.Sprintf("https://%s/%d", host, i), w.URL)
	}
	assert.Equal(t, "kept", h.patchWebhook(t, existing, `{"description":"kept","url":"http://10.0.0.1/"}`).Description)

	h.checkReceiver = webhooks.HostCheck(true, nil)
	h.restart()
	for _, host := range []string{"10.0.0.1", "localhost:8000", "nas.local"} {
		h.createWebhook(t, client.CreateWebhookRequest{URL: "http://" + host + "/"})
	}
}
