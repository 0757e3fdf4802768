package server

import (
	"context"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/maypok86/otter/v2"

	"github.com/backlox/lox"
)

type principalKey struct{}

// principal returns who makes the request. Strict handlers see the request's
// context and nothing else of Echo's.
func principal(ctx context.Context) lox.Principal {
	p, _ := ctx.Value(principalKey{}).(lox.Principal)
	return p
}

// authenticate finds who makes a request to the API, and refuses one whose key
// is unknown, expired, or lacks the scope of the operation.
func authenticate(keys *keyCache, ops operations, clock func() time.Time) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if !inAPI(c) {
				return next(c)
			}
			r := c.Request()
			p, err := keys.principal(r.Context(), r.Header.Get(echo.HeaderAuthorization))
			if err != nil {
				return err
			}
			if p.ExpiresAt != nil && !clock().Before(*p.ExpiresAt) {
				return lox.ErrInvalidAPIKey
			}
			if op := ops.of(c); op != nil && !p.Can(op.scope) {
				return lox.Errorf(lox.CodePermissionDenied, "The API key lacks the scope %s", op.scope)
			}
			observed(c).tenant = p.Tenant
			c.SetRequest(r.WithContext(context.WithValue(r.Context(), principalKey{}, p)))
			return next(c)
		}
	}
}

const (
	keyCacheSize = 100_000
	// keyCacheTTL bounds how long a key that was revoked goes on to work.
	keyCacheTTL    = time.Second
	keyLoadTimeout = 5 * time.Second
)

// keyCache remembers who the keys of late belong to, so that a request doesn't
// have to ask.
type keyCache struct {
	cache *otter.Cache[lox.KeyHash, lox.Principal]
	load  otter.LoaderFunc[lox.KeyHash, lox.Principal]
}

func newKeyCache(keys lox.KeyStore) *keyCache {
	return &keyCache{
		cache: otter.Must(&otter.Options[lox.KeyHash, lox.Principal]{
			MaximumSize:      keyCacheSize,
			ExpiryCalculator: otter.ExpiryWriting[lox.KeyHash, lox.Principal](keyCacheTTL),
		}),
		// Many callers may wait for one load: it must not end with the first.
		load: otter.LoaderFunc[lox.KeyHash, lox.Principal](func(ctx context.Context, hash lox.KeyHash) (lox.Principal, error) {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keyLoadTimeout)
			defer cancel()
			return keys.PrincipalByKey(ctx, hash)
		}),
	}
}

// principal reads an Authorization header (RFC 6750).
func (k *keyCache) principal(ctx context.Context, header string) (lox.Principal, error) {
	scheme, key, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") || key == "" {
		return lox.Principal{}, lox.Errorf(lox.CodeAuthentication, "Missing API key: send the header Authorization: Bearer lox_…")
	}
	hash, err := lox.HashAPIKey(strings.TrimSpace(key))
	if err != nil {
		return lox.Principal{}, err
	}
	return k.cache.Get(ctx, hash, k.load)
}
