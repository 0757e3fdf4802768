package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	// trialMetricsEnv names the variable with a directory for the nodes' metrics during each fault.
	// Each fault has a directory whose name doesn't say which fault it was. key.json does.
	trialMetricsEnv = "LOX_TRIAL_METRICS"
	// before is how much of the time before a fault is kept, too.
	before = 10 * time.Second
	// asked is the interval at which the metrics and the readiness of a node are requested.
	asked = time.Second
)

var directoryWords = []string{
	"acorn", "birch", "cedar", "daisy", "elder", "fern", "ginger", "hazel", "iris", "juniper", "kale", "laurel",
	"maple", "nettle", "olive", "poppy", "quince", "rowan", "sorrel", "thyme",
}

// observer requests the nodes' readiness, as a load balancer does, and their metrics, as Prometheus
// does.
type observer struct {
	dir    string // "" keeps no metrics
	client *http.Client
	words  []string
	key    map[string]string

	mu     sync.Mutex
	blocks [2][]scrape
}

type scrape struct {
	at   time.Time
	text string
}

func startObserver(t *testing.T, tr *trial) *observer {
	t.Helper()
	transport := &http.Transport{}
	o := &observer{
		dir: os.Getenv(trialMetricsEnv), client: &http.Client{Transport: transport, Timeout: 5 * time.Second},
		words: append([]string{}, directoryWords...), key: map[string]string{},
	}
	rand.Shuffle(len(o.words), func(i, j int) { o.words[i], o.words[j] = o.words[j], o.words[i] })
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var asking sync.WaitGroup
	again := func(what func()) {
		asking.Go(func() {
			for ctx.Err() == nil {
				what()
				wait(ctx, asked)
			}
		})
	}
	for i, n := range tr.nodes {
		ready, metrics := "http://"+n.addr()+"/readyz", "http://"+n.metrics+"/metrics"
		again(func() { o.get(ctx, ready) })
		if o.dir != "" {
			again(func() { o.scrape(ctx, i, metrics) })
		}
	}
	t.Cleanup(func() {
		cancel()
		asking.Wait()
		transport.CloseIdleConnections()
	})
	return o
}

func (o *observer) get(ctx context.Context, url string) string {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Sprintf("# %v\n", err)
	}
	resp, err := o.client.Do(req)
	if err != nil {
		return fmt.Sprintf("# no answer: %v\n", err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Sprintf("# no whole answer: %v\n", err)
	}
	return string(body)
}

func (o *observer) scrape(ctx context.Context, node int, url string) {
	at := time.Now()
	text := o.get(ctx, url)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.blocks[node] = append(o.blocks[node], scrape{at, text})
}

// forget drops what was kept so far, except what precedes a fault that begins now.
func (o *observer) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, blocks := range o.blocks {
		for len(blocks) > 0 && time.Since(blocks[0].at) > before {
			blocks = blocks[1:]
		}
		o.blocks[i] = append([]scrape{}, blocks...)
	}
}

// keep writes the metrics from before a fault until its end now, with the alerts that fired.
func (o *observer) keep(t *testing.T, fault string, alerts []string) {
	t.Helper()
	if o.dir == "" {
		return
	}
	word := o.words[len(o.key)]
	o.key[word] = fault
	dir := filepath.Join(o.dir, word)
	require.NoError(t, os.MkdirAll(dir, 0o700))
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, blocks := range o.blocks {
		var text strings.Builder
		for _, b := range blocks {
			fmt.Fprintf(&text, "# scraped at %s\n%s\n", b.at.UTC().Format(time.RFC3339Nano), b.text)
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("node-%d.txt", i+1)), []byte(text.String()), 0o600))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "alerts.txt"), []byte(strings.Join(alerts, "\n")+"\n"), 0o600))
	key, err := json.MarshalIndent(o.key, "", "  ")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(o.dir, "key.json"), key, 0o600))
}
