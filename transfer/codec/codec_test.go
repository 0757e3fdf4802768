package codec

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/transfer"
	"github.com/backlox/lox/transfer/archive"
)

const mib = 1 << 20

func random(size int) []byte {
	content := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{byte(size)}).Read(content)
	return content
}

func newKey(t *testing.T) *age.X25519Identity {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	require.NoError(t, err)
	return key
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	plain := append(random(3*mib), make([]byte, mib)...)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "file"), plain, 0o600))
	for _, c := range []struct {
		name        string
		directory   bool
		o           Options
		metadata    map[string]string
		contentType string
		begins      string
	}{
		{name: "a file", begins: string(plain[:4])},
		{"compressed", false, Options{Compress: true}, map[string]string{"lox-compression": "zstd"}, "application/zstd", "\x28\xb5\x2f\xfd"},
		{"encrypted", false, Options{Recipients: []age.Recipient{key.Recipient()}}, map[string]string{"lox-encryption": "age"}, "application/octet-stream", "age-encryption.org/v1\n"},
		{
			"compressed and encrypted", false, Options{Compress: true, Recipients: []age.Recipient{key.Recipient()}},
			map[string]string{"lox-compression": "zstd", "lox-encryption": "age"}, "application/octet-stream", "age-encryption.org/v1\n",
		},
		{"a directory", true, Options{}, map[string]string{"lox-archive": "tar"}, "application/x-tar", "./\x00"},
		{
			"a compressed directory", true, Options{Compress: true}, map[string]string{"lox-archive": "tar", "lox-compression": "zstd"},
			"application/x-tar+zstd", "\x28\xb5\x2f\xfd",
		},
		{
			"an encrypted directory", true, Options{Compress: true, Recipients: []age.Recipient{key.Recipient()}},
			map[string]string{"lox-archive": "tar", "lox-compression": "zstd", "lox-encryption": "age"}, "application/octet-stream", "age-encryption.org/v1\n",
		},
	} {
		s := File(t.Context(), iotest.HalfReader(bytes.NewReader(plain)), c.o)
		if c.directory {
			s = Directory(t.Context(), dir, c.o)
		}
		stored, err := io.ReadAll(s)
		require.NoError(t, err, c.name)
		require.NoError(t, s.Close())
		assert.Equal(t, c.metadata, s.Metadata(), c.name)
		assert.Equal(t, c.contentType, s.ContentType(), c.name)
		assert.True(t, bytes.HasPrefix(stored, []byte(c.begins)) || c.name == "a directory", c.name)

		e, err := FromMetadata(c.metadata)
		require.NoError(t, err)
		require.Equal(t, s.Encoding, e)
		decoded := io.NopCloser(io.Reader(bytes.NewReader(stored)))
		if decode := e.Decoder([]age.Identity{key}); decode != nil {
			decoded, err = decode(decoded)
			require.NoError(t, err)
		}
		if c.directory {
			out := filepath.Join(t.TempDir(), "out")
			require.NoError(t, archive.Unpack(t.Context(), decoded, out, archive.UnpackOptions{}), c.name)
			decoded, err = os.Open(filepath.Join(out, "file"))
			require.NoError(t, err)
		}
		got, err := io.ReadAll(decoded)
		require.NoError(t, err, c.name)
		require.NoError(t, decoded.Close())
		assert.True(t, bytes.Equal(plain, got), c.name)
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	e, err := FromMetadata(map[string]string{"host": "db1"})
	require.NoError(t, err)
	assert.Equal(t, Encoding{}, e)
	assert.Nil(t, e.Metadata())
	assert.Nil(t, e.Decoder(nil))
	_, err = FromMetadata(map[string]string{"lox-encryption": "gpg"})
	require.ErrorIs(t, err, transfer.ErrInvalid)
	require.EqualError(t, err, `this can't be done: the metadata has lox-encryption: "gpg", but this version of lox supports "age"`)
}

// Errors of the source are returned where the stream is read, and the bytes before it don't count
// as complete.
func TestSourceErrors(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	broken := errors.New("the disk is gone")
	for name, o := range map[string]Options{
		"compressed": {Compress: true}, "encrypted": {Recipients: []age.Recipient{key.Recipient()}},
		"both": {Compress: true, Recipients: []age.Recipient{key.Recipient()}}, "neither": {},
	} {
		s := File(t.Context(), io.MultiReader(bytes.NewReader(random(2*mib)), iotest.ErrReader(broken)), o)
		stored, err := io.ReadAll(s)
		require.ErrorIs(t, err, broken, name)
		require.NoError(t, s.Close())
		if decode := s.Decoder([]age.Identity{key}); decode != nil {
			plain, err := decode(bytes.NewReader(stored))
			require.NoError(t, err)
			_, err = io.ReadAll(plain)
			require.ErrorIs(t, err, transfer.ErrMalformed, name)
		}
	}
	s := Directory(t.Context(), filepath.Join(t.TempDir(), "missing"), Options{})
	_, err := io.ReadAll(s)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, s.Close())
}

// Close ends the writer, which would otherwise wait for a reader forever. So does the context.
func TestClose(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	o := Options{Compress: true, Recipients: []age.Recipient{key.Recipient()}}
	s := File(t.Context(), zeros{}, o)
	_, err := s.Read(make([]byte, 100))
	require.NoError(t, err)
	require.NoError(t, s.Close())
	require.NoError(t, s.Close())
	_, err = io.Copy(io.Discard, s)
	require.ErrorIs(t, err, io.ErrClosedPipe)

	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("interrupted")
	s = File(ctx, zeros{}, o)
	cancel(why)
	_, err = io.Copy(io.Discard, s)
	require.ErrorIs(t, err, why)
	require.NoError(t, s.Close())
}

// zeros is endless.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// Other programs can read what is stored.
func TestOtherPrograms(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "file"), []byte("content"), 0o600))
	s := Directory(t.Context(), dir, Options{Compress: true})
	defer s.Close()
	plain, err := zstd.NewReader(s)
	require.NoError(t, err)
	defer plain.Close()
	r := tar.NewReader(plain)
	for _, name := range []string{"./", "file"} {
		h, err := r.Next()
		require.NoError(t, err)
		assert.Equal(t, name, h.Name)
	}
	_, err = io.Copy(io.Discard, r)
	require.NoError(t, err)
}
