package server

import (
	"context"
	"net/http"
	"net/netip"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/backlox/lox"
)

// principal returns who makes the request.
func principal(ctx context.Context) lox.Principal { return observed(ctx).principal }

// actor returns who makes the request, as the record of changes names them.
func actor(ctx context.Context) lox.Actor {
	o := observed(ctx)
	by := lox.Actor{Type: lox.ActorAPIKey, ID: o.principal.Key.String(), RequestID: o.id}
	by.Address, _ = netip.ParseAddr(o.client) // it is one, unless a test made the request
	return by
}

// admit finds who makes a request to the API, counts it, and refuses one whose
// key is unknown or may not do what it asks for, and one too many.
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

// authenticate finds who makes a request. A key that is probably made up is counted
// before it is looked for in the database.
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

// bearer reads an API key from an Authorization header (RFC 6750). One that was
// mistyped is found out without a question to anybody.
func bearer(header string) (lox.KeyHash, error) {
	scheme, key, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") || key == "" {
		return lox.KeyHash{}, lox.Errorf(lox.CodeAuthentication, "Missing API key: send the header Authorization: Bearer lox_…")
	}
	return lox.HashAPIKey(strings.TrimSpace(key))
}

// permit refuses what the principal may not do. What is no operation is left to
// the router.
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
