package server

import (
	"context"
	"time"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/api"
)

// KeyStore keeps API keys. Every method that takes a tenant reads only that tenant's
// keys.
type KeyStore interface {
	// PrincipalByKey finds the key with a hash. CodeAuthentication: there is no such key,
	// or it was revoked. The caller must check the expiry by its own clock.
	PrincipalByKey(ctx context.Context, hash lox.KeyHash) (lox.Principal, error)

	// KeyPrefixes calls each with the first 8 bytes of the hash of every key that is
	// not revoked, of all tenants, in any order, while it reads them. After an error,
	// some may be missing.
	KeyPrefixes(ctx context.Context, each func(lox.KeyPrefix)) error

	// APIKeys returns a page of the tenant's keys that are not revoked, newest
	// first, and how many there are in all.
	APIKeys(ctx context.Context, tenant lox.TenantID, limit, offset int) ([]lox.APIKey, int64, error)

	// CreateAPIKey inserts a key. CodeInvalidState: the tenant has MaxAPIKeys.
	CreateAPIKey(ctx context.Context, k lox.APIKey, by lox.Actor) error

	// RevokeAPIKey revokes a key of the principal's tenant. CodeNotFound: the tenant
	// has no key with that id; CodePermissionDenied: the key has permissions that the
	// principal lacks; CodeInvalidState: the key has full access and no other key with
	// full access lasts as long, so the tenant would lock itself out.
	RevokeAPIKey(ctx context.Context, p lox.Principal, id lox.KeyID, now time.Time, by lox.Actor) error

	// RotateAPIKey calls rotate to make the successor of a key, and stores both keys, or
	// neither if rotate fails. The key is locked meanwhile. CodeNotFound;
	// CodeInvalidState as for RevokeAPIKey, if the successor expires before the key.
	RotateAPIKey(ctx context.Context, tenant lox.TenantID, id lox.KeyID, by lox.Actor, rotate func(*lox.APIKey) (lox.APIKey, error)) error

	// NoteKeyUse records when keys were last used. It never replaces a later time.
	NoteKeyUse(ctx context.Context, used map[lox.KeyID]time.Time) error

	// WatchKeys calls w for every change, by any process, to a result of PrincipalByKey,
	// until ctx ends. After a failure it connects again.
	WatchKeys(ctx context.Context, w lox.KeyWatch)
}

// keyHandlers answers the operations on API keys.
type keyHandlers struct {
	store KeyStore
	// created is called with the hash of each new key, so that the key works on this server at once.
	created func(lox.KeyHash)
	clock   func() time.Time
}

// ListAPIKeys answers GET /v1/tenant/api-keys.
func (h *keyHandlers) ListAPIKeys(ctx context.Context, r api.ListAPIKeysRequestObject) (api.ListAPIKeysResponseObject, error) {
	keys, total, err := h.store.APIKeys(ctx, principal(ctx).Tenant, r.Params.Limit, r.Params.Offset)
	if err != nil {
		return nil, err
	}
	list := api.APIKeyList{
		APIKeys: make([]api.APIKey, 0, len(keys)),
		Total:   total, Limit: r.Params.Limit, Offset: r.Params.Offset,
	}
	for _, k := range keys {
		list.APIKeys = append(list.APIKeys, keyOut(k))
	}
	return api.ListAPIKeys200JSONResponse{Body: list}, nil
}

// CreateAPIKey answers POST /v1/tenant/api-keys.
func (h *keyHandlers) CreateAPIKey(ctx context.Context, r api.CreateAPIKeyRequestObject) (api.CreateAPIKeyResponseObject, error) {
	wanted := lox.NewKey{Name: r.Body.Name, Scopes: scopesIn(r.Body.Scopes), ExpiresAt: r.Body.ExpiresAt}
	k, key, err := wanted.Issue(principal(ctx), h.clock())
	if err != nil {
		return nil, err
	}
	if err := h.store.CreateAPIKey(ctx, k, actor(ctx)); err != nil {
		return nil, err
	}
	h.created(k.Hash)
	return api.CreateAPIKey201JSONResponse{Body: createdKeyOut(k, key)}, nil
}

// RotateAPIKey answers POST /v1/tenant/api-keys/{id}/rotate.
func (h *keyHandlers) RotateAPIKey(ctx context.Context, r api.RotateAPIKeyRequestObject) (api.RotateAPIKeyResponseObject, error) {
	id, err := keyID(r.ID)
	if err != nil {
		return nil, err
	}
	p := principal(ctx)
	var (
		out  api.RotatedAPIKey
		next lox.APIKey
	)
	err = h.store.RotateAPIKey(ctx, p.Tenant, id, actor(ctx), func(old *lox.APIKey) (lox.APIKey, error) {
		var (
			key string
			err error
		)
		next, key, err = old.Rotate(p, rotation(r.Body), h.clock())
		if err == nil {
			out = rotatedKeyOut(*old, next, key)
		}
		return next, err
	})
	if err != nil {
		return nil, err
	}
	h.created(next.Hash)
	return api.RotateAPIKey201JSONResponse{Body: out}, nil
}

// RevokeAPIKey answers DELETE /v1/tenant/api-keys/{id}.
func (h *keyHandlers) RevokeAPIKey(ctx context.Context, r api.RevokeAPIKeyRequestObject) (api.RevokeAPIKeyResponseObject, error) {
	id, err := keyID(r.ID)
	if err != nil {
		return nil, err
	}
	if err := h.store.RevokeAPIKey(ctx, principal(ctx), id, lox.Seconds(h.clock()), actor(ctx)); err != nil {
		return nil, err
	}
	return api.RevokeAPIKey200JSONResponse{Body: api.RevokedAPIKey{ID: r.ID, Revoked: true}}, nil
}

// keyID parses the id in a path. Text that isn't an id gives ErrKeyNotFound.
func keyID(s string) (lox.KeyID, error) {
	var id lox.KeyID
	if err := id.UnmarshalText([]byte(s)); err != nil {
		return id, lox.ErrKeyNotFound.Because(err)
	}
	return id, nil
}

// keyOverlap is how long a rotated key still works if the request doesn't say.
const keyOverlap = 24 * time.Hour

func rotation(body *api.RotateAPIKeyRequest) lox.Rotation {
	r := lox.Rotation{Overlap: keyOverlap}
	if body == nil {
		return r
	}
	if body.OverlapSeconds != nil {
		r.Overlap = time.Duration(*body.OverlapSeconds) * time.Second
	}
	r.ExpiresAt = body.ExpiresAt
	return r
}

func keyOut(k lox.APIKey) api.APIKey {
	out := api.APIKey{
		ID: k.ID.String(), Name: k.Name, Prefix: k.Prefix, Last4: k.Last4, Scopes: scopesOut(k.Scopes),
		CreatedAt: k.CreatedAt.UTC(), LastUsedAt: orZero(k.LastUsedAt), ExpiresAt: orZero(k.ExpiresAt),
	}
	if k.ReplacedBy != nil {
		out.ReplacedBy = k.ReplacedBy.String()
	}
	return out
}

func createdKeyOut(k lox.APIKey, key string) api.CreatedAPIKey {
	return api.CreatedAPIKey{
		ID: k.ID.String(), Name: k.Name, Key: key, Prefix: k.Prefix, Last4: k.Last4,
		Scopes: scopesOut(k.Scopes), CreatedAt: k.CreatedAt.UTC(), ExpiresAt: orZero(k.ExpiresAt),
	}
}

func rotatedKeyOut(old, next lox.APIKey, key string) api.RotatedAPIKey {
	c := createdKeyOut(next, key)
	return api.RotatedAPIKey{
		ID: c.ID, Name: c.Name, Key: c.Key, Prefix: c.Prefix, Last4: c.Last4,
		Scopes: c.Scopes, CreatedAt: c.CreatedAt, ExpiresAt: c.ExpiresAt,
		Replaces: old.ID.String(), OverlapEndsAt: orZero(old.ExpiresAt),
	}
}

func scopesIn(names []api.RequestedScope) lox.Scopes {
	scopes := make(lox.Scopes, 0, len(names))
	for _, name := range names {
		scopes = append(scopes, lox.Scope(name))
	}
	return scopes
}

func scopesOut(scopes lox.Scopes) []api.Scope {
	names := make([]api.Scope, 0, len(scopes))
	for _, s := range scopes {
		names = append(names, api.Scope(s))
	}
	return names
}
