package main_test

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// soon is how long an immediate refusal may take.
const soon = 10 * time.Second

func TestSecondServer(t *testing.T) {
	t.Parallel()
	s := setup{dir: newDir(t)}
	first := s.start(t)
	began := time.Now()
	stdout, stderr, code := s.run(t, "serve")
	assert.Less(t, time.Since(began), soon)
	assert.Equal(t, 1, code)
	assert.Empty(t, stdout)
	assert.Contains(t, stderr, "another lox serves "+s.dir)
	assert.Contains(t, stderr, "LOX_DATA_DIR")
	assert.Contains(t, stderr, strconv.Itoa(first.cmd.Process.Pid), "which process it is")

	// The first one still works.
	a := newAPI(t, first.baseURL, s.savedKey(t))
	file := noise(1, 1000)
	requireDownload(t, a, requireStored(t, a, file), file)
	first.stop(t, syscall.SIGINT)
}

// Each of the two ports is in use at the very first start. The failed starts must not damage
// anything.
func TestTakenPort(t *testing.T) {
	t.Parallel()
	var lc net.ListenConfig
	taken, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = taken.Close() }()
	dir := filepath.Join(newDir(t), "data")
	for _, setting := range []string{"LOX_ADDR", "LOX_METRICS_ADDR"} {
		s := setup{dir: dir, env: []string{setting + "=" + taken.Addr().String()}}
		stdout, stderr, code := s.run(t, "serve")
		assert.Equal(t, 1, code, setting)
		assert.Empty(t, stdout, setting)
		assert.Regexp(t, `lox: .*`+setting+`.*address already in use: stop the program that listens there, or set `+setting+` to another address, such as 127.0.0.1:`, stderr)
		assert.Empty(t, s.postgres(t), setting)
	}
	s := setup{dir: dir}
	p := s.start(t)
	assert.Contains(t, p.stdout.String(), "Try it, in another terminal", "the commands were never shown")
	p.stop(t, syscall.SIGINT)
}

// The files with secrets are empty, as after a full disk: the next start names the file, and signs
// nothing with an empty key.
func TestLostSecret(t *testing.T) {
	t.Parallel()
	s := setup{dir: newDir(t)}
	s.start(t).stop(t, syscall.SIGINT)
	for _, name := range []string{"storage-key", "master-key"} {
		file := filepath.Join(s.dir, name)
		kept, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, lost := range []string{"", "\n", string(kept[:8])} {
			require.NoError(t, os.WriteFile(file, []byte(lost), 0o600))
			stdout, stderr, code := s.run(t, "serve")
			assert.Equal(t, 1, code, "%s %q", name, lost)
			assert.Empty(t, stdout)
			assert.Contains(t, stderr, file)
			assert.Empty(t, s.postgres(t))
		}
		require.NoError(t, os.WriteFile(file, kept, 0o600))
	}
	s.start(t).stop(t, syscall.SIGINT)
}

func TestConfigurationErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env, want []string
		// objects means that only a server with files on disk needs the variable.
		objects bool
	}{
		"all at once": {
			env: []string{
				"LOX_ADDR=here", "LOX_METRICS_ADDR=nowhere", "LOX_DATABASE_MAX_CONNS=0", "LOX_S3_PATH_STYLE=perhaps",
				"LOX_UPLOAD_TTL=169h", "LOX_DOWNLOAD_TTL=soon", "LOX_VERIFY_WAIT=0s", "LOX_VERIFY_LEASE=1ms", "LOX_SWEEP_INTERVAL=-1s", "LOX_JOBS=some", "LOX_MARK_INTERVAL=999ms",
				"LOX_SHUTDOWN_TIMEOUT=-1s", "LOX_LOG_LEVEL=loud", "LOX_LOG_FORMAT=xml", "LOX_PUBLIC_URL=https://lox.example.com?a=b",
				"LOX_WEBHOOK_TIMEOUT=1ms", "LOX_WEBHOOK_LEASE=1us", "LOX_WEBHOOK_ALLOW_PRIVATE=perhaps",
				"LOX_CORS_ORIGINS=https://app.example.com,app.example.com", "LOX_DISK_RESERVE=lots", "LOX_UPLOAD_MIN_RATE=0", "LOX_UPLOAD_RATE_WINDOW=999ms",
			},
			want: []string{
				`LOX_ADDR: "here" must be host:port`, `LOX_METRICS_ADDR: "nowhere" must be host:port`,
				"LOX_DATABASE_MAX_CONNS: 0 must be at least 4", `LOX_S3_PATH_STYLE: "perhaps" must be true or false; for example LOX_S3_PATH_STYLE=true`,
				"LOX_UPLOAD_TTL: 169h0m0s must be 1s to 168h", `LOX_DOWNLOAD_TTL: "soon" must be a duration: a number with ms, s, m or h; for example LOX_DOWNLOAD_TTL=60m`,
				"LOX_VERIFY_WAIT: 0s must be positive", "LOX_VERIFY_LEASE: 1ms must be at least 1s", "LOX_SWEEP_INTERVAL: -1s must be positive",
				`LOX_JOBS: "some" must be on or off; for example LOX_JOBS=off`, "LOX_MARK_INTERVAL: 999ms must be 1s to 1h",
				"LOX_SHUTDOWN_TIMEOUT: -1s must not be negative", `LOX_LOG_LEVEL: "loud" must be debug, info, warn or error; for example LOX_LOG_LEVEL=debug`,
				`LOX_LOG_FORMAT: "xml" must be`,
				`LOX_PUBLIC_URL: "https://lox.example.com?a=b" must be an http or https URL without user name, query and fragment; for example LOX_PUBLIC_URL=https://backups.example.com`,
				"LOX_WEBHOOK_TIMEOUT: 1ms must be at least 1s", "LOX_WEBHOOK_LEASE: 1µs must be at least twice LOX_WEBHOOK_TIMEOUT",
				`LOX_WEBHOOK_ALLOW_PRIVATE: "perhaps" must be true or false`,
				`LOX_CORS_ORIGINS: "app.example.com" must be an origin, or * (it is "https://app.example.com,app.example.com"); for example LOX_CORS_ORIGINS=https://app.example.com`,
				`LOX_DISK_RESERVE: "lots" is not a size: want bytes`, "LOX_UPLOAD_MIN_RATE: must be positive, in bytes per second",
				"LOX_UPLOAD_RATE_WINDOW: 999ms must be at least 1s",
			},
		},
		"a disk without a reserve": {
			env:  []string{"LOX_DISK_RESERVE=0"},
			want: []string{`LOX_DISK_RESERVE: must be positive (it is "0"); for example LOX_DISK_RESERVE=256MiB`},
		},
		"transport security that isn't any": {
			env:  []string{"LOX_HSTS=always", "LOX_PUBLIC_URL=https://lox.example.com"},
			want: []string{`LOX_HSTS: "always" must be a Strict-Transport-Security header`, "max-age=31536000; includeSubDomains"},
		},
		"too much for the built-in database": {
			env:  []string{"LOX_DATABASE_MAX_CONNS=500"},
			want: []string{"LOX_DATABASE_MAX_CONNS: 500 must be at most 80 with the built-in database"},
		},
		"a timeout without an end": {
			env:  []string{"LOX_WEBHOOK_TIMEOUT=2000000h", "LOX_WEBHOOK_LEASE=1s"},
			want: []string{"LOX_WEBHOOK_TIMEOUT: 2000000h0m0s must be at most 5m0s"},
		},
		"transport security without any": {
			env:  []string{"LOX_HSTS=max-age=31536000", "LOX_PUBLIC_URL=http://lox.example.com"},
			want: []string{"LOX_HSTS: needs LOX_PUBLIC_URL to be an https URL"},
		},
		"a security contact without a scheme": {
			env: []string{"LOX_SECURITY_CONTACT=https://example.com/report,security@example.com"},
			want: []string{
				`LOX_SECURITY_CONTACT: "security@example.com" must be a mailto:, https: or tel: URI, without spaces (it is "https://example.com/report,security@example.com"); ` +
					`for example LOX_SECURITY_CONTACT=mailto:security@example.com`,
			},
		},
		"an origin with a path": {
			env:  []string{"LOX_CORS_ORIGINS=https://app.example.com/"},
			want: []string{`LOX_CORS_ORIGINS: "https://app.example.com/" must be an origin, or *`},
		},
		"a proxy and no address of it": {
			env:  []string{"LOX_TRUSTED_PROXIES=10.0.0.0/8"},
			want: []string{"LOX_PUBLIC_URL: must be set with LOX_TRUSTED_PROXIES: upload and download URLs name it; for example LOX_PUBLIC_URL=https://backups.example.com"},
		},
		"an S3 address for the built-in storage": {
			env:     []string{"LOX_S3_PUBLIC_ENDPOINT=https://s3.example.com"},
			want:    []string{"LOX_S3_PUBLIC_ENDPOINT: is only for an external S3: clients reach the built-in store at LOX_PUBLIC_URL"},
			objects: true,
		},
		"a lease that ends before its attempt": {
			env:  []string{"LOX_WEBHOOK_TIMEOUT=40s"},
			want: []string{"LOX_WEBHOOK_LEASE: 1m0s must be at least twice LOX_WEBHOOK_TIMEOUT"},
		},
		"a master key that is too short": {
			env:  []string{"LOX_MASTER_KEY=a-password-0123456789abcdef"},
			want: []string{"LOX_MASTER_KEY: master key: want "},
		},
		"a master key with a mistake in it": {
			env:  []string{"LOX_MASTER_KEY=a-password" + masterKey[len("a-password"):]},
			want: []string{"for example LOX_MASTER_KEY=$(openssl rand -base64 32)", "LOX_MASTER_KEY: master key: want 32 bytes as 64 hex digits or as base64, such as `openssl rand -base64 32` makes"},
		},
		"database alone": {
			env:     []string{"LOX_DATABASE_URL=postgres://lox@127.0.0.1/lox"},
			want:    []string{"LOX_S3_ENDPOINT: must be set with LOX_DATABASE_URL"},
			objects: true,
		},
		"objects alone": {
			env:  []string{"LOX_S3_ENDPOINT=s3.example.com"},
			want: []string{"LOX_DATABASE_URL: must be set with LOX_S3_ENDPOINT"},
		},
		"objects without keys": {
			env: []string{"LOX_DATABASE_URL=embedded", "LOX_S3_ENDPOINT=s3.example.com", "LOX_S3_PUBLIC_ENDPOINT=s4.example.com"},
			want: []string{
				`LOX_S3_PUBLIC_ENDPOINT: "s4.example.com" must be a URL`,
				`LOX_S3_ENDPOINT: "s3.example.com" must be a URL`, "LOX_S3_ACCESS_KEY: must be set", "LOX_S3_SECRET_KEY: must be set",
			},
			objects: true,
		},
		"a database URL that can't be read": {
			env:  []string{"LOX_DATABASE_URL=postgres://lox:a-password@127.0.0.1:port/lox", "LOX_S3_ENDPOINT=embedded"},
			want: []string{"LOX_DATABASE_URL: is no URL: percent-encode special characters"},
		},
		"a Redis URL that can't be read": {
			env:  []string{"LOX_REDIS_URL=redis://:a-password@127.0.0.1:port/0"},
			want: []string{"LOX_REDIS_URL: is no URL: percent-encode special characters"},
		},
		"a host of the metrics with a port": {
			env:  []string{"LOX_METRICS_HOSTS=lox.internal:9464"},
			want: []string{`LOX_METRICS_HOSTS: "lox.internal:9464" must be the name or the address of a host, without a port, or *; for example LOX_METRICS_HOSTS=lox.internal,10.0.0.5`},
		},
		"variables that there aren't": {
			env: []string{"LOX_PORT=8080", "LOX_ADR=127.0.0.1:1", "LOX_UPLOAD_TLL=1h", "LOX_MASTER_KEYS=a-password", "LOX_S3_REGION_FILE=/nowhere", "LOX_LOG_LEVELS=debug"},
			want: []string{
				"LOX_PORT: there is no such variable: unset it, or did you mean LOX_ADDR, such as LOX_ADDR=0.0.0.0:8080?",
				"LOX_ADR: there is no such variable: unset it, or did you mean LOX_ADDR", "did you mean LOX_UPLOAD_TTL, such as LOX_UPLOAD_TTL=30m?",
				"LOX_MASTER_KEYS: there is no such variable: unset it, or did you mean LOX_MASTER_KEY,", "LOX_S3_REGION_FILE: ", "did you mean LOX_LOG_LEVEL, such as LOX_LOG_LEVEL=debug?",
			},
		},
		"what there is none of": {
			env:  []string{"LOX_DRAIN=-1s", "LOX_READY_REQUIRES=database,storage"},
			want: []string{"LOX_DRAIN: -1s must be 0s to 10m0s", `LOX_READY_REQUIRES: "storage" must be one of database, disk, s3, redis (it is "database,storage"); for example LOX_READY_REQUIRES=database,s3`},
		},
		"a misspelt database": {
			env:  []string{"LOX_DATABSE_URL=postgres://lox:a-password@127.0.0.1/lox", "LOX_S3_ENDPOINT=embedded"},
			want: []string{"LOX_DATABSE_URL: there is no such variable: unset it, or did you mean LOX_DATABASE_URL, such as LOX_DATABASE_URL=postgres://"},
		},
		"a database that isn't there": {
			env:  []string{"LOX_DATABASE_URL=postgres://lox:a-password@127.0.0.1:1/lox", "LOX_S3_ENDPOINT=embedded", "LOX_MASTER_KEY=" + masterKey},
			want: []string{"LOX_DATABASE_URL: ", "connection refused"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := setup{dir: newDir(t), env: c.env}
			for _, command := range [][]string{{"serve"}, {"migrate"}, {"tenant", "create", "--name", "n", "--plan", "free"}} {
				if command[0] != "serve" && c.objects {
					continue
				}
				stdout, stderr, code := s.run(t, command...)
				assert.Equal(t, 1, code)
				assert.Empty(t, stdout)
				for _, want := range c.want {
					assert.Contains(t, stderr, want)
				}
				assert.NotContains(t, stderr, "a-password")
				assert.Empty(t, s.postgres(t))
			}
		})
	}
}

// Variables that Kubernetes sets for a service named lox, and those that clients of LOX read, are
// not errors.
func TestForeignVariables(t *testing.T) {
	t.Parallel()
	s := setup{dir: newDir(t), env: []string{
		"LOX_SERVICE_HOST=10.0.0.1", "LOX_SERVICE_PORT=8080", "LOX_SERVICE_PORT_HTTP=8080", "LOX_PORT=tcp://10.0.0.1:8080",
		"LOX_PORT_8080_TCP=tcp://10.0.0.1:8080", "LOX_PORT_8080_TCP_PROTO=tcp", "LOX_PORT_8080_TCP_PORT=8080", "LOX_PORT_8080_TCP_ADDR=10.0.0.1",
		"LOX_METRICS_SERVICE_HOST=10.0.0.2", "LOX_METRICS_PORT=tcp://10.0.0.2:9464", "LOX_URL=http://127.0.0.1:8080/api", "LOX_API_KEY=lox_x", "LOX=anything",
	}}
	_, stderr, code := s.run(t, "tenant", "create", "--name", "n", "--plan", "free")
	assert.Zero(t, code, stderr)
}
