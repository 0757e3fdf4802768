package transfer

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

func TestPushAndPull(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f *fixture) {
		t.Parallel()
		for _, size := range []int{1, 3*mib + 1} {
			content := random(size)
			var sent []Progress
			b, err := f.push(openFile(t, content), func(p Progress) { sent = append(sent, p) })
			require.NoError(t, err)
			require.Equal(t, "nightly", b.Name)
			require.Equal(t, "application/gzip", b.ContentType)
			require.Equal(t, map[string]string{"host": "db1"}, map[string]string(b.Metadata))
			require.Contains(t, string(b.Raw), `"id":"`+b.ID+`"`)
			requireProgress(t, sent, int64(size), Hashing, Sending, Verifying)

			var came []Progress
			path := filepath.Join(t.TempDir(), "file")
			pulled, err := f.pull(b.ID, ToFile(path, false), func(p Progress) { came = append(came, p) })
			require.NoError(t, err)
			require.Equal(t, b.Backup, pulled.Backup)
			requireFile(t, path, content)
			requireProgress(t, came, int64(size), Receiving)

			var stream bytes.Buffer
			_, err = f.pull(b.ID, ToWriter(&stream), nil)
			require.NoError(t, err)
			require.True(t, bytes.Equal(content, stream.Bytes()))
		}
	})
}

// requireProgress checks that each phase, except Verifying, was reported up to its end.
func requireProgress(t *testing.T, all []Progress, total int64, phases ...Phase) {
	t.Helper()
	var seen []Phase
	done := int64(0)
	for _, p := range all {
		require.Equal(t, total, p.Total)
		if len(seen) == 0 || seen[len(seen)-1] != p.Phase {
			require.True(t, done == 0 || done == total)
			seen, done = append(seen, p.Phase), 0
		}
		require.GreaterOrEqual(t, p.Done, done)
		done = p.Done
	}
	require.Equal(t, phases, seen)
}

// A Pull continues with the file of an earlier one.
func TestResume(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f *fixture) {
		t.Parallel()
		content := random(4 * mib)
		b := f.mustPush(content)
		path := filepath.Join(t.TempDir(), "file")
		ctx, cancel := context.WithCancel(t.Context())
		_, err := Pull(ctx, f.api, b.ID, ToFile(path, false), PullOptions{f.options(func(p Progress) {
			if p.Done >= mib {
				cancel()
			}
		})})
		var interrupted *InterruptedError
		require.ErrorAs(t, err, &interrupted)
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, path+PartSuffix, interrupted.Path)
		requireFiles(t, filepath.Dir(path), "file.part")
		info, err := os.Stat(path + PartSuffix)
		require.NoError(t, err)
		require.Equal(t, info.Size(), interrupted.Done)

		var came []Progress
		f.toStore = func(r *http.Request, direct http.RoundTripper) (*http.Response, error) {
			assert.NotEmpty(t, r.Header.Get("Range"))
			resp, err := direct.RoundTrip(r)
			if err == nil {
				assert.Equal(t, http.StatusPartialContent, resp.StatusCode)
			}
			return resp, err
		}
		_, err = f.pull(b.ID, ToFile(path, false), func(p Progress) { came = append(came, p) })
		require.NoError(t, err)
		requireFile(t, path, content)
		require.Equal(t, Hashing, came[0].Phase)
		for _, p := range came {
			if p.Phase == Receiving {
				require.Greater(t, p.Done, interrupted.Done)
			}
		}
	})
}

// Whatever is in the part file, the result has the bytes of the backup.
func TestPartFileContents(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	content := random(mib)
	b := f.mustPush(content)
	for name, part := range map[string][]byte{
		"another backup":         bytes.Repeat([]byte("x"), 100_000),
		"another of its size":    bytes.Repeat([]byte("x"), mib),
		"another that is larger": bytes.Repeat([]byte("x"), mib+1),
		"all of it":              content,
		"nothing":                {},
	} {
		path := filepath.Join(t.TempDir(), "file")
		require.NoError(t, os.WriteFile(path+PartSuffix, part, 0o644))
		_, err := f.pull(b.ID, ToFile(path, false), nil)
		require.NoError(t, err, name)
		requireFile(t, path, content)
	}
}

// The store sends other bytes: no file gets the final name, and a later Pull starts again.
func TestOtherBytes(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	b := f.mustPush(random(mib))
	other := strings.Repeat("x", mib)
	f.toStore = func(r *http.Request, _ http.RoundTripper) (*http.Response, error) {
		return answer(r, http.StatusOK, other), nil
	}
	path := filepath.Join(t.TempDir(), "file")
	_, err := f.pull(b.ID, ToFile(path, false), nil)
	require.ErrorIs(t, err, ErrMismatch)
	var mismatch *ChecksumError
	require.ErrorAs(t, err, &mismatch)
	declared := mismatch.Want
	require.Equal(t, b.Checksum, declared)
	requireFiles(t, filepath.Dir(path))
	_, err = f.pull(b.ID, ToWriter(io.Discard), nil)
	require.ErrorIs(t, err, ErrMismatch)

	other += "x"
	_, err = f.pull(b.ID, ToWriter(io.Discard), nil)
	require.ErrorContains(t, err, "the store sends more than the 1048576 bytes of the backup")
	f.toStore = func(r *http.Request, _ http.RoundTripper) (*http.Response, error) {
		return answer(r, http.StatusPartialContent, other, "Content-Range", "bytes 0-9/10"), nil
	}
	_, err = f.pull(b.ID, ToWriter(io.Discard), nil)
	require.ErrorContains(t, err, "the store sent the range")
}

// A proxy ignores ranges.
func TestNoRanges(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	content := random(mib)
	b := f.mustPush(content)
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path+PartSuffix, content[:mib/3], 0o600))
	f.toStore = func(r *http.Request, direct http.RoundTripper) (*http.Response, error) {
		r = r.Clone(r.Context())
		r.Header.Del("Range")
		return direct.RoundTrip(r)
	}
	_, err := f.pull(b.ID, ToFile(path, false), nil)
	require.NoError(t, err)
	requireFile(t, path, content)
}

func TestExistingFiles(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	content := random(100)
	b := f.mustPush(content)
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(path, []byte("precious"), 0o600))
	_, err := f.pull(b.ID, ToFile(path, false), nil)
	require.ErrorIs(t, err, fs.ErrExist)
	requireFile(t, path, []byte("precious"))
	_, err = f.pull(b.ID, ToFile(path, true), nil)
	require.NoError(t, err)
	requireFile(t, path, content)

	link := filepath.Join(dir, "link")
	require.NoError(t, os.Symlink(path, link))
	for _, way := range []string{link, dir, os.DevNull} {
		_, err = f.pull(b.ID, ToFile(way, true), nil)
		require.ErrorIs(t, err, ErrInvalid, way)
	}
	require.NoError(t, os.Rename(link, path+PartSuffix))
	_, err = f.pull(b.ID, ToFile(path, true), nil)
	require.ErrorContains(t, err, "too many levels of symbolic links")
	require.NoError(t, os.Remove(path+PartSuffix))

	// Of two concurrent pulls, one has the file.
	other := ToFile(path, true)
	_, err = other.begin(t.Context(), 100, nil)
	require.NoError(t, err)
	_, err = f.pull(b.ID, ToFile(path, true), nil)
	require.ErrorContains(t, err, "another process writes "+path+PartSuffix)
	other.close()
	requireFile(t, path, content)
}

func TestPullRefuses(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	_, err := f.pull(lox.NewBackupID().String(), ToWriter(io.Discard), nil)
	require.ErrorIs(t, err, ErrNotFound)
	pending := lox.NewBackup{Name: "pending", Size: 1}.Pending(f.tenant.ID, time.Now(), time.Hour)
	require.NoError(t, f.store.CreateBackup(t.Context(), pending, testActor))
	_, err = f.pull(pending.ID.String(), ToWriter(io.Discard), nil)
	require.ErrorContains(t, err, "Only a completed backup can be downloaded")

	b := f.mustPush(random(10))
	broken := errors.New("the pipe is gone")
	_, err = f.pull(b.ID, ToWriter(writer(func([]byte) (int, error) { return 0, broken })), nil)
	require.ErrorIs(t, err, broken)
	require.Empty(t, f.waited, "another attempt doesn't help")
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	require.NoError(t, err)
	defer full.Close()
	_, err = (&file{File: full}).Write([]byte("x"))
	require.ErrorIs(t, err, ErrFull)
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// A download URL is renewed whenever it expires.
func TestExpiredDownloadURL(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	content := random(mib)
	b := f.mustPush(content)
	times := 0
	f.toStore = func(r *http.Request, direct http.RoundTripper) (*http.Response, error) {
		if times++; times == 1 {
			f.ahead.Add(int64(25 * time.Hour))
		}
		return direct.RoundTrip(r)
	}
	var stream bytes.Buffer
	_, err := f.pull(b.ID, ToWriter(&stream), nil)
	require.NoError(t, err)
	require.Equal(t, 2, times)
	require.True(t, bytes.Equal(content, stream.Bytes()))

	// If a store refuses every URL, the Pull fails.
	f.toStore = func(r *http.Request, _ http.RoundTripper) (*http.Response, error) {
		return answer(r, http.StatusForbidden, "<Error><Code>AccessDenied</Code><Message>No</Message></Error>"), nil
	}
	_, err = f.pull(b.ID, ToWriter(io.Discard), nil)
	require.EqualError(t, err, `the store answers 403 Forbidden: "No"`)
	require.NotErrorIs(t, err, ErrRefused, "it is not the API key")
}
