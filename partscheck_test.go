package lox_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

func TestCheckParts(t *testing.T) {
	t.Parallel()
	parts := func(sizes ...int64) (parts []lox.Part) {
		for i, size := range sizes {
			if size >= 0 {
				parts = append(parts, lox.Part{Number: i + 1, Size: size})
			}
		}
		return parts
	}
	odd := make([]int64, 100)
	for i := range odd {
		odd[i] = int64(10 - 11*(i%2)) // every second part is missing
	}
	for name, test := range map[string]struct {
		parts []lox.Part
		size  int64
		want  string
	}{
		"whole":             {parts(10, 10, 3), 23, ""},
		"whole parts":       {parts(10, 10), 20, ""},
		"one byte":          {parts(1), 1, ""},
		"none":              {nil, 23, "Missing: 1-3"},
		"gaps":              {parts(10, -1, 10, -1, -1, 10), 61, "Missing: 2, 4-5, 7"},
		"the last is short": {parts(10, 2), 13, "Of another size: part 2 has 2 bytes, must have 3"},
		"the first is":      {parts(9, 3), 13, "Of another size: part 1 has 9 bytes, must have 10"},
		"too many":          {parts(10, 3, 1, 1), 13, "More than the 2 that make up 13 bytes: 3-4"},
		"all at once":       {parts(10, 9, -1, 5), 21, "Missing: 3; Of another size: part 2 has 9 bytes, must have 10; More than the 3 that make up 21 bytes: 4"},
		"very many":         {parts(odd...), 1000, "Missing: 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40 and others"},
	} {
		err := lox.CheckParts(test.parts, test.size, 10)
		if test.want == "" {
			require.NoError(t, err, name)
			continue
		}
		require.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err), name)
		public, ok := errors.AsType[*lox.Error](err)
		require.True(t, ok)
		assert.Equal(t, test.want, public.Details["parts"], name)
	}
	for _, size := range []int64{-1, 0, lox.MaxSize + 1} {
		assert.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(lox.CheckParts(parts(10), size, 10)))
	}
	assert.Error(t, lox.CheckParts(parts(10), 10, 0))
}
