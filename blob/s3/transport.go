package s3

import (
	"net"
	"net/http"
	"time"
)

const (
	// maxAttempts is the number of tries, with up to 0.2, 0.4 and 0.8 s
	// between them; minio-go's default of 10 keeps a caller waiting for the
	// better part of a minute.
	maxAttempts = 3
	// requestTimeout bounds an operation that moves no bytes, retries
	// included.
	requestTimeout = 10 * time.Second
	// bulkTimeout bounds the deletion of many objects.
	bulkTimeout = 45 * time.Second
	// assembleTimeout bounds the assembly of parts. Source: Amazon S3 API Reference,
	// "CompleteMultipartUpload": it "could take several minutes".
	assembleTimeout = 10 * time.Minute
	pingTimeout     = 3 * time.Second
	dialTimeout     = 3 * time.Second
	// headerTimeout is how long the first byte of an answer may take.
	headerTimeout = 15 * time.Second
	// stallTimeout is how long a stream may go without receiving bytes.
	stallTimeout = 30 * time.Second
	idleConns    = 128
)

// transports waits longer for the answer to the assembly of parts than to other requests,
// because MinIO answers only after the assembly.
type transports struct {
	other, assembly *http.Transport
}

func newTransports() transports {
	t := transports{newTransport(), newTransport()}
	t.assembly.ResponseHeaderTimeout = assembleTimeout
	return t
}

// RoundTrip implements http.RoundTripper.
func (t transports) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPost && r.URL.Query().Has("uploadId") {
		return t.assembly.RoundTrip(r)
	}
	return t.other.RoundTrip(r)
}

// CloseIdleConnections closes unused connections.
func (t transports) CloseIdleConnections() {
	t.other.CloseIdleConnections()
	t.assembly.CloseIdleConnections()
}

func newTransport() *http.Transport {
	dialer := &net.Dialer{Timeout: dialTimeout, KeepAlive: 15 * time.Second}
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           dialer.DialContext,
		TLSHandshakeTimeout:   dialTimeout,
		ResponseHeaderTimeout: headerTimeout,
		ExpectContinueTimeout: time.Second,
		MaxIdleConns:          idleConns,
		MaxIdleConnsPerHost:   idleConns,
		IdleConnTimeout:       90 * time.Second,
		ReadBufferSize:        64 << 10,
		// An object that is stored with Content-Encoding: gzip must be
		// hashed as stored.
		DisableCompression: true,
	}
}
