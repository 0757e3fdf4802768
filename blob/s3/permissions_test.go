package s3_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/minio/minio-go/v7"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/blobtest"
	"github.com/backlox/lox/blob/s3"
)

// policy is an Amazon policy, with the features that the documentation uses.
type policy struct {
	Statement []struct {
		Effect   string   `json:"Effect"`   //nolint:tagliatelle // Amazon's names
		Action   []string `json:"Action"`   //nolint:tagliatelle // as above
		Resource string   `json:"Resource"` //nolint:tagliatelle // as above
	} `json:"Statement"` //nolint:tagliatelle // as above
}

// documentedPolicy reads the policy in docs, and changes its bucket.
func documentedPolicy(t *testing.T, bucket string) (p policy) {
	t.Helper()
	page, err := os.ReadFile("../../docs/permissions.md")
	require.NoError(t, err)
	found := regexp.MustCompile("(?s)```json\n(.*?)```").FindSubmatch(page)
	require.NotNil(t, found)
	text := strings.ReplaceAll(string(found[1]), "arn:aws:s3:::lox", "arn:aws:s3:::"+bucket)
	require.NoError(t, json.Unmarshal([]byte(text), &p))
	return p
}

func (p policy) allows(action, bucket, object string) bool {
	resource := "arn:aws:s3:::" + bucket
	if object != "" {
		resource += "/" + object
	}
	for _, s := range p.Statement {
		prefix, wild := strings.CutSuffix(s.Resource, "*")
		matches := s.Resource == resource || wild && strings.HasPrefix(resource, prefix)
		if s.Effect == "Allow" && matches && slices.Contains(s.Action, action) {
			return true
		}
	}
	return false
}

// authority is MinIO's access management plugin, and decides which actions are allowed.
type authority struct {
	t      *testing.T
	policy policy

	mu sync.Mutex
	// allowed and refused are the actions that were decided.
	allowed, refused map[string]bool
}

func (a *authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Input struct {
			Action     string              `json:"action"`
			Bucket     string              `json:"bucket"`
			Object     string              `json:"object"`
			Conditions map[string][]string `json:"conditions"`
		} `json:"input"`
	}
	body, err := io.ReadAll(r.Body)
	if len(body) == 0 { // at its start MinIO only checks that the plugin answers
		return
	}
	if err == nil {
		err = json.Unmarshal(body, &asked)
	}
	if err != nil {
		a.t.Errorf("MinIO asks: %s: %v", body, err)
	}
	q := asked.Input
	allow := slices.ContainsFunc(q.Conditions["UserAgent"], func(agent string) bool { return strings.Contains(agent, blobtest.Agent) })
	if !allow {
		object := q.Object
		if strings.HasPrefix(q.Action, "s3:ListBucket") { // of a prefix
			object = ""
		}
		allow = a.policy.allows(q.Action, q.Bucket, object)
		a.mu.Lock()
		if allow {
			a.allowed[q.Action] = true
		} else {
			a.refused[q.Action] = true
		}
		a.mu.Unlock()
	}
	_, _ = fmt.Fprintf(w, `{"result": {"allow": %t}}`, allow)
}

// startLimited runs a MinIO that allows only what the policy in the documentation allows.
func startLimited(t *testing.T) (*authority, s3.Config) {
	t.Helper()
	const bucket = "lox-test"
	a := &authority{t: t, policy: documentedPolicy(t, bucket), allowed: map[string]bool{}, refused: map[string]bool{}}
	a.policy.Statement[0].Action = append(a.policy.Statement[0].Action, "s3:CreateBucket") // a server creates the bucket at its first start
	plugin := httptest.NewServer(a)
	t.Cleanup(plugin.Close)
	cfg := blobtest.StartMinIO(t, "MINIO_POLICY_PLUGIN_URL="+plugin.URL)
	cfg.Bucket = bucket
	return a, cfg
}

// The documented policy is sufficient for the doctor's checks and for parts. TestConformance has the
// rest.
func TestDocumentedPolicyIsSufficient(t *testing.T) {
	a, cfg := startLimited(t)
	store := open(t, cfg)
	require.True(t, store.Versioned())
	require.NoError(t, store.Probe(t.Context()))
	inspected, state, err := s3.Inspect(t.Context(), cfg)
	require.NoError(t, err)
	inspected.Close()
	require.Equal(t, "on", state.Versions)
	require.Equal(t, "off", state.Lock)
	useParts(t, store)
	a.mu.Lock()
	defer a.mu.Unlock()
	// MinIO also asks for actions that it only uses if they are allowed, such as legal holds.
	t.Logf("allowed: %v; refused: %v", slices.Sorted(maps.Keys(a.allowed)), slices.Sorted(maps.Keys(a.refused)))
	for _, action := range []string{
		"s3:ListBucketVersions", "s3:PutObject", "s3:GetObject", "s3:DeleteObject",
		"s3:ListMultipartUploadParts", "s3:AbortMultipartUpload", "s3:ListBucketMultipartUploads",
	} {
		require.True(t, a.allowed[action], "%s was never asked for", action)
	}
}

// useParts runs all operations with uploads in parts.
func useParts(t *testing.T, store *s3.Store) {
	t.Helper()
	whole, given, purged := begin(t, store), begin(t, store), begin(t, store)
	for _, of := range []lox.PartsOf{whole, given, purged} {
		requireStored(t, presignPart(t, store, of, 1, 4, nil), []byte("part"))
	}
	for _, err := range store.UnfinishedParts(t.Context()) {
		require.NoError(t, err)
	}
	require.NoError(t, store.AssembleParts(t.Context(), whole, 4))
	require.NoError(t, store.AssembleParts(t.Context(), whole, 4))
	require.NoError(t, store.AbortParts(t.Context(), given))
	for _, r := range store.DeleteAll(t.Context(), []lox.Purge{{ObjectKey: whole.Key, UploadID: whole.UploadID}, {ObjectKey: purged.Key, UploadID: purged.UploadID}}) {
		require.NoError(t, r.Err)
	}
}

// refusing is a proxy in front of MinIO that refuses some requests, as for a key without a
// permission.
func refusing(t *testing.T, cfg s3.Config, refuse func(r *http.Request) bool) s3.Config {
	t.Helper()
	target, err := url.Parse(cfg.Endpoint)
	require.NoError(t, err)
	pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = target.Scheme, target.Host
	}}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if refuse(r) {
			w.Header().Set("Content-Type", "application/xml")
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, `<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied.</Message></Error>`)
			return
		}
		pass.ServeHTTP(w, r)
	}))
	t.Cleanup(proxy.Close)
	cfg.Endpoint = proxy.URL
	return cfg
}

// Objects that a key may not list or delete by version don't count as deleted. The error says which
// permission is missing, and no delete marker hides an object.
func TestDeletingWithoutPermission(t *testing.T) {
	for what, refuse := range map[string]func(r *http.Request) bool{
		"to list versions": func(r *http.Request) bool { return r.URL.Query().Has("versions") },
		"to delete versions": func(r *http.Request) bool {
			return r.Method == http.MethodDelete && r.URL.Query().Has("versionId") || r.Method == http.MethodPost && r.URL.Query().Has("delete")
		},
	} {
		t.Run(what, func(t *testing.T) {
			direct := blobtest.StartMinIO(t)
			store := open(t, refusing(t, direct, refuse))
			key := lox.Backup{Tenant: lox.NewTenantID(), ID: lox.NewBackupID()}.ObjectKey()
			var versions []string
			for _, body := range []string{"first", "other"} {
				put, err := client(t, direct).PutObject(t.Context(), direct.Bucket, key, strings.NewReader(body), int64(len(body)), minio.PutObjectOptions{})
				require.NoError(t, err)
				versions = append(versions, put.VersionID)
			}
			denied := func(err error) {
				t.Helper()
				require.Equal(t, lox.CodeUnavailable, lox.CodeOf(err))
				require.ErrorContains(t, err, "s3:ListBucketVersions")
				require.ErrorContains(t, err, "s3:DeleteObjectVersion")
			}
			denied(store.Delete(t.Context(), key))
			_, err := store.DeleteOthers(t.Context(), key, versions[0])
			denied(err)
			results := store.DeleteAll(t.Context(), []lox.Purge{{ObjectKey: key}, {ObjectKey: key, Keep: versions[0]}})
			denied(results[0].Err)
			denied(results[1].Err)
			require.Zero(t, results[0].Removed)
			require.ErrorContains(t, store.Probe(t.Context()), "s3:DeleteObjectVersion")
			left := 0
			for o := range client(t, direct).ListObjects(t.Context(), direct.Bucket, minio.ListObjectsOptions{Prefix: key, WithVersions: true, Recursive: true}) {
				require.NoError(t, o.Err)
				require.False(t, o.IsDeleteMarker)
				left++
			}
			require.Equal(t, len(versions), left)
		})
	}
}

// If versions were enabled after the server had started, a deletion leaves a delete marker. That is
// detected.
func TestVersioningEnabledLater(t *testing.T) {
	direct := blobtest.StartMinIO(t)
	store := open(t, refusing(t, direct, func(r *http.Request) bool { return r.Method == http.MethodPut && r.URL.Query().Has("versioning") }))
	require.False(t, store.Versioned())
	require.NoError(t, client(t, direct).EnableVersioning(t.Context(), direct.Bucket))
	key := lox.Backup{Tenant: lox.NewTenantID(), ID: lox.NewBackupID()}.ObjectKey()
	_, err := client(t, direct).PutObject(t.Context(), direct.Bucket, key, strings.NewReader("x"), 1, minio.PutObjectOptions{})
	require.NoError(t, err)
	require.ErrorContains(t, store.DeleteAll(t.Context(), []lox.Purge{{ObjectKey: key}})[0].Err, "restart the servers")
}
