package main

import (
	"context"
	"fmt"

	"github.com/oapi-codegen/nullable"

	"github.com/backlox/lox/gen/client"
)

func getTenant(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample getTenant
	tenant, err := lox.GetTenantWithResponse(ctx)
	if err != nil {
		return err
	}
	if tenant.JSON200 == nil {
		return fmt.Errorf("getTenant: %s", tenant.Body)
	}
	fmt.Println(tenant.JSON200.Name, tenant.JSON200.Plan, tenant.JSON200.Limits.Uploads.PerHour)
	// end sample
	return nil
}

func updateTenant(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample updateTenant
	tenant, err := lox.UpdateTenantWithResponse(ctx, client.UpdateTenantRequest{
		ContactEmail: nullable.NewNullableWithValue("ops@example.com"),
		Settings: nullable.NewNullableWithValue(client.TenantSettingsPatch{
			"dashboard.theme": new("dark"),
		}),
	})
	if err != nil {
		return err
	}
	if tenant.JSON200 == nil {
		return fmt.Errorf("updateTenant: %s", tenant.Body)
	}
	fmt.Println(tenant.JSON200.ContactEmail, tenant.JSON200.Settings)
	// end sample
	return nil
}

func createAPIKey(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample createApiKey
	created, err := lox.CreateAPIKeyWithResponse(ctx, client.CreateAPIKeyRequest{
		Name:   "nightly upload",
		Scopes: []client.RequestedScope{client.ScopeBackupsRead, client.ScopeBackupsWrite},
	})
	if err != nil {
		return err
	}
	if created.JSON201 == nil {
		return fmt.Errorf("createApiKey: %s", created.Body)
	}
	fmt.Println(created.JSON201.Key) // keep it: it is shown only once
	// end sample
	keyID = created.JSON201.ID
	return nil
}

func listAPIKeys(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample listApiKeys
	page, err := lox.ListAPIKeysWithResponse(ctx, &client.ListAPIKeysParams{Limit: new(10)})
	if err != nil {
		return err
	}
	if page.JSON200 == nil {
		return fmt.Errorf("listApiKeys: %s", page.Body)
	}
	for _, key := range page.JSON200.APIKeys {
		fmt.Println(key.ID, key.Name, key.Prefix, key.Scopes)
	}
	// end sample
	return nil
}

func rotateAPIKey(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample rotateApiKey
	// The old key goes on to work for an hour.
	rotated, err := lox.RotateAPIKeyWithResponse(ctx, keyID, client.RotateAPIKeyRequest{
		OverlapSeconds: new(3600),
	})
	if err != nil {
		return err
	}
	if rotated.JSON201 == nil {
		return fmt.Errorf("rotateApiKey: %s", rotated.Body)
	}
	fmt.Println(rotated.JSON201.Key) // keep it: it is shown only once
	// end sample
	return nil
}

func revokeAPIKey(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample revokeApiKey
	revoked, err := lox.RevokeAPIKeyWithResponse(ctx, keyID)
	if err != nil {
		return err
	}
	if revoked.JSON200 == nil {
		return fmt.Errorf("revokeApiKey: %s", revoked.Body)
	}
	fmt.Println("revoked", revoked.JSON200.ID)
	// end sample
	return nil
}
