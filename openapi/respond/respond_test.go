package respond_test

import (
	"math"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/openapi/respond"
)

func TestJSON(t *testing.T) {
	w := httptest.NewRecorder()
	header := http.Header{"Location": {"/1"}, "Retry-After": {"5"}}
	require.NoError(t, respond.JSON(w, http.StatusCreated, header, map[string]string{"url": "http://a/?b=<c>&d=e"}))
	assert.Equal(t, http.StatusCreated, w.Code)
	assert.Equal(t, `{"url":"http://a/?b=<c>&d=e"}`+"\n", w.Body.String())
	assert.Equal(t, http.Header{
		"Location": {"/1"}, "Retry-After": {"5"},
		"Content-Type": {"application/json"}, "Cache-Control": {"no-store"}, "Content-Length": {"30"},
	}, w.Header())
}

// TestNotEncoded shows that an error can still be written after a body that can't be
// encoded, and has none of its headers.
func TestNotEncoded(t *testing.T) {
	w := httptest.NewRecorder()
	require.Error(t, respond.JSON(w, http.StatusCreated, http.Header{"Location": {"/1"}}, []any{"begun", math.NaN()}))
	assert.Empty(t, w.Header())
	assert.Zero(t, w.Body.Len())
	require.NoError(t, respond.JSON(w, http.StatusInternalServerError, nil, "sorry"))
	assert.Equal(t, http.StatusInternalServerError, w.Code)
	assert.Equal(t, `"sorry"`+"\n", w.Body.String())
}
