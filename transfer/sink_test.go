package transfer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// upper is an encoding that changes letters.
func upper(r io.Reader) (io.ReadCloser, error) {
	begin := make([]byte, 1)
	if _, err := io.ReadFull(r, begin); err != nil {
		return nil, err
	}
	return io.NopCloser(uppercase{io.MultiReader(bytes.NewReader(begin), r)}), nil
}

type uppercase struct{ io.Reader }

func (u uppercase) Read(p []byte) (int, error) {
	n, err := u.Reader.Read(p)
	if bytes.ContainsRune(p[:n], '!') {
		return 0, fmt.Errorf("%w: no letters", ErrMalformed)
	}
	copy(p, bytes.ToUpper(p[:n]))
	return n, err
}

func TestDecoded(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f *fixture) {
		t.Parallel()
		content := bytes.Repeat([]byte("abc"), mib)
		b := f.mustPush(content)
		path := filepath.Join(t.TempDir(), "file")
		// A partial download of decoded bytes can't be continued.
		require.NoError(t, os.WriteFile(path+PartSuffix, content[:1000], 0o600))
		var came []Progress
		pulled, err := f.pull(b.ID, Decoded(ToFile(path, false), upper), func(p Progress) { came = append(came, p) })
		require.NoError(t, err)
		require.Equal(t, b.Backup, pulled.Backup)
		requireFile(t, path, bytes.ToUpper(content))
		requireProgress(t, came, int64(len(content)), Receiving)
		var stream bytes.Buffer
		_, err = f.pull(b.ID, Decoded(ToWriter(&stream), upper), nil)
		require.NoError(t, err)
		require.True(t, bytes.Equal(bytes.ToUpper(content), stream.Bytes()))

		// Within a Pull, a download continues after a broken connection.
		broken := 0
		f.toStore = func(r *http.Request, direct http.RoundTripper) (*http.Response, error) {
			resp, err := direct.RoundTrip(r)
			if err == nil && broken == 0 {
				broken++
				resp.Body = struct {
					io.Reader
					io.Closer
				}{io.LimitReader(resp.Body, mib), resp.Body}
			}
			return resp, err
		}
		require.NoError(t, os.Remove(path))
		_, err = f.pull(b.ID, Decoded(ToFile(path, false), upper), nil)
		require.NoError(t, err)
		requireFile(t, path, bytes.ToUpper(content))
		require.Equal(t, 1, broken)
	})
}

// Decode errors leave nothing. The error distinguishes bytes that were altered in transit from
// bytes that were stored like that.
func TestDecodeErrors(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	good := f.mustPush(bytes.Repeat([]byte("abc"), mib))
	bad := f.mustPush(append([]byte("!"), bytes.Repeat([]byte("abc"), mib)...))
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	to := func() Target { return Decoded(ToFile(path, true), upper) }

	_, err := f.pull(bad.ID, to(), nil)
	require.ErrorIs(t, err, ErrMalformed)
	require.NotErrorIs(t, err, ErrMismatch)
	requireFiles(t, dir)

	f.toStore = func(r *http.Request, _ http.RoundTripper) (*http.Response, error) {
		return answer(r, http.StatusOK, strings.Repeat("!bc", mib)), nil
	}
	_, err = f.pull(good.ID, to(), nil)
	require.ErrorIs(t, err, ErrMismatch, "the checksum says more than the decoder")
	requireFiles(t, dir)
	f.toStore = func(r *http.Request, _ http.RoundTripper) (*http.Response, error) {
		return answer(r, http.StatusOK, strings.Repeat("xbc", mib)), nil
	}
	_, err = f.pull(good.ID, to(), nil)
	require.ErrorIs(t, err, ErrMismatch)
	requireFiles(t, dir)
	f.toStore = nil

	// An error that isn't about the bytes ends the Pull at once.
	no := errors.New("no key")
	_, err = f.pull(good.ID, Decoded(ToFile(path, true), func(io.Reader) (io.ReadCloser, error) { return nil, no }), nil)
	require.ErrorIs(t, err, no)
	requireFiles(t, dir)
	require.NoError(t, os.WriteFile(path, []byte("precious"), 0o600))
	_, err = f.pull(good.ID, Decoded(ToFile(path, false), upper), nil)
	require.ErrorIs(t, err, os.ErrExist)
	requireFile(t, path, []byte("precious"))

	ctx, cancel := context.WithCancel(t.Context())
	_, err = Pull(ctx, f.api, good.ID, to(), PullOptions{f.options(func(p Progress) {
		if p.Done >= mib {
			cancel()
		}
	})})
	var interrupted *InterruptedError
	require.ErrorAs(t, err, &interrupted)
	assert.Empty(t, interrupted.Path, "nothing can be resumed")
	requireFile(t, path, []byte("precious"))
}
