package s3double

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// maxKept is the largest size of an object whose bytes are stored, in bytes, such as LOX's own objects.
// All bytes of larger objects must be zero.
const maxKept = 64 << 10

type digest = [sha256.Size]byte

// content is the content of an object: the bytes in kept, or size zeros if kept is nil.
type content struct {
	size int64
	kept []byte
	sum  digest // the SHA-256, if summed is set
	// summed says that the SHA-256 was computed.
	summed bool
}

// refusal is the S3 error code for a bad request.
type refusal struct{ code string }

func (r refusal) Error() string { return r.code }

// receive reads the body of a request, or simulates it (see SimulatedLength), and checks its declared checksums.
func (s *Server) receive(r *http.Request) (content, error) {
	c, err := s.read(r)
	if err != nil {
		return content{}, err
	}
	for _, declared := range []struct {
		text, code string
		decode     func(string) ([]byte, error)
	}{
		{r.Header.Get("X-Amz-Content-Sha256"), "XAmzContentSHA256Mismatch", hex.DecodeString},
		{r.Header.Get("X-Amz-Checksum-Sha256"), "XAmzContentChecksumMismatch", base64.StdEncoding.DecodeString},
	} {
		want, err := declared.decode(declared.text)
		if err != nil || len(want) != sha256.Size { // missing, or a word such as UNSIGNED-PAYLOAD
			continue
		}
		if !c.summed {
			c.sum, c.summed = s.zeros.of(c.size), true
		}
		if !bytes.Equal(want, c.sum[:]) {
			return content{}, refusal{declared.code}
		}
	}
	return c, nil
}

func (s *Server) read(r *http.Request) (content, error) {
	if text := r.Header.Get(SimulatedLength); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 || r.ContentLength > 0 {
			return content{}, refusal{"InvalidRequest"}
		}
		return content{size: n}, nil
	}
	body := io.Reader(r.Body)
	if strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		body = &chunked{r: bufio.NewReader(r.Body)}
	}
	c, hash, zero := content{}, sha256.New(), true
	buf := make([]byte, 32<<10)
	for {
		n, err := body.Read(buf)
		hash.Write(buf[:n])
		c.size += int64(n)
		zero = zero && len(bytes.TrimLeft(buf[:n], "\x00")) == 0
		if c.size <= maxKept {
			c.kept = append(c.kept, buf[:n]...)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return content{}, refusal{"IncompleteBody"}
		}
	}
	if c.size > maxKept {
		c.kept = nil
	}
	if c.kept == nil && !zero {
		return content{}, refusal{"OnlyZerosAreTakenBeyond64KiB"}
	}
	hash.Sum(c.sum[:0])
	c.summed = true
	return c, nil
}

// chunked decodes the chunks of AWS Signature Version 4. A chunk is a line with the length in hex digits and
// a signature, the bytes, and an empty line. The last chunk may be followed by a trailer.
type chunked struct {
	r    *bufio.Reader
	left int64
	end  bool
}

func (c *chunked) Read(p []byte) (int, error) {
	if c.end {
		return 0, io.EOF
	}
	if c.left == 0 {
		line, err := c.r.ReadString('\n')
		if err != nil {
			return 0, io.ErrUnexpectedEOF
		}
		digits, _, _ := strings.Cut(strings.TrimSpace(line), ";")
		if c.left, err = strconv.ParseInt(digits, 16, 64); err != nil {
			return 0, err
		}
		if c.left == 0 {
			c.end = true
			_, err = io.Copy(io.Discard, c.r)
			return 0, errors.Join(err, io.EOF)
		}
	}
	n, err := c.r.Read(p[:min(int64(len(p)), c.left)])
	if c.left -= int64(n); c.left == 0 && err == nil {
		_, err = c.r.Discard(len("\r\n"))
	}
	return n, err
}

// reader returns a reader of the bytes.
func (c content) reader() io.ReadSeeker {
	if c.kept != nil {
		return bytes.NewReader(c.kept)
	}
	return io.NewSectionReader(zeroReader{}, 0, c.size)
}

// zeroReader reads zeros without end.
type zeroReader struct{}

func (zeroReader) ReadAt(p []byte, _ int64) (int, error) {
	clear(p)
	return len(p), nil
}

// zeroSums caches the SHA-256 of zeros, by their number.
type zeroSums struct {
	mu    sync.Mutex
	known map[int64]digest
}

func (z *zeroSums) of(n int64) digest {
	z.mu.Lock()
	defer z.mu.Unlock()
	if sum, ok := z.known[n]; ok {
		return sum
	}
	hash := sha256.New()
	_, _ = io.Copy(hash, io.NewSectionReader(zeroReader{}, 0, n))
	sum := digest(hash.Sum(nil))
	z.known[n] = sum
	return sum
}
