package webhooks_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/webhooks"
)

// trap listens on this machine and counts connections.
func trap(t *testing.T, address string, answer http.Handler) (s *httptest.Server, connections *atomic.Int32) {
	t.Helper()
	connections = new(atomic.Int32)
	listener, err := net.Listen("tcp", address)
	require.NoError(t, err)
	s = httptest.NewUnstartedServer(answer)
	s.Listener = listener
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s, connections
}

// hello answers 200 and closes the connection.
var hello = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") })

func portOf(t *testing.T, s *httptest.Server) string {
	t.Helper()
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	require.NoError(t, err)
	return port
}

// nowhere is the error that a tenant sees if an address isn't public.
const nowhere = "The URL does not lead to an address that webhooks may go to"

func TestRefusedAddresses(t *testing.T) {
	t.Parallel()
	s, connections := trap(t, ":0", hello) // at all of this machine's addresses
	port := portOf(t, s)
	out := sender(t, webhooks.SenderConfig{})
	for host, kind := range map[string]string{
		"127.0.0.1": "loopback", "127.8.8.8": "loopback", "[::1]": "loopback",
		"[::ffff:127.0.0.1]": "loopback", "[::ffff:7f00:1]": "loopback",
		"10.0.0.1": "private", "172.16.0.1": "private", "192.168.1.1": "private",
		"[::ffff:10.0.0.1]": "private", "[fd00::1]": "private", "[fc00::1]": "private", "[fd00:ec2::254]": "private",
		"169.254.169.254": "link-local", "[fe80::1]": "link-local", "[fe80::1%25lo]": "link-local",
		"100.64.0.1": "carrier-grade NAT", "100.100.100.200": "carrier-grade NAT",
		"224.0.0.1": "multicast", "[ff02::1]": "multicast",
		"[64:ff9b::7f00:1]": "NAT64", "[64:ff9b:1::1]": "NAT64", "[2002:7f00:1::1]": "6to4",
		"0.0.0.0": "reserved", "[::]": "reserved", "[::127.0.0.1]": "reserved", "255.255.255.255": "reserved",
		"192.0.2.1": "reserved", "198.18.0.1": "reserved", "240.0.0.1": "reserved", "192.88.99.1": "reserved",
		"[2001:db8::1]": "reserved", "[2001::1]": "reserved", "168.63.129.16": "reserved",
	} {
		answer := out.Send(t.Context(), dispatch(t, "http://"+host+":"+port+"/hook"))
		assert.Equal(t, nowhere, answer.Error, host)
		require.ErrorContains(t, answer.Cause, "refused "+kind+" address", "for the log")
		assert.Zero(t, answer.Status, host)
	}
	assert.Zero(t, connections.Load())
}

func TestRefusedNames(t *testing.T) {
	t.Parallel()
	s, connections := trap(t, ":0", hello)
	port := portOf(t, s)
	names := map[string][]string{
		"localhost.": {"127.0.0.1", "::1"}, "loop.example.": {"127.0.0.1"}, "six.example.": {"::1"},
		"inner.example.": {"10.20.30.40"}, "meta.example.": {"169.254.169.254"}, "mapped.example.": {"::ffff:127.0.0.1"},
		"nat64.example.": {"64:ff9b::7f00:1"}, "several.example.": {"127.0.0.1", "10.0.0.1"},
		// Notations that the C library's resolver accepts.
		"0x7f.1.": {"127.0.0.1"}, "0x7f000001.": {"127.0.0.1"}, "2130706433.": {"127.0.0.1"}, "127.1.": {"127.0.0.1"}, "0177.0.0.1.": {"127.0.0.1"},
	}
	out := sender(t, webhooks.SenderConfig{Resolver: resolver(t, func(name string) []string { return names[strings.ToLower(name)] })})
	for _, host := range []string{
		"localhost", "LOCALHOST.", "loop.example", "six.example", "mapped.example", "several.example", "0x7f.1", "0x7f000001",
		"inner.example", "meta.example", "nat64.example", "2130706433", "127.1", "0177.0.0.1", "nowhere.example",
	} {
		answer := out.Send(t.Context(), dispatch(t, "http://"+host+":"+port+"/hook"))
		assert.Equal(t, nowhere, answer.Error, "the same whether a name leads inward or nowhere")
		assert.Zero(t, answer.Latency, "and the duration is hidden")
	}
	assert.Zero(t, connections.Load())
}

// near is the network that stands for the public Internet in these tests.
var near = []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}

func TestRebindingToPrivateAddressIsRefused(t *testing.T) {
	t.Parallel()
	outside, welcome := trap(t, "127.0.0.2:0", hello)
	_, connections := trap(t, "127.0.0.1:"+portOf(t, outside), hello)
	var leads atomic.Value
	leads.Store("127.0.0.2")
	names := resolver(t, func(string) []string { return []string{leads.Load().(string)} })
	out := sender(t, webhooks.SenderConfig{Allowed: near, Resolver: names})
	d := dispatch(t, "http://rebind.example:"+portOf(t, outside))

	assert.Equal(t, http.StatusOK, out.Send(t.Context(), d).Status)
	leads.Store("127.0.0.1")
	answer := out.Send(t.Context(), d)
	assert.Equal(t, nowhere, answer.Error)
	assert.EqualValues(t, 1, welcome.Load())
	assert.Zero(t, connections.Load())
}

// Each address of a name is checked separately.
func TestNameWithPublicAndPrivateAddresses(t *testing.T) {
	t.Parallel()
	outside, welcome := trap(t, "127.0.0.2:0", hello)
	_, connections := trap(t, "127.0.0.1:"+portOf(t, outside), hello)
	names := resolver(t, func(string) []string { return []string{"127.0.0.1", "127.0.0.2"} })
	out := sender(t, webhooks.SenderConfig{Allowed: near, Resolver: names})
	assert.Equal(t, http.StatusOK, out.Send(t.Context(), dispatch(t, "http://both.example:"+portOf(t, outside))).Status)
	assert.EqualValues(t, 1, welcome.Load())
	assert.Zero(t, connections.Load())
}

func TestRedirectToPrivateAddressIsNotFollowed(t *testing.T) {
	t.Parallel()
	inside, connections := trap(t, "127.0.0.1:0", hello)
	outside, _ := trap(t, "127.0.0.2:0", http.RedirectHandler(inside.URL, http.StatusTemporaryRedirect))
	answer := sender(t, webhooks.SenderConfig{Allowed: near}).Send(t.Context(), dispatch(t, outside.URL))
	assert.Equal(t, http.StatusTemporaryRedirect, answer.Status)
	assert.Zero(t, connections.Load())
}
