package lox_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.jetify.com/typeid/v2"
	"pgregory.net/rapid"

	"github.com/backlox/lox"
)

// Ids are encoded and decoded like those of the typeid library.
func TestIDIsTypeID(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "uuid")
		id := lox.BackupID(uuid.UUID(raw))
		want, err := typeid.FromBytes("bkp", raw)
		require.NoError(t, err)
		assert.Equal(t, want.String(), id.String())
		var back lox.BackupID
		require.NoError(t, back.UnmarshalText([]byte(id.String())))
		assert.Equal(t, id, back)
	})
}

func TestInvalidIDs(t *testing.T) {
	t.Parallel()
	good := lox.NewBackupID().String()
	for _, s := range []string{
		"", "bkp_", good[:29], good + "0", strings.ToUpper(good), "ten" + good[3:], "bkp-" + good[4:],
		"bkp_8" + good[5:], "bkp_" + strings.Repeat("i", 26), "bkp_" + strings.Repeat("u", 26), "bkp_0000000000000000000000000\x00",
	} {
		var id lox.BackupID
		require.Error(t, id.UnmarshalText([]byte(s)), "%q", s)
		assert.Zero(t, id)
	}
}

func TestIDsAscend(t *testing.T) {
	t.Parallel()
	last := ""
	for range 10_000 {
		id := lox.NewBackupID().String()
		require.Greater(t, id, last)
		last = id
	}
}
