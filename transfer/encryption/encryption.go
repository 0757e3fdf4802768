// Package encryption reads the keys of age (https://age-encryption.org/v1), and encrypts and decrypts streams with
// them. The server never sees a key: it stores bytes that are already encrypted.
package encryption

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"golang.org/x/crypto/ssh"

	"github.com/backlox/lox/transfer"
)

const (
	// fileSize is the largest size of a file of keys, in bytes.
	fileSize = 1 << 20
	// wantRecipient is the end of an error: it shows the form of a recipient.
	wantRecipient = "want an age recipient (age1…) or an SSH public key (ssh-ed25519 … or ssh-rsa …)"
	// wantIdentity is the end of an error: it shows the form of an identity.
	wantIdentity = "want an age identity (AGE-SECRET-KEY-1…), or a file that is an SSH private key"
)

// ParseRecipient parses a recipient: age1…, ssh-ed25519 … or ssh-rsa …. Its errors are transfer.ErrInvalid, and
// don't include the text, which may be a secret key by mistake.
func ParseRecipient(text string) (age.Recipient, error) {
	switch text = strings.TrimSpace(text); {
	case isSecret(text):
		return nil, fmt.Errorf("%w: that is a secret key, which nobody else must have: %s", transfer.ErrInvalid, wantRecipient)
	case strings.HasPrefix(text, "age1"):
		if found, err := age.ParseRecipients(strings.NewReader(text)); err == nil && len(found) == 1 {
			return found[0], nil
		}
		return nil, fmt.Errorf("%w: this age recipient is mistyped or cut: %s", transfer.ErrInvalid, wantRecipient)
	case strings.HasPrefix(text, "ssh-"):
		if found, err := agessh.ParseRecipient(text); err == nil {
			return found, nil
		}
		return nil, fmt.Errorf("%w: this SSH public key is mistyped, cut, or neither Ed25519 nor RSA of 2048 bits: %s", transfer.ErrInvalid, wantRecipient)
	}
	return nil, fmt.Errorf("%w: that is not a recipient: %s", transfer.ErrInvalid, wantRecipient)
}

// isSecret reports whether a text is a secret key, or belongs to one.
func isSecret(text string) bool {
	text = strings.ToUpper(text)
	return strings.Contains(text, "AGE-SECRET-KEY-") || strings.Contains(text, "PRIVATE KEY")
}

// ReadRecipients reads a file with one recipient per line. Empty lines and lines that begin with # are ignored.
// Errors have the name of the file and the number of the line.
func ReadRecipients(path string) ([]age.Recipient, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, err
	}
	var all []age.Recipient
	err = eachLine(path, text, func(line string) error {
		r, err := ParseRecipient(line)
		all = append(all, r)
		return err
	})
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("%w: %s has no recipient: %s", transfer.ErrInvalid, path, wantRecipient)
	}
	return all, err
}

// ReadIdentities reads a file with secret keys: either one age identity per line, where empty lines and lines that
// begin with # are ignored, or one SSH private key (Ed25519 or RSA) without a passphrase. Errors have the name of
// the file and the number of the line, and never include the text of the line.
func ReadIdentities(path string) ([]age.Identity, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, err
	}
	switch begin := strings.TrimSpace(text); {
	case strings.HasPrefix(begin, "-----BEGIN AGE ENCRYPTED FILE-----"), strings.HasPrefix(begin, "age-encryption.org/"):
		return nil, fmt.Errorf("%w: %s is encrypted: decrypt it with age first", transfer.ErrInvalid, path)
	case strings.HasPrefix(begin, "-----BEGIN "):
		identity, err := sshIdentity(begin)
		if err != nil {
			return nil, fmt.Errorf("%w: %s %s", transfer.ErrInvalid, path, err.Error())
		}
		return []age.Identity{identity}, nil
	}
	var all []age.Identity
	err = eachLine(path, text, func(line string) error {
		if strings.HasPrefix(line, "age1") || strings.HasPrefix(line, "ssh-") {
			return fmt.Errorf("%w: that is a public key, with which nothing can be decrypted: %s", transfer.ErrInvalid, wantIdentity)
		}
		found, err := age.ParseIdentities(strings.NewReader(line))
		if err != nil || len(found) != 1 {
			// The error of age may include a part of the key.
			return fmt.Errorf("%w: that is not an identity, or it is mistyped or cut: %s", transfer.ErrInvalid, wantIdentity)
		}
		all = append(all, found...)
		return nil
	})
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("%w: %s has no identity: %s", transfer.ErrInvalid, path, wantIdentity)
	}
	return all, err
}

// sshIdentity parses an SSH private key. The caller puts the name of the file before its errors.
func sshIdentity(text string) (age.Identity, error) {
	identity, err := agessh.ParseIdentity([]byte(text))
	if _, protected := errors.AsType[*ssh.PassphraseMissingError](err); protected {
		return nil, errors.New("is protected by a passphrase: want an SSH private key without one, or an age identity")
	}
	if err != nil {
		return nil, errors.New("is not a usable SSH private key: want Ed25519 or RSA")
	}
	return identity, nil
}

func readFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // it was read
	text, err := io.ReadAll(io.LimitReader(f, fileSize+1))
	if err == nil && len(text) > fileSize {
		err = fmt.Errorf("%w: %s has more than %d bytes, which is too large for a file of keys", transfer.ErrInvalid, path, fileSize)
	}
	return string(text), err
}

// eachLine calls use with each line of a file that isn't empty or a comment. It adds the path and the number of
// the line to an error.
func eachLine(path, text string, use func(line string) error) error {
	n := 0
	for line := range strings.Lines(text) {
		n++
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := use(line); err != nil {
			return fmt.Errorf("%s, line %d: %w", path, n, err)
		}
	}
	return nil
}

// Encrypt returns a writer that encrypts its bytes to w. Each of the recipients can decrypt them with its own key.
// The writer must be closed: without that, a reader detects that the bytes are incomplete.
func Encrypt(w io.Writer, to ...age.Recipient) (io.WriteCloser, error) {
	if len(to) == 0 {
		return nil, fmt.Errorf("%w: there is no recipient", transfer.ErrInvalid)
	}
	plain, err := age.Encrypt(w, to...)
	if err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	return plain, nil
}

// Decrypt returns a reader of the plain text of r. Each piece of 64 KiB is authenticated before it is returned,
// and the last piece is marked as the last one: the plain text is complete only when the reader has returned
// io.EOF.
//
// Errors: transfer.ErrInvalid if no identity can decrypt the bytes, transfer.ErrMalformed if age didn't write
// them.
func Decrypt(r io.Reader, with ...age.Identity) (io.Reader, error) {
	buffered := bufio.NewReader(r)
	if begin, _ := buffered.Peek(len(armored)); string(begin) == armored {
		return nil, fmt.Errorf("%w: it is armored (PEM): decode it with age", transfer.ErrInvalid)
	}
	plain, err := age.Decrypt(buffered, with...)
	if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		return nil, fmt.Errorf("%w: none of the identities can decrypt it: it was encrypted to other recipients", transfer.ErrInvalid)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: decrypt: %w", transfer.ErrMalformed, err)
	}
	return decrypted{plain}, nil
}

const armored = "-----BEGIN AGE ENCRYPTED FILE-----"

type decrypted struct{ io.Reader }

func (d decrypted) Read(p []byte) (int, error) {
	n, err := d.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w: decrypt: %w", transfer.ErrMalformed, err)
	}
	return n, err
}
