package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"sync"

	"golang.org/x/sync/errgroup"

	api "github.com/backlox/lox/gen/client"
)

// maxAddresses is for how many parts the API returns URLs at once at most.
const maxAddresses = 100

// part is a part that is to be sent.
type part struct {
	number int
	size   int64
	// checksum is the declared checksum: the store refuses other bytes. "" is none.
	checksum string
	from     io.ReaderAt
	// hash returns the current checksum of the part. If it is nil, no checksum is declared, and the bytes can't
	// change.
	hash func(ctx context.Context) (string, error)
	// release is called when the memory of the part is no longer needed.
	release func()

	to api.PartUpload
}

// sender sends the parts of a backup, several at once.
type sender struct {
	*transfer

	id       string
	partSize int64
	parallel int
	// batch is for how many parts one request for URLs asks at most: the API counts such requests, and a tenant
	// may make only a few in a minute. The first batches are smaller, so that sending begins soon.
	batch int
	// ahead says that URLs are requested before their parts are read, and so without the checksums of the parts.
	ahead bool
	// declares says that the checksum of each part is declared. It is set by the first URL, before anything is
	// sent. declaresSet says that it was.
	declares, declaresSet bool
	urls                  map[int]api.PartUpload
	sent                  *counter
}

// run sends all parts that produce passes to give, until produce returns.
func (s *sender) run(ctx context.Context, produce func(ctx context.Context, give func(*part) error) error) error {
	group, ctx := errgroup.WithContext(ctx)
	prepared, ready := make(chan *part, s.batch), make(chan *part, s.batch)
	group.Go(func() error {
		defer close(prepared)
		return produce(ctx, func(p *part) error { return give(ctx, prepared, p) })
	})
	group.Go(func() error {
		defer close(ready)
		return s.address(ctx, prepared, ready)
	})
	for range s.parallel {
		group.Go(func() error {
			for p := range ready {
				if err := s.send(ctx, p); err != nil {
					return err
				}
				p.release()
			}
			return nil
		})
	}
	return group.Wait()
}

func give(ctx context.Context, to chan<- *part, p *part) error {
	select {
	case to <- p:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// address gets the URLs of parts.
func (s *sender) address(ctx context.Context, prepared <-chan *part, ready chan<- *part) error {
	for want := min(s.parallel, s.batch); ; want = min(2*want, s.batch) {
		parts := make([]*part, 0, want)
		for len(parts) < want {
			select {
			case p, more := <-prepared:
				if more {
					parts = append(parts, p)
					continue
				}
			case <-ctx.Done():
				return context.Cause(ctx)
			}
			break
		}
		if len(parts) == 0 {
			return nil
		}
		if err := s.askFor(ctx, parts); err != nil {
			return err
		}
		for _, p := range parts {
			if err := give(ctx, ready, p); err != nil {
				return err
			}
		}
	}
}

// askFor gets the URLs of parts, by a request or from those that were requested ahead.
func (s *sender) askFor(ctx context.Context, parts []*part) error {
	if !s.ahead {
		return s.urlsOrDeclare(ctx, parts)
	}
	for _, p := range parts {
		if err := s.askAhead(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// urlsOrDeclare requests URLs without checksums. If altered bytes wouldn't be detected on the way to the first
// URL, it repeats the request with checksums, and all later requests have checksums, too.
func (s *sender) urlsOrDeclare(ctx context.Context, parts []*part) error {
	err := s.urlsOf(ctx, parts)
	if err != nil || s.declaresSet {
		return err
	}
	s.declaresSet = true
	if detectsAltered(parts[0].to.UploadURL) {
		return nil
	}
	s.declares = true
	return s.urlsOf(ctx, parts)
}

// detectsAltered reports whether each byte that is altered on the way to a URL is detected: TLS authenticates the
// bytes, and a connection within this machine uses no network. TCP alone has a checksum of 16 bits, which misses
// some errors in terabytes of data.
func detectsAltered(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "https" || u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
}

// askAhead requests as many URLs as there have been parts so far. URLs reserve quota: if the quota isn't enough
// for so many parts, it may be enough for one.
func (s *sender) askAhead(ctx context.Context, p *part) error {
	to, ok := s.urls[p.number]
	delete(s.urls, p.number)
	if ok && p.size == to.SizeBytes {
		p.to = to
		return nil
	}
	if p.size < s.partSize { // the last one
		return s.urlsOf(ctx, []*part{p})
	}
	parts := []*part{p}
	for range min(p.number-1, maxAddresses-1, maxParts-p.number) {
		parts = append(parts, &part{number: p.number + len(parts), size: s.partSize})
	}
	err := s.urlsOf(ctx, parts)
	if errors.Is(err, ErrFull) && len(parts) > 1 {
		return s.urlsOf(ctx, parts[:1])
	}
	if err != nil {
		return err
	}
	for _, later := range parts[1:] {
		s.urls[later.number] = later.to
	}
	return nil
}

// urlsOf requests the URLs of parts from the API.
func (s *sender) urlsOf(ctx context.Context, parts []*part) error {
	var body api.CreatePartUploadsRequest
	for _, p := range parts {
		if s.declares && p.checksum == "" && p.hash != nil {
			sum, err := p.hash(ctx)
			if err != nil {
				return err
			}
			p.checksum = sum
		}
	}
	for _, p := range parts {
		body.Parts = append(body.Parts, api.RequestedPart{PartNumber: p.number, SizeBytes: p.size, Checksum: p.checksum})
	}
	answer, _, err := call[api.PartUploads](ctx, s.transfer, func(ctx context.Context) (*http.Response, error) {
		return s.api.CreatePartUploads(ctx, s.id, body)
	})
	if err != nil {
		return err
	}
	if len(answer.Parts) != len(parts) {
		return fmt.Errorf("the server gives %d URLs for %d parts", len(answer.Parts), len(parts))
	}
	for i, p := range parts {
		p.to = answer.Parts[i]
		if p.to.PartNumber != p.number || p.to.SizeBytes != p.size {
			return fmt.Errorf("the server gives a URL for part %d of %d bytes: want part %d of %d", p.to.PartNumber, p.to.SizeBytes, p.number, p.size)
		}
	}
	return nil
}

// send sends a part until the store has it. If the URL has expired, it gets another one.
func (s *sender) send(ctx context.Context, p *part) error {
	altered := false
	return s.retry(ctx, func() (int64, error) {
		err := s.sendOnce(ctx, p)
		if refusedURL(err) {
			// The server decides whether the URL has expired: the clock of this machine may be wrong.
			if err = s.urlsOf(ctx, []*part{p}); err == nil {
				err = explainClocks(s.sendOnce(ctx, p), p.to.UploadURL)
			}
		}
		if !errors.Is(err, ErrMismatch) {
			return 0, err
		}
		if p.checksum != "" {
			switch sum, failed := p.hash(ctx); {
			case failed != nil:
				return 0, failed
			case sum != p.checksum:
				return 0, ErrChanged
			}
		}
		if !altered { // the part was altered on the way, which is unlikely to happen twice
			altered = true
			return 0, &lineError{err}
		}
		return 0, err
	})
}

func (s *sender) sendOnce(ctx context.Context, p *part) error {
	n := int64(0)
	err := s.put(ctx, p.to.UploadURL, p.to.UploadHeaders, content{p.from, p.size, func(more int) {
		n += int64(more)
		s.sent.add(int64(more))
	}})
	if err != nil {
		s.sent.add(-n)
	}
	return err
}

// counter counts the bytes that several goroutines have sent.
type counter struct {
	mu     sync.Mutex
	report func(Progress)
	at     Progress
}

func newCounter(t *transfer, total int64) *counter {
	return &counter{report: t.Progress, at: Progress{Sending, 0, total}}
}

// add adds n sent bytes. n is negative for bytes that were sent in vain.
func (c *counter) add(n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at.Done += n
	c.report(c.at)
}

// hashed reports how many bytes are hashed, if all bytes are sent.
func (c *counter) hashed(done int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.Done == c.at.Total {
		c.report(Progress{Hashing, done, c.at.Total})
	}
}

func (c *counter) done() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at.Done
}
