package webhooks

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/backlox/lox"
)

// KeySize is the length of a master key in bytes: a key of AES-256.
const KeySize = 32

// parseKey reads a master key that is written as 64 hex digits or as base64, in
// either alphabet, padded or not. Its errors contain no part of the key.
func parseKey(s string) (key [KeySize]byte, err error) {
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

// maxKeys is how many master keys there may be at once: each may be tried for
// each secret.
const maxKeys = 16

// ParseKeys reads one or several master keys, separated by commas or white space. Its
// errors contain no part of a key.
func ParseKeys(s string) ([][KeySize]byte, error) {
	texts := strings.FieldsFunc(s, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	if len(texts) > maxKeys {
		return nil, fmt.Errorf("master key: %d keys, may be up to %d", len(texts), maxKeys)
	}
	if len(texts) == 0 {
		texts = []string{""}
	}
	keys := make([][KeySize]byte, len(texts))
	for i, text := range texts {
		var err error
		if keys[i], err = parseKey(text); err != nil && len(texts) > 1 {
			err = fmt.Errorf("key %d of %d: %w", i+1, len(texts), err)
		}
		if err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// SecretBox is a lox.SecretBox: AES-256-GCM with a random nonce, bound to the
// webhook. It encrypts with the first of its keys and decrypts with any. A sealed secret is
// a version byte, the nonce of 12 bytes, the ciphertext and the tag of 16 bytes.
type SecretBox struct{ aeads []cipher.AEAD }

var _ lox.SecretBox = (*SecretBox)(nil)

// sealVersion is the version of the format, so that a later one can be recognized. It is
// authenticated.
const sealVersion = 1

// NewSecretBox returns a box that encrypts with key and decrypts with key or one of the
// others.
func NewSecretBox(key [KeySize]byte, others ...[KeySize]byte) *SecretBox {
	box := &SecretBox{}
	for _, key := range append([][KeySize]byte{key}, others...) {
		block, err := aes.NewCipher(key[:])
		if err != nil {
			panic(err) // 32 bytes are a key of AES-256
		}
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			panic(err) // AES has the block size that GCM asks for
		}
		box.aeads = append(box.aeads, aead)
	}
	return box
}

// Seal implements lox.SecretBox.
func (b *SecretBox) Seal(secret string, owner lox.WebhookID) []byte {
	return b.aeads[0].Seal([]byte{sealVersion}, nil, []byte(secret), boundTo(owner)) //nolint:gosec // no nonce is given: each is random
}

// Open implements lox.SecretBox.
func (b *SecretBox) Open(sealed []byte, owner lox.WebhookID) (string, error) {
	secret, _, err := b.open(sealed, owner)
	return secret, err
}

// Reseal encrypts a sealed secret again with the first key, if another key has sealed it. If
// the first key opens it, Reseal returns it unchanged, and changed is false.
func (b *SecretBox) Reseal(sealed []byte, owner lox.WebhookID) (fresh []byte, changed bool, err error) {
	secret, key, err := b.open(sealed, owner)
	if err != nil || key == 0 {
		return sealed, false, err
	}
	return b.Seal(secret, owner), true, nil
}

// open also returns the index of the key.
func (b *SecretBox) open(sealed []byte, owner lox.WebhookID) (secret string, key int, err error) {
	if len(sealed) == 0 || sealed[0] != sealVersion {
		return "", 0, fmt.Errorf("secret of %s: sealed in an unknown format", owner)
	}
	for i, aead := range b.aeads {
		opened, failed := aead.Open(nil, nil, sealed[1:], boundTo(owner))
		if failed == nil {
			return string(opened), i, nil
		}
		err = failed
	}
	return "", 0, fmt.Errorf("secret of %s: the master key is wrong, or the data was changed: %w", owner, err)
}

func boundTo(owner lox.WebhookID) []byte { return append([]byte{sealVersion}, owner[:]...) }

// proofText is the plaintext of a proof of the master key. It belongs to no webhook.
const proofText = "the master key of this installation"

// Prove returns a proof of the first key, to be stored: see Proves.
func (b *SecretBox) Prove() []byte { return b.Seal(proofText, lox.WebhookID{}) }

// Proves reports whether one of the keys has made a proof.
func (b *SecretBox) Proves(proof []byte) bool {
	text, err := b.Open(proof, lox.WebhookID{})
	return err == nil && text == proofText
}

// Reprove is Reseal for a proof.
func (b *SecretBox) Reprove(proof []byte) (fresh []byte, changed bool, err error) {
	return b.Reseal(proof, lox.WebhookID{})
}
