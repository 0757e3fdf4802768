package lox_test

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/backlox/lox"
)

// Every URL that the pattern of webhooks' URLs accepts can be called.
func TestWebhookURLsCanBeCalled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(lox.WebhookURLPattern).Draw(t, "url")
		u, err := url.Parse(text)
		require.NoError(t, err)
		require.NotEmpty(t, u.Hostname())
		require.Nil(t, u.User)
		require.Empty(t, u.Fragment)
		require.Contains(t, []string{"http", "https"}, u.Scheme)
	})
}
