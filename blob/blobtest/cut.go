package blobtest

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// Conn is the connection of an upload that a test sends piece by piece.
type Conn struct {
	*net.TCPConn
}

// Dial connects to the server and sends the request line and the headers of an upload.
func Dial(t *testing.T, p lox.PresignedUpload) Conn {
	t.Helper()
	u, err := url.Parse(p.URL)
	require.NoError(t, err)
	var d net.Dialer
	c, err := d.DialContext(t.Context(), "tcp", u.Host)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	require.NoError(t, c.SetDeadline(time.Now().Add(time.Minute)))
	var head strings.Builder
	fmt.Fprintf(&head, "PUT %s HTTP/1.1\r\nHost: %s\r\n", u.RequestURI(), u.Host)
	for name, value := range p.Headers {
		fmt.Fprintf(&head, "%s: %s\r\n", name, value)
	}
	conn := Conn{c.(*net.TCPConn)}
	conn.Send(t, []byte(head.String()+"\r\n"))
	return conn
}

// Send sends a piece of the body.
func (c Conn) Send(t *testing.T, b []byte) {
	t.Helper()
	_, err := c.Write(b)
	require.NoError(t, err)
}

// Status reads the answer.
func (c Conn) Status(t *testing.T) int {
	t.Helper()
	status, err := c.status()
	require.NoError(t, err)
	return status
}

func (c Conn) status() (int, error) {
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}

// endings are the ways in which a client may end an upload in the middle.
var endings = []struct {
	name string
	end  func(*testing.T, Conn)
}{
	{"FIN", func(t *testing.T, c Conn) { require.NoError(t, c.Close()) }},
	{"RST", func(t *testing.T, c Conn) {
		require.NoError(t, c.SetLinger(0))
		require.NoError(t, c.Close())
	}},
	{"half close", func(t *testing.T, c Conn) {
		require.NoError(t, c.CloseWrite())
		// The client still reads: it must not get a success.
		require.GreaterOrEqual(t, c.Status(t), 400)
	}},
}

func testUploadCutShort(t *testing.T, s *suite) {
	body := content(1 << 20)
	sum := lox.Checksum{1}
	for _, sent := range []int{0, 1, 8 << 10, len(body) / 2, len(body) - 1} {
		for _, checksum := range []*lox.Checksum{nil, &sum} {
			for _, e := range endings {
				k := key()
				c := Dial(t, s.presign(t, lox.Upload{Key: k, Size: int64(len(body)), Checksum: checksum}))
				c.Send(t, body[:sent])
				e.end(t, c)
				s.neverAppears(t, k)
			}
		}
	}
}

func testUploadCutShortOverAnother(t *testing.T, s *suite) {
	for _, e := range endings {
		k, first := key(), content(200_000)
		o := s.put(t, k, first)
		c := Dial(t, s.presign(t, lox.Upload{Key: k, Size: int64(len(first))}))
		// A store that writes each object once may already have refused the upload.
		_, _ = c.Write(content(len(first) / 2))
		e.end(t, c)
		after, err := s.Store.Stat(t.Context(), k)
		require.NoError(t, err)
		require.Equal(t, o, after, "%s", e.name)
		s.requireBytes(t, k, o, first)
	}
}
