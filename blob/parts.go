package blob

import "github.com/backlox/lox"

// NoUpload is CodeUploadIncomplete: there is no such upload in parts, any more.
func NoUpload(err error) error {
	return lox.Errorf(lox.CodeUploadIncomplete, "There is no such upload in parts: it has ended, or never began").Because(err)
}
