package encryption

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"

	"github.com/backlox/lox/transfer"
)

// pair is a key in both forms.
type pair struct{ public, secret string }

func agePair(t *testing.T) pair {
	t.Helper()
	identity, err := age.GenerateX25519Identity()
	require.NoError(t, err)
	return pair{identity.Recipient().String(), identity.String()}
}

func hybridPair(t *testing.T) pair {
	t.Helper()
	identity, err := age.GenerateHybridIdentity()
	require.NoError(t, err)
	return pair{identity.Recipient().String(), identity.String()}
}

func sshPair(t *testing.T, public, secret any, passphrase string) pair {
	t.Helper()
	key, err := ssh.NewPublicKey(public)
	require.NoError(t, err)
	var block *pem.Block
	if passphrase == "" {
		block, err = ssh.MarshalPrivateKey(secret, "somebody")
	} else {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(secret, "somebody", []byte(passphrase))
	}
	require.NoError(t, err)
	return pair{strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))) + " somebody@host", string(pem.EncodeToMemory(block))}
}

func edPair(t *testing.T, passphrase string) pair {
	t.Helper()
	public, secret, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	return sshPair(t, public, secret, passphrase)
}

func rsaPair(t *testing.T) pair {
	t.Helper()
	secret, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	return sshPair(t, &secret.PublicKey, secret, "")
}

func file(t *testing.T, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys")
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	return path
}

func encrypt(t *testing.T, plain []byte, to ...age.Recipient) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := Encrypt(&out, to...)
	require.NoError(t, err)
	_, err = w.Write(plain)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func decrypt(t *testing.T, sealed []byte, with ...age.Identity) ([]byte, error) {
	t.Helper()
	r, err := Decrypt(bytes.NewReader(sealed), with...)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func TestEachKindOfKey(t *testing.T) {
	t.Parallel()
	plain := bytes.Repeat([]byte("0123456789abcdef"), 20_000) // more than one chunk of age
	other := agePair(t)
	for name, key := range map[string]pair{"age": agePair(t), "post-quantum": hybridPair(t), "Ed25519": edPair(t, ""), "RSA": rsaPair(t)} {
		lines := []string{"# who may read it", "", "  " + key.public + "\t"}
		if name != "post-quantum" { // age doesn't mix it with others
			lines = append(lines, other.public+"\r")
		}
		recipients, err := ReadRecipients(file(t, lines...))
		require.NoError(t, err, name)
		require.Len(t, recipients, len(lines)-2, name)
		sealed := encrypt(t, plain, recipients...)
		assert.False(t, bytes.Contains(sealed, plain[:64]))

		identities, err := ReadIdentities(file(t, key.secret))
		require.NoError(t, err, name)
		got, err := decrypt(t, sealed, identities...)
		require.NoError(t, err, name)
		assert.True(t, bytes.Equal(plain, got))

		otherKeys, err := ReadIdentities(file(t, "# created: today", "# public key: age1…", agePair(t).secret))
		require.NoError(t, err)
		_, err = decrypt(t, sealed, otherKeys...)
		require.ErrorIs(t, err, transfer.ErrInvalid)
		assert.ErrorContains(t, err, "none of the identities can decrypt it")
	}
}

// Altered and missing bytes are detected everywhere.
func TestAlteredBytes(t *testing.T) {
	t.Parallel()
	key := agePair(t)
	recipient, err := ParseRecipient(key.public)
	require.NoError(t, err)
	identities, err := ReadIdentities(file(t, key.secret))
	require.NoError(t, err)
	sealed := encrypt(t, bytes.Repeat([]byte("x"), 200_000), recipient)
	for name, wrong := range map[string][]byte{
		"cut at a piece": sealed[:len(sealed)-(200_000-3*64<<10)-16],
		"cut":            sealed[:len(sealed)-1],
		"one bit":        append(append(bytes.Clone(sealed[:100_000]), sealed[100_000]^1), sealed[100_001:]...),
		"more":           append(bytes.Clone(sealed), 'x'),
		"nothing":        nil,
		"another file":   bytes.Repeat([]byte("y"), 1000),
	} {
		_, err := decrypt(t, wrong, identities...)
		require.ErrorIs(t, err, transfer.ErrMalformed, name)
	}
	var pem bytes.Buffer
	w := armor.NewWriter(&pem)
	_, err = w.Write(sealed)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	_, err = decrypt(t, pem.Bytes(), identities...)
	require.ErrorContains(t, err, "it is armored (PEM): decode it with age")
	_, err = Encrypt(io.Discard)
	require.ErrorIs(t, err, transfer.ErrInvalid)
}

// The error for a wrong key names the line, and never the key.
func TestWrongKeys(t *testing.T) {
	t.Parallel()
	key, ed, locked := agePair(t), edPair(t, ""), edPair(t, "passphrase")
	read := map[bool]func(string) error{
		true:  func(path string) error { _, err := ReadRecipients(path); return err },
		false: func(path string) error { _, err := ReadIdentities(path); return err },
	}
	for name, c := range map[string]struct {
		recipients bool
		lines      []string
		want       string
	}{
		"a cut recipient":            {true, []string{key.public, "", key.public[:40]}, ", line 3: this can't be done: this age recipient is mistyped or cut: want an age recipient (age1…)"},
		"a secret for a recipient":   {true, []string{"# mine", key.secret}, ", line 2: this can't be done: that is a secret key, which nobody else must have"},
		"lower case":                 {true, []string{strings.ToLower(key.secret)}, ", line 1: this can't be done: that is a secret key"},
		"an SSH secret":              {true, []string{ed.secret}, ", line 1: this can't be done: that is a secret key"},
		"a cut SSH key":              {true, []string{ed.public[:40]}, ", line 1: this can't be done: this SSH public key is mistyped"},
		"a word":                     {true, []string{"nightly"}, ", line 1: this can't be done: that is not a recipient"},
		"no recipient":               {true, []string{"# none"}, " has no recipient: want"},
		"a cut identity":             {false, []string{"# mine", key.secret[:50]}, ", line 2: this can't be done: that is not an identity, or it is mistyped or cut: want an age identity"},
		"one letter":                 {false, []string{strings.Replace(key.secret, key.secret[20:21], "B", 1)}, ", line 1: this can't be done: that is not an identity"},
		"a recipient for a secret":   {false, []string{key.secret, key.public}, ", line 2: this can't be done: that is a public key"},
		"an SSH public key":          {false, []string{ed.public}, ", line 1: this can't be done: that is a public key"},
		"a passphrase":               {false, []string{locked.secret}, " is protected by a passphrase: want an SSH private key without one"},
		"a cut SSH secret":           {false, []string{ed.secret[:100]}, " is not a usable SSH private key"},
		"an encrypted identity":      {false, []string{string(encrypt(t, []byte(key.secret), must(ParseRecipient(key.public))))}, " is encrypted: decrypt it with age first"},
		"no identity":                {false, []string{""}, " has no identity: want"},
		"a file that is no key file": {false, []string{strings.Repeat("x", fileSize+1)}, " has more than 1048576 bytes"},
	} {
		path := file(t, c.lines...)
		err := read[c.recipients](path)
		require.ErrorIs(t, err, transfer.ErrInvalid, name)
		assert.ErrorContains(t, err, path, name)
		assert.ErrorContains(t, err, c.want, name)
		for _, secret := range []string{key.secret, ed.secret, locked.secret} {
			if _, body, ok := strings.Cut(secret, "KEY-----"); ok {
				secret, _, _ = strings.Cut(body, "-----END")
			}
			for part := 20; part+10 < len(secret); part += 10 { // after the prefix that all keys have
				assert.NotContains(t, strings.ToUpper(err.Error()), strings.ToUpper(secret[part:part+10]), name)
			}
		}
	}
	_, err := ReadIdentities(filepath.Join(t.TempDir(), "missing"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
