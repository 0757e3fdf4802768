package webhooks_test

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/webhooks"
)

func TestSecretBoxRoundTrip(t *testing.T) {
	t.Parallel()
	b, owner, secret := box(t), lox.NewWebhookID(), lox.NewWebhookSecret()
	sealed := b.Seal(secret, owner)
	assert.NotContains(t, string(sealed), secret)
	assert.NotEqual(t, sealed, b.Seal(secret, owner), "every nonce is another one")
	got, err := b.Open(sealed, owner)
	require.NoError(t, err)
	assert.Equal(t, secret, got)

	_, err = b.Open(sealed, lox.NewWebhookID())
	require.Error(t, err, "of another webhook")
	key := masterKey(t)
	key[31]++
	_, err = webhooks.NewSecretBox(key).Open(sealed, owner)
	require.Error(t, err, "of another key")
	for i := range sealed {
		changed := append([]byte(nil), sealed...)
		changed[i] ^= 1
		_, err = b.Open(changed, owner)
		require.Error(t, err, "changed at %d", i)
		_, err = b.Open(sealed[:i], owner)
		require.Error(t, err, "cut to %d", i)
	}
	require.NotContains(t, err.Error(), secret)
}

func TestMasterKeys(t *testing.T) {
	t.Parallel()
	key := [webhooks.KeySize]byte([]byte("\xff\xfe~?0123456789abcdef0123456789ab"))
	for _, s := range []string{
		hex.EncodeToString(key[:]), strings.ToUpper(hex.EncodeToString(key[:])) + "\n",
		base64.StdEncoding.EncodeToString(key[:]), base64.RawStdEncoding.EncodeToString(key[:]),
		base64.URLEncoding.EncodeToString(key[:]), base64.RawURLEncoding.EncodeToString(key[:]),
	} {
		got, err := webhooks.ParseKey(s)
		require.NoError(t, err)
		assert.Equal(t, key, got)
	}
	for s, want := range map[string]string{
		"":                       "master key: is empty",
		"hunter2!":               "want 32 bytes as 64 hex digits or as base64",
		strings.Repeat("zz", 32): "want 32 bytes as 64 hex digits or as base64",
		strings.Repeat("z!", 32): "want 32 bytes as 64 hex digits or as base64",
		"c2hvcnQ=":               "want 32 bytes, have 5",
		strings.Repeat("ab", 31): "want 32 bytes, have 46",
	} {
		_, err := webhooks.ParseKey(s)
		require.ErrorContains(t, err, want)
		if s != "" {
			assert.NotContains(t, err.Error(), s)
		}
	}
}

func TestSecretBoxWithSeveralKeys(t *testing.T) {
	t.Parallel()
	before, owner, secret := masterKey(t), lox.NewWebhookID(), lox.NewWebhookSecret()
	after := before
	after[0]++
	sealed := webhooks.NewSecretBox(before).Seal(secret, owner)
	both := webhooks.NewSecretBox(after, before)
	got, err := both.Open(sealed, owner)
	require.NoError(t, err)
	assert.Equal(t, secret, got)

	fresh, changed, err := both.Reseal(sealed, owner)
	require.NoError(t, err)
	assert.True(t, changed)
	got, err = webhooks.NewSecretBox(after).Open(fresh, owner)
	require.NoError(t, err, "by the first key alone")
	assert.Equal(t, secret, got)
	again, changed, err := both.Reseal(fresh, owner)
	require.NoError(t, err)
	assert.False(t, changed)
	assert.Equal(t, fresh, again)

	same, changed, err := webhooks.NewSecretBox(after).Reseal(sealed, owner)
	require.Error(t, err, "sealed by neither")
	assert.False(t, changed)
	assert.Equal(t, sealed, same)
}

func TestSeveralMasterKeys(t *testing.T) {
	t.Parallel()
	one, two := strings.Repeat("ab", 32), strings.Repeat("cd", 32)
	for _, s := range []string{one + "," + two, one + " " + two, "\n" + one + "\r\n" + two + "\n", one + ", " + two + ","} {
		keys, err := webhooks.ParseKeys(s)
		require.NoError(t, err)
		require.Len(t, keys, 2)
		assert.Equal(t, one, hex.EncodeToString(keys[0][:]), "in their order")
	}
	_, err := webhooks.ParseKeys(one + ",short")
	require.ErrorContains(t, err, "key 2 of 2: master key: want 32 bytes")
	_, err = webhooks.ParseKeys(strings.Repeat(one+",", 17))
	require.ErrorContains(t, err, "17 keys, may be up to 16")
	_, err = webhooks.ParseKeys(" ,\n")
	require.ErrorContains(t, err, "is empty")
}
