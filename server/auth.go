package server

import (
	"context"
	"net/http"
	"net/netip"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/backlox/lox"
)

// principal returns the principal that makes the request.
func principal(ctx context.Context) lox.Principal { return observed(ctx).principal }

// actor returns the principal of the request in the form that the record of changes uses.
func actor(ctx context.Context) lox.Actor {
	o := observed(ctx)
	by := lox.Actor{Type: lox.ActorAPIKey, ID: o.principal.Key.String(), RequestID: o.id}
	by.Address, _ = netip.ParseAddr(o.client) // only a test makes a request without an address
	return by
}

// admit authenticates a request to the API and counts it. It refuses a request whose key is unknown or
// lacks permission, and a request beyond a rate limit.
func admit(keys *KeyCache, limits *limits) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if !inAPI(c) {
				return next(c)
			}
			p, err := authenticate(c, keys, limits)
			if err != nil {
				return limits.unauthenticated(c, err)
			}
			notes := observed(c.Request().Context())
			notes.principal = p
			if notes.op != nil && notes.op.class == lox.RateUploads {
				return limits.upload(c, next)
			}
			if err := limits.tenant(c, p, notes.op); err != nil {
				return err
			}
			if err := permit(p, notes.op); err != nil {
				return err
			}
			return next(c)
		}
	}
}

// authenticate returns the principal of a request. If the key is probably made up, it counts the request
// against the limit of look-ups before it queries the database.
func authenticate(c echo.Context, keys *KeyCache, limits *limits) (lox.Principal, error) {
	r := c.Request()
	hash, err := bearer(r.Header.Get(echo.HeaderAuthorization))
	if err != nil {
		return lox.Principal{}, err
	}
	if keys.unlisted(hash) {
		if err := limits.lookup(c); err != nil {
			return lox.Principal{}, err
		}
	}
	return keys.principal(r.Context(), hash)
}

// bearer reads an API key from an Authorization header (RFC 6750). It refuses a mistyped key without a
// query to the database.
func bearer(header string) (lox.KeyHash, error) {
	scheme, key, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") || key == "" {
		return lox.KeyHash{}, lox.Errorf(lox.CodeAuthentication, "Missing API key: send the header Authorization: Bearer lox_…")
	}
	return lox.HashAPIKey(strings.TrimSpace(key))
}

// permit refuses an operation that the principal may not do. A nil op is no operation of the document: the
// router answers.
func permit(p lox.Principal, op *operation) error {
	switch {
	case op == nil:
		return nil
	case !p.Can(op.scope):
		return lox.Errorf(lox.CodePermissionDenied, "The API key lacks the scope %s", op.scope)
	case p.Suspended && op.route.Method != http.MethodGet:
		return lox.Errorf(lox.CodePermissionDenied, "The tenant is suspended and can only read")
	default:
		return nil
	}
}
