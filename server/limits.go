package server

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/backlox/lox"
)

// limits counts every request to the API: for its tenant, in the class of its
// operation, or without a valid key for the address that it comes from.
type limits struct {
	limiter lox.RateLimiter
	of      func(lox.Plan, lox.RateClass) lox.RateLimit
	proxies []netip.Prefix
	log     *slog.Logger
	clock   func() time.Time
	// proxied is done when it was said that a proxy is not trusted.
	proxied sync.Once
}

// tenant counts a request of a tenant. CodeRateLimited: it is one too many.
func (l *limits) tenant(c echo.Context, p lox.Principal, op *operation) error {
	class := lox.RateAPICalls
	if op != nil {
		class = op.class
	}
	d, err := l.limiter.Take(c.Request().Context(), p.Tenant.String(), class, l.of(p.Plan, class))
	return applyDecision(c, d, err)
}

// lookups counts keys that were looked for though they were not known to exist.
const lookups lox.RateClass = "lookups"

// lookup counts a key that is to be looked for though it is not known to exist:
// keys can't be guessed at speed, and a flood of them doesn't reach the database.
// CodeRateLimited: it is one too many.
func (l *limits) lookup(c echo.Context) error {
	d, err := l.takeAddress(c, lookups, l.lookupLimit())
	if err != nil || d.Allowed {
		return err
	}
	return applyDecision(c, d, nil)
}

// lookupLimit leaves more room than anonymousLimit, since a key may be one that
// another server created a moment ago.
func (l *limits) lookupLimit() lox.RateLimit { return l.of(lox.PlanPro, lox.RateAPICalls) }

// unauthenticated counts a request that brought no valid key for its address,
// and returns why it is refused. Where the key could not be looked for, that is
// no fault of the request, and nothing is counted.
func (l *limits) unauthenticated(c echo.Context, why error) error {
	if lox.CodeOf(why) != lox.CodeAuthentication {
		return why
	}
	d, err := l.takeAddress(c, lox.RateAPICalls, l.anonymousLimit())
	if err := applyDecision(c, d, err); err != nil {
		return err
	}
	return why
}

// writeLimitHeaders writes the headers of the limits for a failure that came before
// anything was counted: every answer has them.
func (l *limits) writeLimitHeaders(c echo.Context) {
	header := c.Response().Header()
	if !inAPI(c) || header[rateHeaderNames[0]] != nil {
		return
	}
	ctx := context.WithoutCancel(c.Request().Context()) // whose end may be the failure
	if d, err := l.limiter.Peek(ctx, l.address(c).client, lox.RateAPICalls, l.anonymousLimit()); err == nil {
		setRateHeaders(header, d)
	}
}

// anonymousLimit is for requests without a valid key.
func (l *limits) anonymousLimit() lox.RateLimit { return l.of(lox.PlanFree, lox.RateAPICalls) }

const (
	// ipv6Client is how many bits of an IPv6 address belong to one client: a network
	// of 64 bits is the least that anybody gets (RFC 6177).
	ipv6Client = 64
	// ipv6Site is how many belong to a site, which is what many providers give to
	// everybody who asks (RFC 6177): 65,536 networks of clients.
	ipv6Site = 48
	// siteShare is how many times as much as a client a site may do. It may be one
	// client, so it can't be much; it may be many customers of a provider, so it
	// can't be as little as one client may.
	siteShare = 4
)

// origin is whom a request without a key is counted for.
type origin struct {
	client string
	site   string // that the client belongs to; "" if none is known
}

// takeAddress counts a request for the client that it comes from and for the
// client's site, until one of them has no room for it. What it returns is the
// decision on the site if that refuses, otherwise on the client.
func (l *limits) takeAddress(c echo.Context, class lox.RateClass, limit lox.RateLimit) (lox.RateDecision, error) {
	ctx, from := c.Request().Context(), l.address(c)
	ofSite := lox.RateLimit{PerMinute: siteShare * limit.PerMinute, PerHour: siteShare * limit.PerHour}
	if from.site != "" {
		// A request that is refused for its site counts for nobody.
		if site, err := l.limiter.Peek(ctx, from.site, class, ofSite); err != nil || !site.Allowed {
			return site, err
		}
	}
	d, err := l.limiter.Take(ctx, from.client, class, limit)
	if err != nil || !d.Allowed || from.site == "" {
		return d, err
	}
	if site, err := l.limiter.Take(ctx, from.site, class, ofSite); err != nil || !site.Allowed {
		return site, err
	}
	return d, nil
}

// address is whom a request without a key is counted for.
func (l *limits) address(c echo.Context) origin {
	real := observed(c.Request().Context()).client
	addr, err := netip.ParseAddr(real)
	if err != nil {
		return origin{client: lox.RateAddress + real} // of a listener that isn't TCP
	}
	l.noticeProxy(c.Request())
	client, site := networksOf(addr)
	if !client.IsValid() {
		return origin{client: lox.RateAddress + real}
	}
	if client.IsSingleIP() {
		return origin{client: lox.RateAddress + client.Addr().String()}
	}
	return origin{client: lox.RateAddress + client.String(), site: lox.RateAddress + site.String()}
}

// networksOf returns whom an address is counted for, everywhere that addresses are
// counted: the client, which is an IPv4 address or an IPv6 network, and the site
// that the client belongs to, which is not valid for IPv4.
func networksOf(addr netip.Addr) (client, site netip.Prefix) {
	addr = addr.Unmap().WithZone("")
	if !addr.Is6() {
		client, _ = addr.Prefix(addr.BitLen()) // not valid if addr isn't
		return client, site
	}
	client, _ = addr.Prefix(ipv6Client)
	site, _ = addr.Prefix(ipv6Site)
	return client, site
}

// noticeProxy tells the operator, once, that all clients behind a proxy are
// counted as one. Anybody can send the header, so it changes nothing.
func (l *limits) noticeProxy(r *http.Request) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || r.Header.Get(echo.HeaderXForwardedFor) == "" ||
		slices.ContainsFunc(l.proxies, func(p netip.Prefix) bool { return p.Contains(peer.Addr().Unmap()) }) {
		return
	}
	l.proxied.Do(func() {
		l.log.Warn("X-Forwarded-For is ignored: if this is your proxy, name it in LOX_TRUSTED_PROXIES", "from", peer.Addr().String())
	})
}

// applyDecision puts a decision into the headers of the answer, and returns it as an
// error if it is a refusal.
func applyDecision(c echo.Context, d lox.RateDecision, err error) error {
	if err != nil {
		return err
	}
	header := c.Response().Header()
	setRateHeaders(header, d)
	if d.Allowed {
		return nil
	}
	wait := ceilSeconds(d.RetryAfter())
	header.Set(echo.HeaderRetryAfter, strconv.FormatInt(wait, 10))
	return lox.Errorf(lox.CodeRateLimited, "Too many requests, retry after %d seconds", wait)
}

// ceilSeconds rounds up, at least 1: a client that waits for Retry-After must not be
// early.
func ceilSeconds(d time.Duration) int64 { return max(1, int64((d+time.Second-1)/time.Second)) }

// setRateHeaders writes the published document's headers, in its spelling, and
// those of draft-ietf-httpapi-ratelimit-headers-10.
func setRateHeaders(h http.Header, d lox.RateDecision) {
	m, hr := d.Minute, d.Hour
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	minuteLimit, hourLimit := number(m.Limit), number(hr.Limit)
	minuteLeft, hourLeft := number(m.Remaining), number(hr.Remaining)
	minuteReset, hourReset := number(ceilSeconds(m.Reset)), number(ceilSeconds(hr.Reset))
	values := []string{
		minuteLimit, minuteLeft, minuteReset, hourLimit, hourLeft, hourReset,
		`"minute";q=` + minuteLimit + `;w=60, "hour";q=` + hourLimit + `;w=3600`,
		`"minute";r=` + minuteLeft + `;t=` + minuteReset + `, "hour";r=` + hourLeft + `;t=` + hourReset,
	}
	for i, name := range rateHeaderNames {
		h[name] = values[i : i+1 : i+1]
	}
}

// Not through Set, which would write X-Ratelimit-Limit.
var rateHeaderNames = [...]string{
	"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset",
	"X-RateLimit-Limit-Hour", "X-RateLimit-Remaining-Hour", "X-RateLimit-Reset-Hour",
	"RateLimit-Policy", "RateLimit",
}
