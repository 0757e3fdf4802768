package transfer

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/store/storetest"
)

var testActor = storetest.By

// A file changes while it is read, in ways that only some checks detect. No backup is left.
func TestChangedFile(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f *fixture) {
		t.Parallel()
		for name, change := range map[string]func(*os.File, Progress) error{
			"longer while it is hashed": func(source *os.File, p Progress) error {
				_, err := source.WriteAt([]byte("x"), p.Total)
				return err
			},
			"shorter while it is hashed": func(source *os.File, _ Progress) error { return source.Truncate(2 * mib) },
			"shorter while it is sent": func(source *os.File, p Progress) error {
				if p.Phase != Sending {
					return nil
				}
				return source.Truncate(2 * mib)
			},
			"touched when it was sent": func(source *os.File, p Progress) error {
				if p.Phase != Sending || p.Done < p.Total {
					return nil
				}
				return os.Chtimes(source.Name(), time.Time{}, time.Unix(1, 0))
			},
			"other bytes, with the same size and time": func(source *os.File, p Progress) error {
				if p.Phase != Hashing || p.Done < p.Total {
					return nil
				}
				info, err := source.Stat()
				_, failed := source.WriteAt([]byte("other"), mib)
				return errors.Join(err, failed, os.Chtimes(source.Name(), time.Time{}, info.ModTime()))
			},
		} {
			source := openFile(t, random(3*mib))
			_, err := f.push(source, func(p Progress) { assert.NoError(t, change(source, p)) })
			require.ErrorIs(t, err, ErrChanged, name)
			require.Empty(t, f.backups(), name)
		}
	})
}

// The store refuses altered bytes, and they are sent again.
func TestAlteredInTransit(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f *fixture) {
		t.Parallel()
		left := 1
		f.toStore = func(r *http.Request, direct http.RoundTripper) (*http.Response, error) {
			if left--; left >= 0 {
				r = r.Clone(r.Context())
				r.Body = io.NopCloser(io.LimitReader(io.MultiReader(strings.NewReader("x"), r.Body), r.ContentLength))
			}
			return direct.RoundTrip(r)
		}
		_, err := f.push(openFile(t, random(mib)), nil)
		require.NoError(t, err)
		require.Len(t, f.waited, 1)
		left = 2
		_, err = f.push(openFile(t, random(mib)), nil)
		require.ErrorIs(t, err, ErrMismatch)
		require.Len(t, f.backups(), 1)
	})
}

// Requests without an answer are repeated: there is only one backup.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f *fixture) {
		t.Parallel()
		lost := map[string]bool{}
		lose := func(r *http.Request, direct http.RoundTripper) (*http.Response, error) {
			resp, err := direct.RoundTrip(r)
			if what := r.Method + r.URL.Path; err == nil && !lost[what] {
				lost[what] = true
				_ = resp.Body.Close()
				return nil, io.ErrUnexpectedEOF
			}
			return resp, err
		}
		f.toAPI, f.toStore = lose, lose
		content := random(mib)
		b, err := f.push(openFile(t, content), nil)
		require.NoError(t, err)
		require.Len(t, f.waited, 3, "create, upload, complete")
		require.Len(t, f.backups(), 1)
		var stream bytes.Buffer
		_, err = f.pull(b.ID, ToWriter(&stream), nil)
		require.NoError(t, err)
		require.True(t, bytes.Equal(content, stream.Bytes()))
	})
}

func TestExpiredUploadURL(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	times := 0
	f.toStore = func(r *http.Request, direct http.RoundTripper) (*http.Response, error) {
		if times++; times == 1 {
			f.ahead.Add(int64(25 * time.Hour))
		}
		return direct.RoundTrip(r)
	}
	_, err := f.push(openFile(t, random(mib)), nil)
	require.NoError(t, err)
	require.Equal(t, 2, times)
}

// The answer to an upload is lost, and the server completes the backup.
func TestServerCompletesUpload(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	first := true
	f.toStore = func(r *http.Request, direct http.RoundTripper) (*http.Response, error) {
		resp, err := direct.RoundTrip(r)
		if !first || err != nil {
			return resp, err
		}
		first = false
		_ = resp.Body.Close()
		completed, err := f.api.CompleteBackup(r.Context(), f.backups()[0].ID.String(), client.CompleteBackupRequest{})
		require.NoError(t, err)
		require.NoError(t, completed.Body.Close())
		return nil, io.ErrUnexpectedEOF
	}
	_, err := f.push(openFile(t, random(mib)), nil)
	require.NoError(t, err)
	require.Len(t, f.backups(), 1)
}

// A push waits for a slow verification.
func TestSlowVerification(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	f.toAPI = func(r *http.Request, direct http.RoundTripper) (*http.Response, error) {
		resp, err := direct.RoundTrip(r)
		if err != nil || !strings.HasSuffix(r.URL.Path, "/complete") {
			return resp, err
		}
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return answer(r, http.StatusAccepted, strings.Replace(string(body), `"completed"`, `"verifying"`, 1)), nil
	}
	b, err := f.push(openFile(t, random(mib)), nil)
	require.NoError(t, err)
	require.Equal(t, []time.Duration{verifyPause}, f.waited)
	require.EqualValues(t, "completed", b.Status)
}

// TestRefusals has the refusals that are retried, for how long, and the error of each.
func TestRefusals(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	for _, c := range []struct {
		status     int
		code       string
		retryAfter string
		store      bool
		times      int // number of refusals
		waits      int
		want       error // nil if it succeeds
	}{
		{status: 503, code: "unavailable", retryAfter: "7", times: 3, waits: 3},
		{status: 503, code: "unavailable", retryAfter: "7", store: true, times: 3, waits: 3},
		{status: 429, code: "rate_limited", retryAfter: "7", times: 1, waits: 1},
		{status: 429, code: "rate_limited", retryAfter: "66", times: 1, want: errAny},
		{status: 409, code: "upload_in_progress", store: true, times: 2, waits: 2},
		{status: 408, code: "upload_too_slow", store: true, times: 1, waits: 1},
		{status: 502, times: 1, waits: 1},
		{status: 500, code: "internal_error", times: 100, waits: attempts - 1, want: errAny},
		{status: 400, code: "validation_error", times: 1, want: ErrInvalid},
		{status: 401, code: "authentication_error", times: 1, want: ErrRefused},
		{status: 403, code: "permission_denied", times: 1, want: ErrRefused},
		{status: 403, code: "quota_exceeded", times: 1, want: ErrFull},
		{status: 507, code: "insufficient_storage", store: true, times: 1, want: ErrFull},
		{status: 404, code: "not_found", times: 1, want: ErrNotFound},
		{status: 418, store: true, times: 1, want: errAny},
	} {
		left := c.times
		refuse := func(r *http.Request, direct http.RoundTripper) (*http.Response, error) {
			if left--; left < 0 || r.Method == http.MethodDelete {
				return direct.RoundTrip(r)
			}
			body := ""
			if c.code != "" {
				body = `{"error":{"code":"` + c.code + `","message":"The reason"}}`
			}
			return answer(r, c.status, body, "Retry-After", c.retryAfter), nil
		}
		f.toAPI, f.toStore, f.waited = refuse, nil, nil
		if c.store {
			f.toAPI, f.toStore = nil, refuse
		}
		before := len(f.backups())
		_, err := f.push(openFile(t, []byte("content")), nil)
		f.toAPI = nil
		require.Len(t, f.waited, c.waits, "%+v", c)
		for i, d := range f.waited {
			least, most := time.Second<<i/2, longestPause*3/2
			if c.retryAfter != "" {
				least, most = 7*time.Second, 8*time.Second
			}
			require.GreaterOrEqual(t, d, min(least, longestPause/2), "%+v", c)
			require.Less(t, d, most, "%+v", c)
		}
		if c.want == nil {
			require.NoError(t, err, "%+v", c)
			continue
		}
		require.Error(t, err, "%+v", c)
		require.Len(t, f.backups(), before, "%+v", c)
		for _, kind := range []error{ErrNotFound, ErrRefused, ErrFull, ErrMismatch, ErrInvalid, ErrChanged} {
			require.Equal(t, kind == c.want, errors.Is(err, kind), "%+v: %v", c, err) //nolint:errorlint // of the table
		}
	}
}

var errAny = errors.New("any")

// The server's quota limits a push.
func TestQuota(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	large := lox.NewBackup{Name: "large", Size: 250 << 30}.Pending(f.tenant.ID, time.Now(), time.Hour)
	large.Size = f.tenant.Quota() - 5
	require.NoError(t, f.store.CreateBackup(t.Context(), large, testActor))
	_, err := f.push(openFile(t, []byte("six...")), nil)
	require.ErrorIs(t, err, ErrFull)
	_, err = f.push(openFile(t, []byte("five.")), nil)
	require.NoError(t, err)
}

func TestRefusedSizes(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	_, err := f.push(openFile(t, nil), nil)
	require.ErrorIs(t, err, ErrInvalid)
	_, err = f.push(sized{openFile(t, nil), MaxSize + 1}, nil)
	require.ErrorIs(t, err, ErrInvalid)
	require.Empty(t, f.backups())
}

// sized is a file that claims to have a number of bytes.
type sized struct {
	*os.File

	size int64
}

func (s sized) Stat() (fs.FileInfo, error) {
	info, err := s.File.Stat()
	return sizedInfo{info, s.size}, err
}

type sizedInfo struct {
	fs.FileInfo

	size int64
}

func (i sizedInfo) Size() int64 { return i.size }

// An interrupted push leaves only complete backups.
func TestInterruptedPush(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	for _, phase := range []Phase{Hashing, Sending, Verifying} {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := Push(ctx, f.api, openFile(t, random(3*mib)), PushOptions{Name: "nightly", Options: f.options(func(p Progress) {
			if p.Phase == phase && (p.Done >= mib || phase == Verifying) {
				cancel()
			}
		})})
		var interrupted *InterruptedError
		require.ErrorAs(t, err, &interrupted)
		require.Empty(t, interrupted.Path)
		if phase != Verifying {
			require.Empty(t, interrupted.ID)
			require.Empty(t, f.backups())
			continue
		}
		// It may be completed, so it stays.
		require.Len(t, f.backups(), 1)
		require.Equal(t, f.backups()[0].ID.String(), interrupted.ID)
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	o := f.options(nil)
	o.BytesPerSecond = 2 * mib
	content := random(mib)
	start := time.Now()
	b, err := Push(t.Context(), f.api, openFile(t, content), PushOptions{Options: o, Name: "nightly"})
	require.NoError(t, err)
	// The first eighth of a second's bytes are sent at once.
	require.GreaterOrEqual(t, time.Since(start), 375*time.Millisecond)
	start = time.Now()
	var stream bytes.Buffer
	_, err = Pull(t.Context(), f.api, b.ID, ToWriter(&stream), PullOptions{o})
	require.NoError(t, err)
	require.GreaterOrEqual(t, time.Since(start), 375*time.Millisecond)
	require.True(t, bytes.Equal(content, stream.Bytes()))
}
