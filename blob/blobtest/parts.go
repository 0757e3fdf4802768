package blobtest

import (
	"bytes"
	"crypto/sha256"
	"iter"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// partSize is the smallest size that S3 accepts for a part that isn't the last one, in bytes.
const partSize = 5 << 20

// RunParts checks that Fixture.Parts and its presigned URLs work as lox.PartStore says. Every test uses its own keys, so that
// they run in parallel.
func RunParts(t *testing.T, f Fixture) {
	tests := []test{
		{"InAnyOrder", testPartsInAnyOrder},
		{"One", testOnePart},
		{"ManyAtOnce", testManyPartsAtOnce},
		{"Paged", testPartsPaged},
		{"OfNoUpload", testPartsOfNoUpload},
		{"WithChecksum", testPartWithChecksum},
		{"Replaced", testPartReplaced},
		{"ReplacedAfterACut", testPartReplacedAfterACut},
		{"OfAnotherSize", testPartOfAnotherSize},
		{"ThatNoUploadHas", testPartsThatNoUploadHas},
		{"CutShort", testPartCutShort},
		{"URLExpires", testPartURLExpires},
		{"URLTamperedWith", testPartURLTamperedWith},
		{"AssembledTooEarly", testAssembledTooEarly},
		{"AssembledTwice", testAssembledTwice},
		{"AssembledAtOnce", testAssembledAtOnce},
		{"AfterTheEnd", testPartsAfterTheEnd},
		{"AbortedMeanwhile", testAbortedMeanwhile},
		{"Delete", testDeleteParts},
		{"Unfinished", testUnfinishedParts},
		{"Canceled", testPartsCanceled},
	}
	run(t, f, tests)
}

// begin begins an upload in parts of partSize bytes with a new key.
func (s *suite) begin(t *testing.T) lox.PartsOf {
	t.Helper()
	of := lox.PartsOf{Key: key(), PartSize: partSize}
	if s.InParts != nil {
		s.InParts(of.Key, of.PartSize)
	}
	var err error
	of.UploadID, err = s.Parts.BeginParts(t.Context(), of.Key)
	require.NoError(t, err)
	require.NotEmpty(t, of.UploadID)
	return of
}

func (s *suite) presignPart(t *testing.T, p lox.PartUpload) lox.PresignedUpload {
	t.Helper()
	if p.Expires == 0 {
		p.Expires = 10 * time.Minute
	}
	u, err := s.Parts.PresignPart(t.Context(), p)
	require.NoError(t, err)
	u.URL = s.Base + u.URL
	return u
}

func (s *suite) sendPart(t *testing.T, of lox.PartsOf, number int, body []byte) answer {
	t.Helper()
	u := s.presignPart(t, lox.PartUpload{PartsOf: of, Number: number, Size: int64(len(body))})
	return s.send(t, u, bytes.NewReader(body))
}

func (s *suite) putPart(t *testing.T, of lox.PartsOf, number int, body []byte) {
	t.Helper()
	got := s.sendPart(t, of, number, body)
	require.Equal(t, http.StatusOK, got.status, "part %d: %s", number, got.body)
}

// numbered yields the parts of a body with their numbers.
func numbered(body []byte) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		number := 0
		for part := range slices.Chunk(body, partSize) {
			if number++; !yield(number, part) {
				return
			}
		}
	}
}

func (s *suite) listParts(t *testing.T, of lox.PartsOf) []lox.Part {
	t.Helper()
	parts, err := s.Parts.Parts(t.Context(), of, 0, 1000)
	require.NoError(t, err)
	return parts
}

// requireParts checks that the store has exactly these parts. The keys of want are their numbers.
func (s *suite) requireParts(t *testing.T, of lox.PartsOf, want map[int][]byte) {
	t.Helper()
	got := s.listParts(t, of)
	require.Len(t, got, len(want))
	for i, part := range got {
		if i > 0 {
			require.Greater(t, part.Number, got[i-1].Number)
		}
		require.Contains(t, want, part.Number)
		requirePart(t, part, want[part.Number])
	}
}

func requirePart(t *testing.T, part lox.Part, body []byte) {
	t.Helper()
	require.Equal(t, int64(len(body)), part.Size, "part %d", part.Number)
	require.WithinRange(t, part.Modified, time.Now().Add(-10*time.Minute), time.Now().Add(time.Minute))
	if part.Checksum != nil {
		require.Equal(t, lox.Checksum(sha256.Sum256(body)), *part.Checksum, "part %d", part.Number)
	}
}

// requireAssembled assembles the parts, and checks that the object has their bytes and that the upload has ended.
func (s *suite) requireAssembled(t *testing.T, of lox.PartsOf, body []byte) {
	t.Helper()
	require.NoError(t, s.Parts.AssembleParts(t.Context(), of, int64(len(body))))
	s.requireObject(t, of.Key, body)
	s.requireEnded(t, of)
}

func (s *suite) requireObject(t *testing.T, key string, body []byte) {
	t.Helper()
	o, err := s.Store.Stat(t.Context(), key)
	require.NoError(t, err)
	if o.Checksum != nil {
		require.Equal(t, lox.Checksum(sha256.Sum256(body)), *o.Checksum)
	}
	s.requireBytes(t, key, o, body)
}

// requireEnded checks that an upload in parts no longer exists.
func (s *suite) requireEnded(t *testing.T, of lox.PartsOf) {
	t.Helper()
	_, err := s.Parts.Parts(t.Context(), of, 0, 10)
	requireIncomplete(t, err)
	require.NotContains(t, s.unfinished(t, of.Key), of.UploadID)
}

// neverAssembled checks that an upload in parts no longer exists and has left no object, now and at the end of the suite.
func (s *suite) neverAssembled(t *testing.T, of lox.PartsOf) {
	t.Helper()
	s.requireEnded(t, of)
	s.neverAppears(t, of.Key)
	tenant, _, _ := lox.ParseObjectKey(of.Key)
	require.Empty(t, s.list(t, tenant))
}

func requireIncomplete(t *testing.T, err error) {
	t.Helper()
	require.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err), "%v", err)
}

// unfinished returns the ids of the uploads in parts of a key. It doesn't use the list of all uploads, which MinIO doesn't
// support.
func (s *suite) unfinished(t *testing.T, key string) (ids []string) {
	t.Helper()
	if s.S3 == nil {
		for u, err := range s.Parts.UnfinishedParts(t.Context()) {
			require.NoError(t, err)
			if u.Key == key {
				ids = append(ids, u.UploadID)
			}
		}
		return ids
	}
	list, err := s.core(t).ListMultipartUploads(t.Context(), s.S3.Bucket, key, "", "", "", 100)
	require.NoError(t, err)
	for _, u := range list.Uploads {
		ids = append(ids, u.UploadID)
	}
	return ids
}

func testPartsInAnyOrder(t *testing.T, s *suite) {
	for name, order := range map[string]func(numbers []int){
		"in order":   func([]int) {},
		"in reverse": slices.Reverse[[]int],
		"in disorder": func(numbers []int) {
			rand.Shuffle(len(numbers), func(i, j int) { numbers[i], numbers[j] = numbers[j], numbers[i] })
		},
	} {
		of, body := s.begin(t), content(3*partSize+1) // the last part is one byte
		bodies, numbers := map[int][]byte{}, []int(nil)
		for number, part := range numbered(body) {
			bodies[number], numbers = part, append(numbers, number)
		}
		order(numbers)
		sent := map[int][]byte{}
		for _, number := range numbers {
			s.putPart(t, of, number, bodies[number])
			sent[number] = bodies[number]
			s.requireParts(t, of, sent)
		}
		s.requireAbsent(t, of.Key)
		tenant, _, _ := lox.ParseObjectKey(of.Key)
		require.Empty(t, s.list(t, tenant), "%s: parts are no object", name)
		s.requireAssembled(t, of, body)
		found := s.list(t, tenant)
		require.Len(t, found, 1, name)
		require.Equal(t, int64(len(body)), found[0].Size)
	}
}

func testOnePart(t *testing.T, s *suite) {
	for _, size := range []int{1, 100_000, partSize} {
		of, body := s.begin(t), content(size)
		s.putPart(t, of, 1, body)
		s.requireAssembled(t, of, body)
	}
}

func testManyPartsAtOnce(t *testing.T, s *suite) {
	const parts = 16
	of, body := s.begin(t), content((parts-1)*partSize+1000)
	want := map[int][]byte{}
	var wg sync.WaitGroup
	for number, part := range numbered(body) {
		want[number] = part
		u := s.presignPart(t, lox.PartUpload{PartsOf: of, Number: number, Size: int64(len(part))})
		wg.Go(func() {
			if got := s.send(t, u, bytes.NewReader(part)); got.status != http.StatusOK {
				t.Errorf("part %d: %d %s", number, got.status, got.body)
			}
		})
	}
	wg.Wait()
	s.requireParts(t, of, want)
	s.requireAssembled(t, of, body)
}

// Part numbers may be as large as lox.MaxParts, and may have any gaps.
func testPartsPaged(t *testing.T, s *suite) {
	of := s.begin(t)
	numbers := []int{1, 2, 3, 500, 9_999, lox.MaxParts}
	bodies := map[int][]byte{}
	for _, number := range numbers {
		bodies[number] = content(100 + number%7)
		s.putPart(t, of, number, bodies[number])
	}
	for limit := 1; limit <= len(numbers)+1; limit++ {
		var found []int
		for after := 0; ; {
			page, err := s.Parts.Parts(t.Context(), of, after, limit)
			require.NoError(t, err)
			require.LessOrEqual(t, len(page), limit)
			for _, part := range page {
				requirePart(t, part, bodies[part.Number])
				found, after = append(found, part.Number), part.Number
			}
			if len(page) < limit {
				break
			}
		}
		require.Equal(t, numbers, found, "by %d", limit)
	}
	page, err := s.Parts.Parts(t.Context(), of, lox.MaxParts, 10)
	require.NoError(t, err)
	require.Empty(t, page)
	require.NoError(t, s.Parts.AbortParts(t.Context(), of))
	s.neverAssembled(t, of)
}

// Operations on an upload that doesn't exist, or no longer exists.
func testPartsOfNoUpload(t *testing.T, s *suite) {
	ended := s.begin(t)
	require.Empty(t, s.listParts(t, ended))
	require.NoError(t, s.Parts.AbortParts(t.Context(), ended))
	other := s.begin(t)
	for name, of := range map[string]lox.PartsOf{
		"ended":         ended,
		"of no upload":  {Key: key(), UploadID: ended.UploadID, PartSize: partSize},
		"of another id": {Key: other.Key, UploadID: ended.UploadID, PartSize: partSize},
	} {
		_, err := s.Parts.Parts(t.Context(), of, 0, 10)
		requireIncomplete(t, err)
		requireIncomplete(t, s.Parts.AssembleParts(t.Context(), of, 100))
		require.NoError(t, s.Parts.AbortParts(t.Context(), of), name)
	}
	body := content(100)
	s.putPart(t, other, 1, body)
	s.requireAssembled(t, other, body)
}

// testUnfinishedParts begins uploads and looks for them.
func testUnfinishedParts(t *testing.T, s *suite) {
	began := time.Now()
	list := func() map[string]lox.UnfinishedParts {
		found := map[string]lox.UnfinishedParts{}
		for u, err := range s.Parts.UnfinishedParts(t.Context()) {
			require.NoError(t, err)
			found[u.Key] = u
		}
		return found
	}
	var of []lox.PartsOf
	for range 3 {
		of = append(of, s.begin(t))
		s.putPart(t, of[len(of)-1], 1, content(1000))
	}
	for _, each := range of {
		require.Equal(t, []string{each.UploadID}, s.unfinished(t, each.Key))
	}
	if s.S3 == nil { // MinIO only lists the uploads of one key
		found := list()
		for _, each := range of {
			require.Contains(t, found, each.Key)
			assert.Equal(t, each.UploadID, found[each.Key].UploadID)
			assert.WithinRange(t, found[each.Key].Begun, began.Add(-2*time.Second), time.Now().Add(2*time.Second))
		}
	}
	require.NoError(t, s.Parts.AbortParts(t.Context(), of[0]))
	require.NoError(t, s.Parts.AssembleParts(t.Context(), of[1], 1000))
	found := list()
	assert.NotContains(t, found, of[0].Key)
	assert.NotContains(t, found, of[1].Key)
	for range s.Parts.UnfinishedParts(t.Context()) {
		break // the caller may stop early
	}
	require.NoError(t, s.Parts.AbortParts(t.Context(), of[2]))
	s.neverAssembled(t, of[2])
}
