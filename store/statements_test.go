package store_test

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/store"
)

var update = flag.Bool("update", false, "write what the tests compare with")

// TestStatementTexts compares each statement as PostgreSQL gets it with a file that can be pasted
// into psql, so that a review sees what a change of a shared part does to every statement.
func TestStatementTexts(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("testdata", "statements")
	want := map[string]string{}
	all := store.Statements()
	maps.Copy(all, store.Inspections())
	for name, text := range all {
		want[strings.NewReplacer("[", "_", "]", "").Replace(name)+".sql"] = text + ";\n"
	}
	if *update {
		require.NoError(t, os.RemoveAll(dir))
		require.NoError(t, os.MkdirAll(dir, 0o755))
		for name, text := range want {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
		}
	}
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	have := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(dir, file.Name()))
		require.NoError(t, err)
		have[file.Name()] = string(text)
	}
	assert.Equal(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(have)))
	for name, text := range want {
		assert.Equal(t, text, have[name], "%s: if the change is intended, run go test ./store -run TestStatementTexts -update", name)
	}
}
