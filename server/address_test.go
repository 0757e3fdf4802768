package server_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/backlox/lox"
)

// TestClientAddress checks for which address a request without a key is counted.
func TestClientAddress(t *testing.T) {
	t.Parallel()
	from := func(t *testing.T, h *testenv, forwarded ...string) int64 {
		t.Helper()
		r := h.send(t, request{method: http.MethodGet, path: backupsPath, header: http.Header{
			"Authorization": nil, "X-Forwarded-For": forwarded,
			"X-Real-Ip": {"198.51.100.99"}, "Forwarded": {"for=198.51.100.98"}, "True-Client-Ip": {"198.51.100.97"},
		}})
		return lox.PlanFree.RateLimit(lox.RateAPICalls).PerHour - r.number(t, "X-RateLimit-Remaining-Hour")
	}
	t.Run("nobody is trusted", func(t *testing.T) {
		t.Parallel()
		h := planned(t, lox.PlanPro, setup{})
		for n := range int64(5) {
			assert.Equal(t, n+1, from(t, h, fmt.Sprintf("198.51.100.%d", n)), "anybody can send the header")
		}
		assert.Equal(t, 1, strings.Count(h.log.String(), "LOX_TRUSTED_PROXIES"), "said once")
	})
	t.Run("another proxy is trusted", func(t *testing.T) {
		t.Parallel()
		h := planned(t, lox.PlanPro, setup{proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}})
		assert.EqualValues(t, 1, from(t, h, "198.51.100.1"))
		assert.EqualValues(t, 2, from(t, h, "198.51.100.2"))
	})
	t.Run("the proxy is trusted", func(t *testing.T) {
		t.Parallel()
		h := planned(t, lox.PlanPro, setup{proxies: []netip.Prefix{
			netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("2001:db8:1::/48"),
		}})
		assert.EqualValues(t, 1, from(t, h, "198.51.100.1"))
		assert.EqualValues(t, 2, from(t, h, "198.51.100.1"))
		assert.EqualValues(t, 1, from(t, h, "198.51.100.2"))
		assert.EqualValues(t, 3, from(t, h, "203.0.113.7, 198.51.100.1"), "what a client puts before is not believed")
		assert.EqualValues(t, 4, from(t, h, "203.0.113.8", "198.51.100.1, 10.1.2.3"), "through two proxies, in two headers")
		assert.EqualValues(t, 5, from(t, h, "::ffff:198.51.100.1"), "the same address in IPv6's clothes")
		assert.EqualValues(t, 1, from(t, h, "2001:db8::1"))
		assert.EqualValues(t, 2, from(t, h, "2001:db8::ffff:1"), "a client has a whole network of these")
		assert.EqualValues(t, 1, from(t, h, "2001:db8:0:1::1"))
		assert.EqualValues(t, 3, from(t, h, "2001:db8::2, 2001:db8:1::5"))
		assert.EqualValues(t, 1, from(t, h, "junk"), "what can't be read is the proxy's own")
		assert.EqualValues(t, 2, from(t, h))
		assert.NotContains(t, h.log.String(), "LOX_TRUSTED_PROXIES")
	})
}

// Unknown keys from all over a /48 network are limited: the network may do more than one client,
// but less than all its clients together.
func TestIPv6SiteLimit(t *testing.T) {
	t.Parallel()
	h := planned(t, lox.PlanPro, setup{unwatched: true, proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	free := lox.PlanFree.RateLimit(lox.RateAPICalls)
	from := func(format string, n int) response {
		return h.send(t, request{method: http.MethodGet, path: backupsPath, header: http.Header{
			"Authorization": {"Bearer " + lox.NewAPIKey()}, "X-Forwarded-For": {fmt.Sprintf(format, n)},
		}})
	}
	const site = 4
	asked := h.keys.asked.Load()
	for n := range 130 {
		r := from("2001:db8:7:%x::1", n)
		if n < site*int(free.PerMinute) {
			r.refused(t, http.StatusUnauthorized, lox.CodeAuthentication, nil)
			r.counted(t, free, free.PerMinute-1, free.PerHour-1)
			continue
		}
		r.refused(t, http.StatusTooManyRequests, lox.CodeRateLimited, nil)
		r.counted(t, lox.RateLimit{PerMinute: site * free.PerMinute, PerHour: site * free.PerHour}, 0, (free.PerHour-free.PerMinute)*site)
	}
	for n := range 500 {
		assert.True(t, from("2001:db8:7:ff%02x::1", n%256).limited())
	}
	assert.EqualValues(t, site*100, h.keys.asked.Load()-asked, "keys that were looked for")
	from("2001:db8:8:%x::1", 1).refused(t, http.StatusUnauthorized, lox.CodeAuthentication, nil)
	valid := h.send(t, request{method: http.MethodGet, path: backupsPath, header: http.Header{"X-Forwarded-For": {"2001:db8:7:1::1"}}})
	assert.Equal(t, http.StatusOK, valid.status)

	one := netip.MustParsePrefix("2001:db8:9:1::/64")
	for n := range 130 {
		r := from(one.Addr().String()+"%x", n)
		assert.Equal(t, n >= int(free.PerMinute), r.limited(), "one client of another site")
	}
}
