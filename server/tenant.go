package server

import (
	"context"
	"time"

	"github.com/oapi-codegen/nullable"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/api"
)

// TenantStore stores tenants. It has only the operations that a tenant may do on itself: HTTP handlers
// can't reach those of the operator.
type TenantStore interface {
	// Tenant returns a tenant. CodeNotFound.
	Tenant(ctx context.Context, id lox.TenantID) (lox.Tenant, error)

	// UpdateTenant calls change on a tenant and stores the result, with its quota, unless change fails or
	// alters nothing. The tenant is locked meanwhile. CodeNotFound.
	UpdateTenant(ctx context.Context, id lox.TenantID, now time.Time, by lox.Actor, change func(*lox.Tenant) error) (lox.Tenant, error)
}

// tenantHandlers answers the operations on the tenant itself.
type tenantHandlers struct {
	store  TenantStore
	limits func(lox.Plan, lox.RateClass) lox.RateLimit
	clock  func() time.Time
}

// GetTenant answers GET /v1/tenant.
func (h *tenantHandlers) GetTenant(ctx context.Context, _ api.GetTenantRequestObject) (api.GetTenantResponseObject, error) {
	t, err := h.store.Tenant(ctx, principal(ctx).Tenant)
	if err != nil {
		return nil, keyInvalidIfDeleted(err)
	}
	return api.GetTenant200JSONResponse{Body: h.out(t)}, nil
}

// UpdateTenant answers PATCH /v1/tenant.
func (h *tenantHandlers) UpdateTenant(ctx context.Context, r api.UpdateTenantRequestObject) (api.UpdateTenantResponseObject, error) {
	patch := tenantPatch(*r.Body)
	t, err := h.store.UpdateTenant(ctx, principal(ctx).Tenant, h.clock(), actor(ctx), func(t *lox.Tenant) error { return t.Apply(patch) })
	if err != nil {
		return nil, keyInvalidIfDeleted(err)
	}
	return api.UpdateTenant200JSONResponse{Body: h.out(t)}, nil
}

// keyInvalidIfDeleted returns ErrInvalidAPIKey if the tenant was deleted a moment ago, because its key is no
// longer valid then. It returns any other error as it is.
func keyInvalidIfDeleted(err error) error {
	if lox.CodeOf(err) == lox.CodeNotFound {
		return lox.ErrInvalidAPIKey.Because(err)
	}
	return err
}

func tenantPatch(in api.UpdateTenantRequest) lox.TenantPatch {
	var patch lox.TenantPatch
	if in.Name != "" {
		patch.Name = &in.Name
	}
	patch.ContactEmail = orEmpty(in.ContactEmail)
	patch.ClearSettings = in.Settings.IsNull()
	if settings, err := in.Settings.Get(); err == nil {
		patch.Settings = settings
	}
	return patch
}

// orEmpty turns null into the empty string, and an absent value into nil.
func orEmpty(in nullable.Nullable[string]) *string {
	if !in.IsSpecified() {
		return nil
	}
	text, _ := in.Get() // null gives "" and an error
	return &text
}

func (h *tenantHandlers) out(t lox.Tenant) api.Tenant {
	status := api.TenantStatusActive
	if t.SuspendedAt != nil {
		status = api.TenantStatusSuspended
	}
	return api.Tenant{
		ID: t.ID.String(), Name: t.Name, ContactEmail: t.ContactEmail, Plan: api.Plan(t.Plan), Status: status,
		Settings: api.TenantSettings(t.Settings), QuotaBytes: t.Quota(),
		Limits: api.TenantLimits{
			APICalls:  h.classOut(t.Plan, lox.RateAPICalls),
			Uploads:   h.classOut(t.Plan, lox.RateUploads),
			Downloads: h.classOut(t.Plan, lox.RateDownloads),
		},
		CreatedAt: t.CreatedAt.UTC(),
	}
}

func (h *tenantHandlers) classOut(plan lox.Plan, class lox.RateClass) api.ClassLimits {
	limit := h.limits(plan, class)
	return api.ClassLimits{PerMinute: limit.PerMinute, PerHour: limit.PerHour}
}
