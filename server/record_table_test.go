package server_test

import (
	"context"
	"net/http"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
)

func recordOperations() []operation {
	return []operation{
		{
			name: "listEvents", scope: lox.ScopeEventsRead, ok: http.StatusOK,
			call: func(ctx context.Context, c *client.ClientWithResponses, _ string) (*http.Response, error) {
				return c.ListEvents(ctx, nil)
			},
			bad: func(ctx context.Context, c *client.ClientWithResponses) (*http.Response, error) {
				return c.ListEvents(ctx, &client.ListEventsParams{Limit: new(0), Subject: new("daily"), Actor: new("key_abc123"), Cursor: new("a")})
			},
			detail: map[string]string{"limit": badLimit, "subject": badSubject, "actor": badActor},
		},
		{
			name: "getEvent", scope: lox.ScopeEventsRead, ok: http.StatusOK, of: anEvent,
			call: func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, error) {
				return c.GetEvent(ctx, id)
			},
		},
	}
}

const (
	badSubject = "Must be the id of a backup, an API key, a webhook or a tenant: bkp_, key_, whk_ or ten_ and 26 characters"
	badActor   = "Must be the id of an API key, the name of a command such as lox tenant create, or that of a job such as expire"
)
