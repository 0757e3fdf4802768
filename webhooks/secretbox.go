package webhooks

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/backlox/lox"
)

// KeySize is the length of a master key in bytes: AES-256's.
const KeySize = 32

// ParseKey reads a master key that is written as 64 hex digits or as base64, of
// either alphabet, padded or not. No error shows any of the key.
func ParseKey(s string) (key [KeySize]byte, err error) {
	s = strings.TrimSpace(s)
	var b []byte
	if len(s) == hex.EncodedLen(KeySize) {
		b, err = hex.DecodeString(s)
	} else {
		s = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(s, "="))
		b, err = base64.RawStdEncoding.DecodeString(s)
	}
	switch {
	case s == "":
		return key, errors.New("master key: is empty")
	case err != nil:
		return key, errors.New("master key: want 32 bytes as 64 hex digits or as base64, such as `openssl rand -base64 32` makes")
	case len(b) != KeySize:
		return key, fmt.Errorf("master key: want %d bytes, have %d", KeySize, len(b))
	default:
		return [KeySize]byte(b), nil
	}
}

// SecretBox is a lox.SecretBox: AES-256-GCM with a random nonce, bound to the
// webhook. What it seals is a version byte, the nonce of 12 bytes, the
// ciphertext and the tag of 16 bytes.
type SecretBox struct{ aead cipher.AEAD }

var _ lox.SecretBox = (*SecretBox)(nil)

// sealVersion leaves room for another way of sealing, and is authenticated.
const sealVersion = 1

// NewSecretBox returns a box that opens with the master key alone.
func NewSecretBox(key [KeySize]byte) *SecretBox {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // 32 bytes are a key of AES-256
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // AES has the block size that GCM asks for
	}
	return &SecretBox{aead: aead}
}

// Seal is that of lox.SecretBox.
func (b *SecretBox) Seal(secret string, owner lox.WebhookID) []byte {
	return b.aead.Seal([]byte{sealVersion}, nil, []byte(secret), boundTo(owner)) //nolint:gosec // no nonce is given: each is random
}

// Open is that of lox.SecretBox.
func (b *SecretBox) Open(sealed []byte, owner lox.WebhookID) (string, error) {
	if len(sealed) == 0 || sealed[0] != sealVersion {
		return "", fmt.Errorf("secret of %s: sealed in an unknown way", owner)
	}
	secret, err := b.aead.Open(nil, nil, sealed[1:], boundTo(owner))
	if err != nil {
		return "", fmt.Errorf("secret of %s: the master key is another one, or the data was changed: %w", owner, err)
	}
	return string(secret), nil
}

func boundTo(owner lox.WebhookID) []byte { return append([]byte{sealVersion}, owner[:]...) }
