package disk

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/backlox/lox"
)

// meter counts the bytes that clients send, and closes due when there are enough.
type meter struct {
	until  int64
	n      atomic.Int64
	once   sync.Once
	due    chan struct{}
	killed atomic.Bool // set before the kill: errors are normal from then on
}

func (m *meter) add(n int) {
	if m.n.Add(int64(n)) >= m.until {
		m.finish()
	}
}

func (m *meter) finish() { m.once.Do(func() { close(m.due) }) }

// crashClient carries out random actions until its server is killed.
type crashClient struct {
	*crash
	addr    string
	random  *rand.Rand
	tenants []lox.TenantID
	sent    *meter
	http    *http.Client
}

func newCrashClient(c *crash, addr string, random *rand.Rand, tenants []lox.TenantID, sent *meter) *crashClient {
	return &crashClient{
		crash: c, addr: addr, random: random, tenants: tenants, sent: sent,
		http: &http.Client{Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true}},
	}
}

func (k *crashClient) run(t *testing.T) {
	t.Helper()
	actions := []func(key string, body []byte) error{
		k.whole, k.whole, k.whole, k.thenDeleted, k.thenDeleted, k.wrong, k.cut, k.cut, k.cut, k.deletedMeanwhile,
		k.parts, k.parts,
	}
	for {
		err := actions[k.random.IntN(len(actions))](k.newKey(), k.body())
		if k.sent.killed.Load() {
			return
		}
		if !assert.NoError(t, err, "%s=%d", envCrashSeed, k.seed) {
			k.sent.finish()
			return
		}
	}
}

func (k *crashClient) newKey() string {
	key := k.tenants[k.random.IntN(len(k.tenants))].String() + "/" + newCrashID(false).String()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.touched[key] = true
	return key
}

// body returns 1 byte to 3 MiB: less than one buffer, several buffers, or many.
func (k *crashClient) body() []byte {
	size := 1 + k.random.IntN([]int{1, 1000, 300_000, 3 << 20}[k.random.IntN(4)])
	at := k.random.IntN(len(k.pool) - size)
	return k.pool[at : at+size]
}

// whole uploads a body, which must succeed.
func (k *crashClient) whole(key string, body []byte) error {
	var sum *lox.Checksum
	if k.random.IntN(2) == 0 {
		declared := sumOf(body)
		sum = &declared
	}
	status, err := k.upload(key, body, sum)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("upload of %d bytes: status %d", len(body), status)
	}
	return err
}

func (k *crashClient) upload(key string, body []byte, declared *lox.Checksum) (status int, err error) {
	sum := sumOf(body)
	k.expected.uploading(key, sum)
	c, err := k.begin(key, len(body), declared)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	if err := k.write(c, body); err != nil {
		return 0, err
	}
	status, err = answerOf(c)
	switch {
	case err != nil:
		k.counts.add("killed before the answer", 1)
	case status == http.StatusOK:
		k.expected.stored(key, sum)
		k.counts.add("acknowledged", 1)
	}
	return status, err
}

// thenDeleted uploads a body, deletes the object, and may then upload other bytes.
func (k *crashClient) thenDeleted(key string, body []byte) error {
	if err := k.whole(key, body); err != nil {
		return err
	}
	if err := k.delete(key); err != nil {
		return err
	}
	k.counts.add("deleted", 1)
	if k.random.IntN(2) == 0 {
		return nil
	}
	k.counts.add("uploaded after a deletion", 1)
	return k.whole(key, k.body())
}

// post sends a POST, and returns the body of the response.
func (k *crashClient) post(path string) (string, error) {
	r, err := http.NewRequest(http.MethodPost, "http://"+k.addr+path, nil)
	if err != nil {
		return "", err
	}
	resp, err := k.http.Do(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("post %s: status %d %s", path, resp.StatusCode, body)
	}
	return string(body), err
}

func (k *crashClient) delete(key string) error {
	k.expected.deleting(key)
	r, err := http.NewRequest(http.MethodDelete, "http://"+k.addr+deletePath+key, nil)
	if err != nil {
		return err
	}
	resp, err := k.http.Do(r)
	if err != nil {
		return err
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusNoContent {
		return fmt.Errorf("delete: status %d", resp.StatusCode)
	}
	k.expected.deleted(key)
	return nil
}

// wrong uploads bytes that don't match the declared checksum.
func (k *crashClient) wrong(key string, body []byte) error {
	declared := sumOf([]byte(key))
	c, err := k.begin(key, len(body), &declared)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := k.write(c, body); err != nil {
		return err
	}
	status, err := answerOf(c)
	if err == nil && status != http.StatusBadRequest {
		err = fmt.Errorf("upload of other bytes than declared: status %d", status)
	}
	if err == nil {
		k.counts.add("wrong checksum", 1)
	}
	return err
}

// cut interrupts an upload in one of three ways, and may send it again.
func (k *crashClient) cut(key string, body []byte) error {
	c, err := k.begin(key, len(body), nil)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := k.write(c, body[:k.random.IntN(len(body))]); err != nil {
		return err
	}
	switch k.random.IntN(3) {
	case 0:
		k.counts.add("cut by FIN", 1)
		err = c.Close()
	case 1:
		k.counts.add("cut by RST", 1)
		_ = c.SetLinger(0)
		err = c.Close()
	default:
		k.counts.add("half-closed", 1)
		_ = c.CloseWrite() // fails if the server was killed, and then there is no response
		var status int
		status, err = answerOf(c)
		if err == nil && status < http.StatusBadRequest {
			err = fmt.Errorf("incomplete upload: status %d", status)
		}
	}
	if err != nil || k.random.IntN(2) == 0 {
		return err
	}
	// The server may not have noticed yet that the first upload was interrupted. Then it refuses the second one, perhaps
	// before all of it was sent.
	status, err := k.upload(key, body, nil)
	if err == nil && status == http.StatusOK {
		k.counts.add("sent again after a cut", 1)
	}
	return nil
}

// deletedMeanwhile deletes the object of an upload that has certainly begun, because the server has sent 100 Continue.
func (k *crashClient) deletedMeanwhile(key string, body []byte) error {
	c, err := k.begin(key, len(body), nil, "Expect: 100-continue")
	if err != nil {
		return err
	}
	defer c.Close()
	if status, err := answerOf(c); err != nil || status != http.StatusContinue {
		return fmt.Errorf("status %d, %w", status, err)
	}
	part := k.random.IntN(len(body))
	if err := k.write(c, body[:part]); err != nil {
		return err
	}
	if err := k.delete(key); err != nil {
		return err
	}
	k.counts.add("deleted while uploading", 1)
	_ = k.write(c, body[part:]) // the server need not read it
	if status, err := answerOf(c); err == nil && status == http.StatusOK {
		return fmt.Errorf("a deleted upload of %d bytes was acknowledged", len(body))
	}
	return nil
}

// begin connects, and sends the request line and the headers of an upload.
func (k *crashClient) begin(key string, size int, declared *lox.Checksum, headers ...string) (*net.TCPConn, error) {
	p, err := k.signer.PresignPut(context.Background(), lox.Upload{Key: key, Size: int64(size), Checksum: declared, Expires: time.Hour})
	if err != nil {
		return nil, err
	}
	return k.head(p, headers...)
}

// head connects, and sends the request line and the headers for a signed URL.
func (k *crashClient) head(p lox.PresignedUpload, headers ...string) (*net.TCPConn, error) {
	conn, err := net.Dial("tcp", k.addr)
	if err != nil {
		return nil, err
	}
	for name, value := range p.Headers {
		headers = append(headers, name+": "+value)
	}
	head := fmt.Sprintf("PUT %s HTTP/1.1\r\nHost: %s\r\n%s\r\n\r\n", p.URL, k.addr, strings.Join(headers, "\r\n"))
	if _, err := conn.Write([]byte(head)); err != nil {
		_ = conn.Close()
		return nil, err
	}
	c := conn.(*net.TCPConn) // the documented type
	return c, c.SetDeadline(time.Now().Add(time.Minute))
}

// write sends bytes in small steps, so that a kill can happen between any two.
func (k *crashClient) write(c net.Conn, body []byte) error {
	for len(body) > 0 {
		n, err := c.Write(body[:min(len(body), 1+k.random.IntN(64<<10))])
		k.sent.add(n)
		if err != nil {
			return err
		}
		body = body[n:]
	}
	return nil
}

func answerOf(c net.Conn) (status int, err error) {
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0, err
	}
	_ = resp.Body.Close()
	return resp.StatusCode, nil
}
