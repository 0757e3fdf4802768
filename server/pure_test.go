package server

import (
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/api"
	"github.com/backlox/lox/openapi"
)

func TestCursor(t *testing.T) {
	for _, at := range []int64{0, 1, 1705314600, maxCursorTime} {
		want := lox.Position{CreatedAt: time.Unix(at, 0).UTC(), ID: lox.NewBackupID()}
		of := filtersOf(lox.BackupQuery{Status: lox.StatusFailed, From: want.CreatedAt})
		got, filters, err := decodeCursor(encodeCursor(want, of))
		require.NoError(t, err)
		assert.Equal(t, want, got)
		assert.Equal(t, of, filters)
	}
	for _, at := range []int64{-1, maxCursorTime + 1} {
		_, _, err := decodeCursor(encodeCursor(lox.Position{CreatedAt: time.Unix(at, 0)}, filters{}))
		assert.ErrorIs(t, err, errCursor, at)
	}
}

func TestEventCursor(t *testing.T) {
	want, q := lox.NewEventID(), lox.EventQuery{Type: lox.EventAPIKeyCreated, From: time.Unix(1705314600, 0)}
	got, of, err := decodeEventCursor(encodeEventCursor(want, eventFilters(q)))
	require.NoError(t, err)
	assert.Equal(t, want, got)
	assert.Equal(t, eventFilters(q), of)
	backups := encodeCursor(lox.Position{CreatedAt: time.Unix(1705314600, 0), ID: lox.NewBackupID()}, filters{1})
	for _, s := range []string{"", backups, encodeEventCursor(want, of) + "\n", encodeEventCursor(want, of)[1:]} {
		_, _, err := decodeEventCursor(s)
		assert.ErrorIs(t, err, errCursor, s)
	}
}

// Two different sets of filters have different digests.
func TestEventFilters(t *testing.T) {
	seen := map[filters]lox.EventQuery{}
	subject := lox.SubjectOf(lox.NewBackupID())
	for _, q := range []lox.EventQuery{
		{},
		{Type: "a"}, {Subject: subject}, {Actor: "a"}, {Type: "a", Subject: subject}, {Subject: subject, Actor: "a"}, {Type: "aa"},
		{From: time.Unix(1, 0)}, {To: time.Unix(1, 0)}, {From: time.Unix(1, 0), To: time.Unix(1, 0)},
	} {
		of := eventFilters(q)
		assert.NotContains(t, seen, of, "%+v and %+v", q, seen[of])
		seen[of] = q
	}
	assert.Equal(t, eventFilters(lox.EventQuery{}), eventFilters(lox.EventQuery{Limit: 7, After: lox.NewEventID()}), "what may differ from page to page")
}

// Only a cursor that was given out is valid: there is no second spelling.
func FuzzCursor(f *testing.F) {
	f.Add("")
	f.Add("MDFobTNyYXQyMGY3ZnZ4d2d5cWgxZmNtMjY")
	f.Add(encodeCursor(lox.Position{CreatedAt: time.Unix(1705314600, 0), ID: lox.NewBackupID()}, filters{1}))
	f.Add(base64.RawURLEncoding.EncodeToString(make([]byte, positionLen+filtersLen)) + "\n")
	f.Fuzz(func(t *testing.T, s string) {
		if p, of, err := decodeCursor(s); err == nil {
			assert.Equal(t, s, encodeCursor(p, of))
		}
	})
}

func TestBackupQueryBounds(t *testing.T) {
	at := func(s string) time.Time {
		parsed, err := time.Parse(time.RFC3339, s)
		require.NoError(t, err)
		return parsed
	}
	for _, test := range []struct {
		after, before string
		from, to      time.Time
	}{
		{"", "", time.Time{}, time.Time{}},
		{"2024-01-01", "2024-01-31", at("2024-01-01T00:00:00Z"), at("2024-02-01T00:00:00Z")},
		{"2024-02-29", "2024-02-29", at("2024-02-29T00:00:00Z"), at("2024-03-01T00:00:00Z")},
		{"2024-01-01T10:00:00Z", "2024-01-01T10:00:01Z", at("2024-01-01T10:00:00Z"), at("2024-01-01T10:00:01Z")},
		{"2024-01-01T10:00:00+02:00", "", at("2024-01-01T08:00:00Z"), time.Time{}},
		{"", "2024-01-01T10:00:00-11:30", time.Time{}, at("2024-01-01T21:30:00Z")},
		// From 10:00:00.1 on, the next possible time is 10:00:01; before 10:00:00.1, 10:00:00 is
		// the last.
		{"2024-01-01T10:00:00.1Z", "", at("2024-01-01T10:00:01Z"), time.Time{}},
		{"", "2024-01-01T10:00:00.1Z", time.Time{}, at("2024-01-01T10:00:01Z")},
		{"2024-01-01T10:00:00.000000001Z", "2024-01-01T10:00:00.999999999Z", at("2024-01-01T10:00:01Z"), at("2024-01-01T10:00:01Z")},
		{"2024-12-31T23:59:59.5Z", "", at("2025-01-01T00:00:00Z"), time.Time{}},
		// Nothing was created before 1970, and that must not mean an open end.
		{"0000-01-01", "0000-12-31", time.Unix(0, 0).UTC(), time.Unix(0, 0).UTC()},
	} {
		t.Run(test.after+".."+test.before, func(t *testing.T) {
			q, err := backupQuery(api.ListBackupsParams{CreatedAfter: test.after, CreatedBefore: test.before}, nil)
			require.NoError(t, err)
			assert.Equal(t, test.from, q.From)
			assert.Equal(t, test.to, q.To)
		})
	}
}

// The document, the domain and the table of statuses have the same codes.
func TestErrorCodesHaveStatuses(t *testing.T) {
	doc, err := openapi.LoadClosed()
	require.NoError(t, err)
	var documented []lox.Code
	for _, code := range doc.Components.Schemas["ErrorCode"].Value.Enum {
		documented = append(documented, lox.Code(code.(string)))
	}
	assert.ElementsMatch(t, documented, slices.Collect(maps.Keys(statuses)))
}

// Any error that is not a lox.Error is an internal one, and its text is not public.
func TestPublicError(t *testing.T) {
	secret := errors.New("pq: password of lox@10.0.0.1 is hunter2")
	for name, test := range map[string]struct {
		err  error
		code lox.Code
	}{
		"plain":            {secret, lox.CodeInternal},
		"wrapped":          {fmt.Errorf("do: %w", secret), lox.CodeInternal},
		"ours":             {fmt.Errorf("do: %w", lox.Errorf(lox.CodeInvalidState, "No").Because(secret)), lox.CodeInvalidState},
		"of echo":          {echo.NewHTTPError(400, secret.Error()), lox.CodeValidation},
		"of echo, unknown": {echo.NewHTTPError(418, secret.Error()), lox.CodeInternal},
	} {
		t.Run(name, func(t *testing.T) {
			e := publicError(test.err)
			assert.Equal(t, test.code, e.Code)
			assert.NotContains(t, e.Public, "hunter2")
			assert.Empty(t, e.Details)
		})
	}
}

func TestNewOperationsRequiresScopes(t *testing.T) {
	doc, err := openapi.Load()
	require.NoError(t, err)
	delete(doc.Paths.Value("/v1/backups").Get.Extensions, "x-required-scope")
	_, err = newOperations(doc)
	assert.ErrorContains(t, err, "listBackups")
}

// The document's example is a cursor of a list with the document's other examples as filters.
func TestDocumentedCursor(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Load()
	require.NoError(t, err)
	example, _ := doc.Components.Parameters["Cursor"].Value.Example.(string)
	want, err := backupID("bkp_01hm6aqh20ekbs7w3tv0qzwg57")
	require.NoError(t, err)
	query := lox.BackupQuery{
		Status: lox.StatusCompleted, From: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC),
	}
	position := lox.Position{CreatedAt: time.Date(2024, 1, 15, 10, 30, 0, 0, time.UTC), ID: want}
	assert.Equal(t, encodeCursor(position, filtersOf(query)), example)
}

// The document's example is an id as the server generates it.
func TestDocumentedRequestID(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Load()
	require.NoError(t, err)
	example, _ := doc.Components.Headers["X-Request-Id"].Value.Example.(string)
	id, err := uuid.Parse(example)
	require.NoError(t, err)
	assert.EqualValues(t, 7, id.Version())
	made, err := uuid.Parse(idOf(httptest.NewRequest(http.MethodGet, "/", http.NoBody)))
	require.NoError(t, err)
	assert.Equal(t, id.Version(), made.Version())
}
