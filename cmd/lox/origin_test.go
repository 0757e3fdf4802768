package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOwnOrigins(t *testing.T) {
	t.Parallel()
	local := []string{"http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080", "http://10.0.0.5:8080"}
	for _, test := range []struct {
		cfg         config
		own, others []string
	}{
		{config{Addr: "0.0.0.0:8080"}, local, []string{
			"", "null", "http://127.0.0.1:8081", "https://127.0.0.1:8080", "http://127.0.0.1", "http://example.com:8080",
			"http://127.0.0.1.example.com:8080", "http://10.0.0.6:8080",
		}},
		{config{Addr: ":80"}, []string{"http://10.0.0.5", "http://localhost"}, []string{"http://10.0.0.6", "http://10.0.0.5:8080"}},
		{
			config{Addr: "127.0.0.1:8080", PublicURL: "https://LOX.example.com:443/backups"},
			append([]string{"https://lox.example.com"}, local...),
			[]string{"http://lox.example.com", "https://lox.example.com:8443"},
		},
	} {
		for _, origin := range test.own {
			assert.True(t, test.cfg.isOwnOrigin(origin, "10.0.0.5:9000"), "%+v: %s", test.cfg, origin)
		}
		for _, origin := range test.others {
			assert.False(t, test.cfg.isOwnOrigin(origin, "10.0.0.5:9000"), "%+v: %s", test.cfg, origin)
		}
	}
}
