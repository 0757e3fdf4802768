package transfer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	api "github.com/backlox/lox/gen/client"
)

// largeFile has six parts of 8 MiB, of which the last is smaller.
const largeFile = 40*mib + 5

func (f *fixture) pushStream(r io.Reader, o PushOptions) (Backup, error) {
	f.t.Helper()
	o.Options, o.Name = f.options(nil), "nightly"
	return PushStream(f.t.Context(), f.api, r, o)
}

// keeping are options of a push that can continue.
func (f *fixture) keeping(dir string) PushOptions {
	return PushOptions{Options: f.options(nil), Name: "nightly", StateDir: dir}
}

// requireStored checks the content of a backup.
func (f *fixture) requireStored(b Backup, content []byte) {
	f.t.Helper()
	got := &rest{content}
	_, err := f.pull(b.ID, ToWriter(got), nil)
	require.NoError(f.t, err)
	require.Empty(f.t, got.content, "the end is missing")
}

// rest is the content that is still expected. It accepts no other bytes.
type rest struct{ content []byte }

func (r *rest) Write(p []byte) (int, error) {
	if !bytes.HasPrefix(r.content, p) {
		return 0, errors.New("other bytes came than were stored")
	}
	r.content = r.content[len(p):]
	return len(p), nil
}

// puts counts the uploads that the store has accepted, and fails those that refuse names.
type puts struct {
	begun, done atomic.Int64
	refuse      func(n int64, r *http.Request) *http.Response
}

func (f *fixture) countPuts(refuse func(n int64, r *http.Request) *http.Response) *puts {
	p := &puts{refuse: refuse}
	f.toStore = func(r *http.Request, direct http.RoundTripper) (*http.Response, error) {
		if r.Method != http.MethodPut {
			return direct.RoundTrip(r)
		}
		n := p.begun.Add(1)
		if p.refuse != nil {
			if resp := p.refuse(n, r); resp != nil {
				return resp, nil
			}
		}
		resp, err := direct.RoundTrip(r)
		if err == nil && resp.StatusCode == http.StatusOK {
			p.done.Add(1)
		}
		return resp, err
	}
	return p
}

// Connections break at random. Data that had arrived isn't sent again.
func TestPartsWithCutConnections(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f *fixture) {
		t.Parallel()
		size, cuts, each := cutSize(t)
		content := random(size)
		l := f.newLine(cuts, each*3/4+rand.Int64N(each/4))
		b, err := f.push(openFile(t, content), nil)
		require.NoError(t, err)
		require.LessOrEqual(t, l.cuts.Load(), int64(0), "not all cuts came")
		require.LessOrEqual(t, int64(len(l.ranges)), int64((size+8*mib-1)/(8*mib))+cuts, "a part is sent once more for each cut, and no more")
		require.Len(t, f.backups(), 1)
		l = f.newLine(cuts, each*3/4+rand.Int64N(each/4))
		f.requireStored(b, content)
		require.LessOrEqual(t, l.cuts.Load(), int64(0), "not all cuts came to the pull")
	})
}

// cutsEnv names the variable with the MiB that TestPartsWithCutConnections sends, if it is to send
// more than the usual 40.
const cutsEnv = "LOX_CUT_MIB"

// cutSize returns the number of bytes, the number of cuts, and the maximum number of bytes before a
// cut.
func cutSize(t *testing.T) (size int, cuts, each int64) {
	t.Helper()
	given := os.Getenv(cutsEnv)
	if given == "" {
		return largeFile, 10, 4 * mib
	}
	n, err := strconv.Atoi(given)
	require.NoError(t, err, cutsEnv)
	return n * mib, 30, int64(n) * mib / 40
}

func TestStreams(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f *fixture) {
		t.Parallel()
		for _, size := range []int{1, 32*mib - 1, 32 * mib, 32*mib + 1, 100 * mib} {
			content := random(size)
			b, err := f.pushStream(io.MultiReader(bytes.NewReader(content[:size/2]), bytes.NewReader(content[size/2:])), PushOptions{})
			require.NoError(t, err, size)
			require.EqualValues(t, size, b.SizeBytes)
			f.requireStored(b, content)
		}
	})
}

// Failing streams leave nothing.
func TestFailingStreams(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	broken := errors.New("the program failed")
	for name, c := range map[string]struct {
		from io.Reader
		o    PushOptions
		want error
		text string
	}{
		"empty":       {from: strings.NewReader(""), want: ErrInvalid, text: "the stream is empty, and a backup has at least 1 byte"},
		"too large":   {from: bytes.NewReader(random(5 * mib)), o: PushOptions{MaxSize: 4 * mib}, want: ErrInvalid, text: "more than 4194304 bytes"},
		"broken":      {from: io.MultiReader(bytes.NewReader(random(40*mib)), failing{broken}), want: broken, text: "the program failed"},
		"too many":    {from: strings.NewReader("x"), o: PushOptions{Parallel: 65}, want: ErrInvalid, text: "65 parts at once: want 1 to 64"},
		"a wrong max": {from: strings.NewReader("x"), o: PushOptions{MaxSize: -1}, want: ErrInvalid, text: "want 1 to 53687091200000"},
	} {
		_, err := f.pushStream(c.from, c.o)
		require.ErrorIs(t, err, c.want, name)
		require.ErrorContains(t, err, c.text, name)
		require.Empty(t, f.backups(), name)
	}
}

// failing is a reader that fails.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// The quota is enough for the stream, but not for all the parts whose URLs are requested ahead; and
// then it is too small.
func TestStreamAndQuota(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	other := lox.NewBackup{Name: "large", Size: 1}.Pending(f.tenant.ID, time.Now(), time.Hour)
	other.Size = f.tenant.Quota() - 100*mib
	require.NoError(t, f.store.CreateBackup(t.Context(), other, testActor))
	b, err := f.pushStream(bytes.NewReader(random(97*mib)), PushOptions{})
	require.NoError(t, err)
	require.EqualValues(t, 97*mib, b.SizeBytes)
	_, err = f.pushStream(bytes.NewReader(random(40*mib)), PushOptions{})
	require.ErrorIs(t, err, ErrFull)
	require.Len(t, f.backups(), 2, "the failed one is deleted")
}

// Errors end a push. Nothing is left, except what can't be deleted.
func TestErrorsHalfway(t *testing.T) {
	t.Parallel()
	altered := func(_ *os.File, r *http.Request) *http.Response {
		r.Body = io.NopCloser(io.LimitReader(io.MultiReader(strings.NewReader("x"), r.Body), r.ContentLength))
		return nil
	}
	onBoth(t, func(t *testing.T, f *fixture) {
		t.Parallel()
		f.testErrorsHalfWay([]errorHalfWay{
			{name: "altered", want: ErrMismatch, at: altered},
		})
	})
	t.Run("over a line", func(t *testing.T) {
		t.Parallel()
		overLine(t).testErrorsHalfWay([]errorHalfWay{
			{name: "altered on the way", waits: 1, at: altered},
			{name: "always altered", want: ErrMismatch, waits: 1, always: true, at: altered},
		})
	})
}

type errorHalfWay struct {
	name string
	// at is called with the second part, and may answer.
	at     func(source *os.File, r *http.Request) *http.Response
	want   error // nil if it succeeds
	waits  int
	always bool // also for later parts
}

func (f *fixture) testErrorsHalfWay(more []errorHalfWay) {
	t := f.t
	for _, c := range append(more, []errorHalfWay{
		{name: "the store is full", want: ErrFull, at: func(_ *os.File, r *http.Request) *http.Response {
			return answer(r, http.StatusInsufficientStorage, `{"error":{"code":"insufficient_storage","message":"The disk is full"}}`)
		}},
		{name: "the file has other bytes", want: ErrChanged, at: func(source *os.File, _ *http.Request) *http.Response {
			_, err := source.WriteAt(bytes.Repeat([]byte("x"), 32*mib), 8*mib)
			assert.NoError(t, err)
			return nil
		}},
		{name: "the file is shorter", want: ErrChanged, at: func(source *os.File, _ *http.Request) *http.Response {
			assert.NoError(t, source.Truncate(mib))
			return nil
		}},
		{name: "the backup is deleted", want: ErrNotFound, at: func(_ *os.File, r *http.Request) *http.Response {
			(&transfer{api: f.api}).discard(t.Context(), f.backups()[0].ID.String())
			return answer(r, http.StatusForbidden, "") // as S3 does after a while
		}},
		{name: "the store refuses the URL", at: func(_ *os.File, r *http.Request) *http.Response {
			return answer(r, http.StatusForbidden, "")
		}},
		{name: "the store is busy", waits: 1, at: func(_ *os.File, r *http.Request) *http.Response {
			return answer(r, http.StatusServiceUnavailable, "", "Retry-After", "7")
		}},
	}...) {
		source, dir := openFile(t, random(largeFile)), t.TempDir()
		f.waited = nil
		f.countPuts(func(n int64, r *http.Request) *http.Response {
			if n == 2 || n > 2 && c.always {
				return c.at(source, r)
			}
			return nil
		})
		o := f.keeping(dir)
		o.Parallel = 1
		_, err := Push(t.Context(), f.api, source, o)
		if c.want == nil {
			require.NoError(t, err, c.name)
			(&transfer{api: f.api}).discard(t.Context(), f.backups()[0].ID.String())
		} else {
			require.ErrorIs(t, err, c.want, c.name)
		}
		require.Len(t, f.waited, c.waits, c.name)
		require.Empty(t, f.backups(), c.name)
		requireState(t, dir, 0)
	}
}

// A push whose key was revoked can't delete its backup, so another key can continue it.
func TestKeyRevokedHalfway(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	source, dir := openFile(t, random(largeFile)), t.TempDir()
	f.countPuts(func(n int64, r *http.Request) *http.Response {
		if n == 2 {
			f.toAPI = func(r *http.Request, _ http.RoundTripper) (*http.Response, error) {
				return answer(r, http.StatusUnauthorized, `{"error":{"code":"authentication_error","message":"Invalid API key"}}`), nil
			}
			return answer(r, http.StatusForbidden, "")
		}
		return nil
	})
	o := f.keeping(dir)
	o.Parallel = 1
	_, err := Push(t.Context(), f.api, source, o)
	require.ErrorIs(t, err, ErrRefused)
	requireState(t, dir, 1)
	f.toAPI, f.toStore = nil, nil
	_, err = Push(t.Context(), f.api, source, o)
	require.NoError(t, err)
	require.Len(t, f.backups(), 1)
}

// Expired URLs of parts are requested again when the store refuses them, whatever the local clock
// says.
func TestExpiredPartURLs(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	p := f.countPuts(func(n int64, _ *http.Request) *http.Response {
		if n == 3 {
			f.ahead.Add(int64(25 * time.Hour))
		}
		return nil
	})
	content := random(largeFile)
	b, err := f.push(openFile(t, content), nil)
	require.NoError(t, err)
	require.EqualValues(t, 6, p.done.Load())
	require.Greater(t, p.begun.Load(), int64(6))
	f.requireStored(b, content)
	p = f.countPuts(func(n int64, _ *http.Request) *http.Response {
		if n == 2 {
			f.ahead.Add(int64(50 * time.Hour))
		}
		return nil
	})
	content = random(130 * mib)
	b, err = f.pushStream(bytes.NewReader(content), PushOptions{Parallel: 1})
	require.NoError(t, err)
	require.EqualValues(t, 5, p.done.Load())
	f.requireStored(b, content)
}

// Variables for pushAsChild.
const (
	childServer, childKey, childFile, childState = "LOX_TEST_SERVER", "LOX_TEST_KEY", "LOX_TEST_FILE", "LOX_TEST_STATE"
)

// pushAsChild is the program that TestKilledPush kills.
func pushAsChild(base string) {
	source, err := os.Open(os.Getenv(childFile))
	if err != nil {
		panic(err)
	}
	client, err := api.NewClient(base, api.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+os.Getenv(childKey))
		return nil
	}))
	if err != nil {
		panic(err)
	}
	_, err = Push(context.Background(), client, source, PushOptions{Name: "nightly", StateDir: os.Getenv(childState)})
	fmt.Println(err)
}
