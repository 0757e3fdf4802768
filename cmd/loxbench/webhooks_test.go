package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestATallyTellsWhatComesTwice(t *testing.T) {
	c := newTally(2)
	for _, id := range []string{"evt_1", "evt_1", "evt_2", "evt_2", "evt_2"} {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.Header.Set("webhook-id", id)
		c.ServeHTTP(httptest.NewRecorder(), r)
	}
	<-c.all
	assert.Equal(t, 3, c.twice())
}
