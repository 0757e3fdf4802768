package client

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"

	"github.com/backlox/lox/cmd/lox/internal/display"
	api "github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/transfer"
	"github.com/backlox/lox/transfer/archive"
	"github.com/backlox/lox/transfer/codec"
	"github.com/backlox/lox/transfer/encryption"
)

// pullTarget returns the target to which a backup is written, including its decoder.
func (s *session) pullTarget(b api.Backup, flags pullFlags, warnings *warnings) (transfer.Target, error) {
	encoding, err := s.encoding(b, flags)
	if err != nil {
		return nil, err
	}
	var identities []age.Identity
	if encoding.Encryption != "" {
		if identities, err = s.identities(flags); err != nil {
			return nil, err
		}
	}
	decode := encoding.Decoder(identities)
	if flags.directory != "" {
		return archive.ToDirectory(flags.directory, decode, archive.UnpackOptions{
			Owners: os.Geteuid() == 0 && !flags.noOwners, OutsideLinks: flags.outsideLinks, Warn: warnings.add,
		}), nil
	}
	target, err := s.fileTarget(b, flags, encoding)
	if err != nil || decode == nil {
		return target, err
	}
	return transfer.Decoded(target, decode), nil
}

// encoding returns the encoding to decode: the one in the metadata, or none with --raw. With --identity, the backup is
// always decrypted, whatever the metadata says.
func (s *session) encoding(b api.Backup, flags pullFlags) (codec.Encoding, error) {
	if flags.raw {
		return codec.Encoding{}, nil
	}
	encoding, err := codec.FromMetadata(b.Metadata)
	if err != nil {
		return encoding, usagef("backup %s: %w\n--raw fetches it as it is stored", b.ID, err)
	}
	if len(flags.identities) > 0 {
		encoding.Encryption = codec.Age
	}
	return encoding, nil
}

// identities reads the secret keys in the files that the flags or the environment name.
func (s *session) identities(flags pullFlags) ([]age.Identity, error) {
	files, name := flags.identities, "--identity"
	if path := s.getenv(identityVariable); len(files) == 0 && path != "" {
		files, name = []string{path}, identityVariable
	}
	if len(files) == 0 {
		return nil, usagef("the backup is encrypted: name a file with a secret key by --identity or %s.\n--raw fetches it as it is stored", identityVariable)
	}
	var all []age.Identity
	for _, path := range files {
		found, err := encryption.ReadIdentities(path)
		if err != nil {
			return nil, usagef("%s: %w", name, err)
		}
		all = append(all, found...)
	}
	return all, nil
}

// fileTarget returns the file or standard output that -o names, or a file that is called as the backup is.
func (s *session) fileTarget(b api.Backup, flags pullFlags, encoding codec.Encoding) (transfer.Target, error) {
	switch {
	case flags.output == "-":
		return transfer.ToWriter(s.out), nil
	case flags.output != "":
		return transfer.ToFile(flags.output, true), nil
	case encoding.Archive != "":
		return nil, usagef("the backup is of a directory: -C DIR unpacks it, -o FILE fetches the archive")
	}
	// Somebody else may have chosen the name: it must not lead out of this directory, nor be a hidden file such as
	// .profile.
	if b.Name != filepath.Base(b.Name) || strings.HasPrefix(b.Name, ".") {
		return nil, usagef("the backup is called %q, which is no name for a file here: name one with -o", display.Visible(b.Name))
	}
	return transfer.ToFile(b.Name, false), nil
}

// maxWarnings is how many warnings are printed at most: there may be one for each file.
const maxWarnings = 20

// warnings prints what couldn't be restored.
type warnings struct {
	*session

	view  *view
	count int
}

// add prints a warning. It must be called by one goroutine at a time, and not after Pull has returned.
func (w *warnings) add(path, text string) {
	if w.count++; w.count <= maxWarnings && !w.quiet {
		w.view.say(fmt.Sprintf("%s: %s\n", display.Visible(path), display.Visible(text)))
	}
}

// end prints how many warnings were left out.
func (w *warnings) end() {
	if w.count > maxWarnings {
		w.notef("%s like these aren't shown", count(int64(w.count-maxWarnings), "more warning"))
	}
}
