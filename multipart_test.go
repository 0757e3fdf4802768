package lox_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

const (
	mib = 1 << 20
	gib = 1 << 30
)

func TestPartSize(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		new             lox.NewBackup
		partSize, count int64
	}{
		"one PUT":                    {lox.NewBackup{Size: lox.MaxSinglePut}, 0, 0},
		"too large for one":          {lox.NewBackup{Size: lox.MaxSinglePut + 1}, 8 * mib, 641},
		"asked for":                  {lox.NewBackup{Size: 1, Multipart: new(true)}, 8 * mib, 1},
		"a whole number of parts":    {lox.NewBackup{Size: 16 * mib, Multipart: new(true)}, 8 * mib, 2},
		"the most of the least":      {lox.NewBackup{Size: 10_000 * 8 * mib}, 8 * mib, 10_000},
		"a byte more":                {lox.NewBackup{Size: 10_000*8*mib + 1}, 9 * mib, 8889},
		"100 GiB":                    {lox.NewBackup{Size: 100 * gib}, 11 * mib, 9310},
		"the most":                   {lox.NewBackup{Size: lox.MaxSize}, lox.MaxSinglePut, 10_000},
		"a stream":                   {lox.NewBackup{Multipart: new(true)}, 32 * mib, 0},
		"a small stream":             {lox.NewBackup{Multipart: new(true), MaxSize: 1}, 32 * mib, 0},
		"a large stream":             {lox.NewBackup{Multipart: new(true), MaxSize: 1 << 40}, 105 * mib, 0},
		"a stream without any bound": {lox.NewBackup{Multipart: new(true), MaxSize: lox.MaxSize}, lox.MaxSinglePut, 0},
	} {
		test.new.Name = "n"
		require.NoError(t, test.new.Check(), name)
		b := test.new.Pending(lox.NewTenantID(), time.Now(), time.Hour)
		assert.Equal(t, test.partSize, b.PartSize, name)
		if b.PartSize > 0 {
			assert.EqualValues(t, test.count, b.PartCount(), name)
			assert.Equal(t, b.UploadExpiresAt.Add(lox.PartsGrace), b.Deadline(), name)
		}
		if b.PartSize > 0 && !b.Stream {
			assert.LessOrEqual(t, b.PartCount(), lox.MaxParts)
		}
	}
}

func TestPartUploads(t *testing.T) {
	t.Parallel()
	sum := lox.Checksum{7}
	file := lox.Backup{Size: 20 * mib, PartSize: 8 * mib, UploadID: "u"}
	stream := lox.Backup{Size: 16 * mib, PartSize: 8 * mib, Stream: true}
	uploads, size, err := file.PartUploads([]lox.RequestedPart{{Number: 3}, {Number: 1, Size: 8 * mib, Checksum: &sum}}, time.Minute)
	require.NoError(t, err)
	assert.EqualValues(t, 20*mib, size)
	assert.Equal(t, []lox.PartUpload{
		{PartsOf: file.Parts(), Number: 3, Size: 4 * mib, Expires: time.Minute},
		{PartsOf: file.Parts(), Number: 1, Size: 8 * mib, Checksum: &sum, Expires: time.Minute},
	}, uploads)

	_, size, err = stream.PartUploads([]lox.RequestedPart{{Number: 4, Size: 5}, {Number: 2}}, time.Minute)
	require.NoError(t, err)
	assert.EqualValues(t, 24*mib+5, size)
	_, size, err = stream.PartUploads([]lox.RequestedPart{{Number: lox.MaxParts}}, time.Minute)
	require.NoError(t, err)
	assert.EqualValues(t, lox.MaxParts*8*mib, size)

	for name, test := range map[string]struct {
		of    lox.Backup
		parts []lox.RequestedPart
		want  map[string]string
	}{
		"no such number": {stream, []lox.RequestedPart{{Number: 0}, {Number: 10_001}, {Number: 1}}, map[string]string{
			"parts.0.part_number": "Must be an integer between 1 and 10000", "parts.1.part_number": "Must be an integer between 1 and 10000",
		}},
		"behind the last":    {file, []lox.RequestedPart{{Number: 4}}, map[string]string{"parts.0.part_number": "Must be at most 3"}},
		"twice":              {file, []lox.RequestedPart{{Number: 1}, {Number: 1}}, map[string]string{"parts.1.part_number": "Must be there once"}},
		"another size":       {file, []lox.RequestedPart{{Number: 3, Size: 8 * mib}}, map[string]string{"parts.0.size_bytes": "Must be 4194304"}},
		"larger than a part": {stream, []lox.RequestedPart{{Number: 3, Size: 8*mib + 1}}, map[string]string{"parts.0.size_bytes": "Must be 1 to 8388608"}},
		"negative":           {stream, []lox.RequestedPart{{Number: 3, Size: -1}}, map[string]string{"parts.0.size_bytes": "Must be 1 to 8388608"}},
	} {
		_, _, err := test.of.PartUploads(test.parts, time.Minute)
		e, ok := errors.AsType[*lox.Error](err)
		require.True(t, ok, name)
		assert.Equal(t, lox.CodeValidation, e.Code, name)
		assert.Equal(t, test.want, e.Details, name)
	}
}

func TestDeclaredUploadIsChecked(t *testing.T) {
	t.Parallel()
	one, other := lox.Checksum{1}, lox.Checksum{2}
	stream := lox.Backup{Status: lox.StatusPending, Size: 100, PartSize: 10, Stream: true}
	file := lox.Backup{Status: lox.StatusPending, Size: 100, Declared: &one}
	done := lox.Backup{Status: lox.StatusCompleted, Size: 100, Checksum: &one, Stream: true}
	for name, test := range map[string]struct {
		of   lox.Backup
		says lox.Uploaded
		want string
	}{
		"nothing":                       {file, lox.Uploaded{}, ""},
		"all that was declared":         {file, lox.Uploaded{Size: 100, Checksum: &one}, ""},
		"another size":                  {file, lox.Uploaded{Size: 99}, "size_bytes: Must be 100"},
		"another checksum":              {file, lox.Uploaded{Checksum: &other}, "checksum: Must be " + one.String()},
		"no size of a stream":           {stream, lox.Uploaded{}, "size_bytes: Size is required for a stream"},
		"the size of a stream":          {stream, lox.Uploaded{Size: 90, Checksum: &other}, ""},
		"nothing of what is done":       {done, lox.Uploaded{}, ""},
		"another size of what is done":  {done, lox.Uploaded{Size: 90}, "size_bytes: Must be 100"},
		"other bytes than what is done": {done, lox.Uploaded{Checksum: &other}, "checksum: Must be " + one.String()},
	} {
		err := test.says.Check(test.of)
		if test.want == "" {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorContains(t, err, test.want, name)
	}
	b := stream.With(lox.Uploaded{Size: 90, Checksum: &other})
	assert.EqualValues(t, 90, b.Size)
	assert.Equal(t, &other, b.Declared)
	assert.Equal(t, file, file.With(lox.Uploaded{Size: 100, Checksum: &one}))
}

func TestHashState(t *testing.T) {
	t.Parallel()
	for _, want := range []lox.HashState{{}, {ETag: `"x"`, Version: "v", Bytes: 5, State: []byte{0, 255}}} {
		value, err := want.Value()
		require.NoError(t, err)
		got := lox.HashState{Bytes: 9}
		require.NoError(t, got.Scan(value))
		assert.Equal(t, want, got)
	}
	assert.Error(t, new(lox.HashState).Scan([]byte("{")))
	assert.Error(t, new(lox.HashState).Scan(1))
}
