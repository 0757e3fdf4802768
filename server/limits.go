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

// RateLimiter counts requests in fixed windows, each of which begins with the
// first request in it.
type RateLimiter interface {
	// Take counts one request of a subject (a tenant, or the address of a client
	// without a valid key) in both windows if both are below their limits, else in
	// neither.
	Take(ctx context.Context, subject string, class lox.RateClass, limit lox.RateLimit) (lox.RateDecision, error)

	// Peek returns the decision that Take would make, and counts nothing.
	Peek(ctx context.Context, subject string, class lox.RateClass, limit lox.RateLimit) (lox.RateDecision, error)

	// Exchange moves a counted request of a subject to another class, in one step: it
	// counts the request like Take, and if that is allowed, it subtracts the request where
	// it was counted before. It subtracts nothing from a window that has begun since, so no
	// window ever allows more than its limit.
	Exchange(ctx context.Context, subject string, back lox.RateCharge, class lox.RateClass, limit lox.RateLimit) (lox.RateDecision, error)
}

// limits counts every request to the API. With a valid key the request counts for its tenant, in the class
// of its operation; without one it counts for the address that it comes from.
type limits struct {
	limiter RateLimiter
	of      func(lox.Plan, lox.RateClass) lox.RateLimit
	proxies []netip.Prefix
	log     *slog.Logger
	clock   func() time.Time
	// proxied is done once the log has said that a proxy is not trusted.
	proxied sync.Once
}

// tenant counts a request of a tenant. CodeRateLimited: the request exceeds a limit.
func (l *limits) tenant(c echo.Context, p lox.Principal, op *operation) error {
	class := lox.RateAPICalls
	if op != nil {
		class = op.class
	}
	d, err := l.limiter.Take(c.Request().Context(), p.Tenant.String(), class, l.of(p.Plan, class))
	return applyDecision(c, d, err)
}

// lookups is the class of look-ups of keys that are not known to exist.
const lookups lox.RateClass = "lookups"

// lookup counts the look-up of a key that is not known to exist, so that keys can't be guessed at speed,
// and a flood of made-up keys doesn't reach the database. CodeRateLimited: the look-up exceeds a limit.
func (l *limits) lookup(c echo.Context) error {
	d, err := l.takeAddress(c, lookups, l.lookupLimit())
	if err != nil || d.Allowed {
		return err
	}
	return applyDecision(c, d, nil)
}

// lookupLimit is higher than anonymousLimit, since another server may have created the key a moment ago.
func (l *limits) lookupLimit() lox.RateLimit { return l.of(lox.PlanPro, lox.RateAPICalls) }

// unauthenticated counts a request without a valid key for its address. It returns why, or CodeRateLimited
// if the address exceeds its limit. If the key could not be looked up, the client isn't at fault, and
// nothing is counted.
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

// writeLimitHeaders writes the rate limit headers of an error that occurred before anything was counted:
// every answer must have them.
func (l *limits) writeLimitHeaders(c echo.Context) {
	header := c.Response().Header()
	if !inAPI(c) || header[rateHeaderNames[0]] != nil {
		return
	}
	ctx := context.WithoutCancel(c.Request().Context()) // the error may be that this context ended
	if d, err := l.limiter.Peek(ctx, l.address(c).client, lox.RateAPICalls, l.anonymousLimit()); err == nil {
		setRateHeaders(header, d)
	}
}

// anonymousLimit is for requests without a valid key.
func (l *limits) anonymousLimit() lox.RateLimit { return l.of(lox.PlanFree, lox.RateAPICalls) }

const (
	// ipv6Client is how many bits of an IPv6 address identify a client: 64 bits is the longest prefix that
	// a provider assigns (RFC 6177).
	ipv6Client = 64
	// ipv6Site is how many bits identify a site. Many providers give a /48 network to any customer who asks
	// (RFC 6177): 65,536 networks of clients.
	ipv6Site = 48
	// siteShare times the limit of a client is the limit of a site. A site may be one client, so the factor
	// can't be large. It may be many customers of a provider, so the factor can't be 1.
	siteShare = 4
)

// origin is the client and the site for which a request without a key is counted.
type origin struct {
	client string
	site   string // the site of the client; "" if it has none
}

// takeAddress counts a request for its client and for the client's site, until one of them is at its limit.
// It returns the decision on the site if the site refuses, otherwise the decision on the client.
func (l *limits) takeAddress(c echo.Context, class lox.RateClass, limit lox.RateLimit) (lox.RateDecision, error) {
	ctx, from := c.Request().Context(), l.address(c)
	ofSite := lox.RateLimit{PerMinute: siteShare * limit.PerMinute, PerHour: siteShare * limit.PerHour}
	if from.site != "" {
		// A request that the site refuses must not count for the client either.
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

// address returns the client and the site for which a request without a key is counted.
func (l *limits) address(c echo.Context) origin {
	real := observed(c.Request().Context()).client
	addr, err := netip.ParseAddr(real)
	if err != nil {
		return origin{client: lox.RateAddress + real} // the listener isn't a TCP one
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

// networksOf returns the networks for which an address is counted, in limits of requests and of
// connections: the client, which is an IPv4 address or an IPv6 network, and the client's site, which is not
// valid for IPv4.
func networksOf(addr netip.Addr) (client, site netip.Prefix) {
	addr = addr.Unmap().WithZone("")
	if !addr.Is6() {
		client, _ = addr.Prefix(addr.BitLen()) // not valid if addr isn't valid
		return client, site
	}
	client, _ = addr.Prefix(ipv6Client)
	site, _ = addr.Prefix(ipv6Site)
	return client, site
}

// noticeProxy warns the operator, once, that all clients behind an untrusted proxy count as one. Any client
// can send the header, so the request is counted as before.
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

// applyDecision writes the headers of a decision into the answer, and returns a refusal as an error.
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

// setRateHeaders writes the headers of the published document, in its spelling, and those of
// draft-ietf-httpapi-ratelimit-headers-10.
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

// rateHeaderNames are map keys, not arguments of Set, which would write X-Ratelimit-Limit.
var rateHeaderNames = [...]string{
	"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset",
	"X-RateLimit-Limit-Hour", "X-RateLimit-Remaining-Hour", "X-RateLimit-Reset-Hour",
	"RateLimit-Policy", "RateLimit",
}
